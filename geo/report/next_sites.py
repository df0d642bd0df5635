"""What a report says of the next sites: where, in which order, and why there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo import plans
from geo.errors import GeoError
from geo.planning import plan
from geo.report.document import Block, Cell, Column, Grid, Paragraph, Picture, Section, Sign
from geo.report.figures import Figures, Source, rows_in
from geo.report.mapping import stations_picture
from geo.report.places import Place
from geo.settings import Settings
from geo.siting.proposal import Proposal
from geo.siting.reasons import Reason, reasons
from geo.siting.request import Goal, Request
from geo.text import text

CITY_SITES, OTHER_SITES = 20, 5
_SHOWN_VILLAGES = 200  # of one site in the annex


@dataclass(frozen=True)
class Wish:
    """
    How many sites to propose, and how far they reach.

    Parameters
    ----------
    add
        How many; 20 for the city and 5 for others unless told; 0 for no proposal.
    radius_m
        How far counts as reached, metres along the way.
    goal
        What is wanted more of: people reached, townships with a station, or both.
    time_limit_s
        Seconds that the model may take; then the best so far is proposed, with its gap.
    """

    add: int | None = None
    radius_m: float = 5000.0
    goal: Goal = "both"
    time_limit_s: float = 15.0


USUAL = Wish()


@dataclass(frozen=True, eq=False)
class NextSites:
    """The section and the annex about the next sites."""

    section: Section
    annex: Section


def next_sites(
    source: Source, figures: Figures, place: Place, wish: Wish, *, as_of: date, settings: Settings
) -> NextSites | str:
    """
    Propose the next sites among the villages of the place, or say why there are none.

    Every station of the city stands, also beyond the border of the place; only villages of
    the place are to be reached.
    """
    add = (CITY_SITES if place.kind == "city" else OTHER_SITES) if wish.add is None else wish.add
    if add == 0:
        return text("paper.sites_unasked")
    add = min(add, len(figures.villages))
    request = Request(add=add, limit=wish.radius_m, goal=wish.goal, as_of=as_of)
    try:
        found = plan(
            _tables_of(source, figures), source.townships[0], request, as_of=as_of,
            settings=settings, time_limit_s=wish.time_limit_s,
        )  # fmt: skip
    except GeoError as error:
        return error.sentence().rstrip("。")
    if found.sites.empty:
        return text("paper.sites_none")
    rule = text(
        "paper.sites_rule", radius=f"{wish.radius_m / 1000:g}", detour=f"{settings.detour:g}",
        goal=text(f"siting.goal_{wish.goal}"),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(rule), Paragraph(plans.sentence(found))]
    blocks += [Paragraph(words) for words in plans.notice_texts(found)]
    blocks += [_sites_grid(found, figures), _sites_picture(source, figures, place, found, as_of)]
    return NextSites(Section(text("paper.sites"), tuple(blocks)), _reasons(found))


def _tables_of(source: Source, figures: Figures) -> Mapping[str, pd.DataFrame]:
    """Return the tables with the villages and townships of the place alone."""
    tables = dict(source.tables)
    for table, key, mine in (
        ("villages", "village_code", figures.villages),
        ("townships", "township_code", figures.townships),
    ):
        held = tables[table]
        tables[table] = held[held[key].isin(mine[key])].reset_index(drop=True)
    return tables


def _site_name(row: object) -> str:
    name = str(row.name)  # type: ignore[attr-defined]
    return name + (text("paper.sites_spread") if row.spread else "")  # type: ignore[attr-defined]


def _sites_grid(found: Proposal, figures: Figures) -> Grid:
    unit = dict(
        zip(figures.townships["township_code"], figures.townships["reporting_unit"], strict=True)
    )
    rows: list[tuple[Cell, ...]] = []
    for row in rows_in(found.sites):
        opens = text("all.yes" if row.opens else "all.no")
        responsible = unit.get(row.township_code)
        rows.append(
            (int(row.place), _site_name(row), str(row.township), responsible, int(row.villages),
             opens, float(row.share))
        )  # fmt: skip
    columns = (
        Column(text("paper.sites_order"), 1.2, "count"),
        Column(text("paper.sites_where"), 3.4),
        Column(text("paper.township"), 2.4),
        Column(text("paper.unit"), 2.2),
        Column(text("paper.sites_gain"), 2, "count"),
        Column(text("paper.sites_opens"), 1.8),
        Column(text("paper.sites_share"), 2, "percent"),
    )
    title = text("paper.sites")
    return Grid(title, title, columns, tuple(rows), note=text("paper.sites_note"))


def _sites_picture(
    source: Source, figures: Figures, place: Place, found: Proposal, as_of: date
) -> Picture:
    signs = [
        Sign(float(row.lon), float(row.lat), "proposed", str(row.place))
        for row in rows_in(found.sites)
    ]
    return stations_picture(source, figures, place, as_of=as_of, proposed=signs)


def _reasons(found: Proposal) -> Section:
    """Return what each site is proposed for: the villages that it newly reaches, by name."""
    case = found.case
    cost = case.problem.cost.within(case.request.limit)
    pairs = pd.DataFrame({"demand": cost.demand(), "site": cost.facility})
    done = set(pairs["demand"][pairs["site"] < case.standing])
    least = 0 if case.request.goal == "people" else found.figures.townships_after
    why = reasons(case.problem, found.solution.sites, least_groups=least)
    told = {one.site: one for one in why}
    rows: list[tuple[Cell, ...]] = []
    townships = dict(zip(case.townships["township_code"], case.townships["name"], strict=True))
    for row in found.sites.itertuples():
        here = [one for one in pairs["demand"][pairs["site"] == row.Index] if one not in done]
        done.update(here)
        new = case.demand.iloc[sorted(here)]
        names = [
            f"{townships.get(code, '')}{name}" if code != row.township_code else str(name)
            for code, name in zip(new["township_code"], new["name"], strict=True)
        ]
        shown = "、".join(names[:_SHOWN_VILLAGES])
        if len(names) > _SHOWN_VILLAGES:
            shown = text("lists.more", names=shown, count=len(names))
        other = _runner_up(case.sites, told[int(str(row.Index))])
        where = f"{row.township}{_site_name(row)}"
        rows.append((int(str(row.place)), where, len(names), other, shown))
    columns = (
        Column(text("paper.sites_order"), 1.2, "count"),
        Column(text("paper.sites_where"), 2.4),
        Column(text("paper.sites_gain"), 1.6, "count"),
        Column(text("paper.sites_other"), 2.6),
        Column(text("paper.sites_villages"), 7.6),
    )
    title, note = text("paper.sites_annex"), text("paper.sites_other_note")
    return Section(title, (Grid(title, title, columns, tuple(rows), note=note),))


def _runner_up(sites: pd.DataFrame, reason: Reason) -> str:
    """Name the best site in its place, and what the swap loses."""
    if reason.runner_up < 0:
        return text("paper.sites_no_other")
    row = sites.iloc[reason.runner_up]
    name = f"{row['township']}{row['name']}"
    return text("paper.sites_swap", name=name, loss=f"{reason.swap_loss:.0f}")
