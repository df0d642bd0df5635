"""What readers of the public map report about a venue, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geo.cells import CellError, clean, parse
from geo.errors import AccessError, ArgumentError, bad_argument
from geo.journal_tables import REPORTS
from geo.refusals import places_now, require_signed_in
from geo.rights import Actor, Places, covers
from geo.rows import add_numbered
from geo.schema import TABLES, Column
from geo.settings import CHINA_TIME
from geo.store import Store
from geo.tables import SQL_TABLES

# What can be reported -> the key of `words` that says it.
KINDS = {
    "closed_door": "report.closed_door",
    "wrong_place": "report.wrong_place",
    "wrong_hours": "report.wrong_hours",
    "wrong_phone": "report.wrong_phone",
    "gone": "report.gone",
    "other": "report.other",
}
NOTE_LIMIT = 300  # characters
# Only those that are still open count, so closing makes room.
MOST_PER_VENUE, PER_VENUE = 5, timedelta(hours=1)
MOST_OVER_ALL, OVER_ALL = 300, timedelta(days=1)
SHOWN_CLOSED, SHOWN_FOR = 3, timedelta(days=365)
COLUMNS = (
    "report_id", "at", "venue_id", "kind", "note", "status", "closed_at", "closed_by",
    "closing_note",
)  # fmt: skip
_NOTE = Column("note", "说明", "note", limit=NOTE_LIMIT)


@dataclass(frozen=True)
class PublicReports:
    """
    What everybody may know of a venue's reports: no reader's words among it.

    `open`: how many wait; `closed`: `at`, `kind`, `closed_at` (UTC) and `closing_note` of the
    last ones that were dealt with, the newest first.
    """

    open: int
    closed: pd.DataFrame


def add_report(store: Store, *, venue_id: str, kind: str, note: str, now: datetime) -> int:
    """
    Keep what a reader reports about a venue; the register's revision stays as it is.

    The same report on the same venue twice while the first is open is one.

    Parameters
    ----------
    venue_id
        A venue that is not closed for good.
    kind
        One of `KINDS`; "other" needs a note.
    note
        At most 300 characters in the reader's words; may be empty. For those who look after
        the venue, never for the public.
    now
        UTC without a zone.

    Returns
    -------
    report_id
        The number of the report.

    Raises
    ------
    ArgumentError
        If the kind, the note or the venue cannot be used, or too much was reported lately
        (codes ``report_venue_busy`` and ``report_city_busy``).
    """
    if kind not in KINDS:
        raise bad_argument("kind", kind, "why_one_of", allowed=tuple(KINDS))
    said = _note(note)
    if kind == "other" and not said:
        raise ArgumentError("report_note_needed")
    waiting = REPORTS.c.status == "open"
    with store.writing() as write:
        write.changed = False
        venues = SQL_TABLES["venues"].c
        known = sa.select(venues.status).where(venues.venue_id == venue_id)
        if write.connection.execute(known).scalar_one_or_none() in {None, "closed"}:
            raise ArgumentError("report_venue_unknown")
        of_venue = sa.and_(waiting, REPORTS.c.venue_id == venue_id)
        same = sa.select(REPORTS.c.report_id).where(
            of_venue, REPORTS.c.kind == kind, REPORTS.c.note == said
        )
        again = write.connection.execute(same).scalars().first()
        if again is not None:
            return int(again)
        if _count(write.connection, of_venue, since=now - PER_VENUE) >= MOST_PER_VENUE:
            raise ArgumentError("report_venue_busy")
        if _count(write.connection, waiting, since=now - OVER_ALL) >= MOST_OVER_ALL:
            raise ArgumentError("report_city_busy")
        values = {"at": now, "venue_id": venue_id, "kind": kind, "note": said, "status": "open"}
        return add_numbered(write.connection, REPORTS, values)


def reports(
    store: Store, *, status: str | None = "open", venue_ids: Collection[str] | None = None
) -> pd.DataFrame:
    """
    Return reports with the readers' notes, the oldest first: not for the public.

    Parameters
    ----------
    status
        "open", "closed", or None for both.
    venue_ids
        The venues wanted; all unless told.

    Returns
    -------
    reports
        `report_id`, `at`, `venue_id`, `kind`, `note`, `status`, `closed_at`, `closed_by`,
        `closing_note`; times are UTC.
    """
    query = sa.select(*(REPORTS.c[name] for name in COLUMNS)).order_by(REPORTS.c.report_id)
    if status is not None:
        query = query.where(REPORTS.c.status == status)
    with store.reading() as connection:
        found = _frame([tuple(row) for row in connection.execute(query)], COLUMNS)
    if venue_ids is None:
        return found
    return found[found["venue_id"].isin(list(venue_ids))].reset_index(drop=True)


def reports_in_place(
    store: Store, *, actor: Actor, today: date, status: str | None = "open"
) -> pd.DataFrame:
    """
    Return the reports about venues in the place that `actor` answers for; see `reports`.

    Those about a venue that is no longer in the register are the city's.

    Raises
    ------
    AccessError
        If `actor` is the public.
    """
    require_signed_in(actor)
    found = reports(store, status=status)
    if found.empty or actor.is_at_least("city"):
        return found
    with store.reading() as connection:
        places = places_now(connection, today=today)
    own = [_answers_for(actor, venue_id, places) for venue_id in found["venue_id"]]
    return found[own].reset_index(drop=True)


def close_report(
    store: Store, report_id: int, *, actor: Actor, closing_note: str, now: datetime
) -> None:
    """
    Close a report; what was done about it is public from then on.

    Parameters
    ----------
    actor
        Who closes it: of the venue's place.
    closing_note
        1 to 300 characters, shown on the venue's card.
    now
        UTC without a zone.

    Raises
    ------
    AccessError
        If the actor may not (codes ``not_signed_in``, ``not_your_row``).
    ArgumentError
        If the note cannot be used, or there is no such open report (code ``report_gone``).
    """
    require_signed_in(actor)
    said = _note(closing_note)
    if not said:
        raise ArgumentError("report_closing_needed")
    with store.writing() as write:
        write.changed = False
        wanted = sa.select(REPORTS.c.venue_id).where(
            REPORTS.c.report_id == report_id, REPORTS.c.status == "open"
        )
        venue_id = write.connection.execute(wanted).scalar_one_or_none()
        if venue_id is None:
            raise ArgumentError("report_gone")
        if not actor.is_at_least("city"):
            today = (now + (CHINA_TIME.utcoffset(None) or timedelta())).date()
            places = places_now(write.connection, today=today)
            if not _answers_for(actor, venue_id, places):
                raise AccessError("not_your_row", table=TABLES["venues"].zh, key=venue_id)
        closed = {
            "status": "closed", "closed_at": now, "closed_by": actor.login, "closing_note": said,
        }  # fmt: skip
        write.connection.execute(
            sa.update(REPORTS).where(REPORTS.c.report_id == report_id).values(closed)
        )


def public_reports(store: Store, venue_id: str, *, now: datetime) -> PublicReports:
    """Return what the public may know: how many are open, what became of last year's last ones."""
    names = ("at", "kind", "closed_at", "closing_note")
    of_venue = REPORTS.c.venue_id == venue_id
    done = (
        sa.select(*(REPORTS.c[name] for name in names))
        .where(of_venue, REPORTS.c.status == "closed", REPORTS.c.closed_at > now - SHOWN_FOR)
        .order_by(REPORTS.c.closed_at.desc(), REPORTS.c.report_id.desc())
        .limit(SHOWN_CLOSED)
    )
    with store.reading() as connection:
        waiting = _count(connection, sa.and_(of_venue, REPORTS.c.status == "open"))
        closed = _frame([tuple(row) for row in connection.execute(done)], names)
    return PublicReports(waiting, closed)


def _answers_for(actor: Actor, venue_id: str, places: Places) -> bool:
    if venue_id not in places.venues:
        return False
    township, county = places.venues[venue_id]
    row = {"venue_id": venue_id, "township_code": township, "county_code": county}
    return covers(actor, "venues", row, places)


def _note(text: str) -> str:
    cleaned = " ".join((clean(text) or "").split("\n"))
    if not cleaned:
        return ""
    try:
        said: str = parse(_NOTE, cleaned)
    except CellError as error:
        if error.code == "too_long":
            raise ArgumentError("report_note_long", limit=NOTE_LIMIT, length=len(cleaned)) from None
        raise ArgumentError("report_note_hidden") from None
    return said


def _count(connection: sa.Connection, which: Any, *, since: datetime | None = None) -> int:
    query = sa.select(sa.func.count()).select_from(REPORTS).where(which)
    if since is not None:
        query = query.where(REPORTS.c.at > since)
    return int(connection.execute(query).scalar_one())


def _frame(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> pd.DataFrame:
    times = {name: "datetime64[us]" for name in names if name in {"at", "closed_at"}}
    return pd.DataFrame(rows, columns=list(names)).astype(times)
