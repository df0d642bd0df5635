"""The check-up of the data: positions to repair, pairs to merge, each with one click."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo import doctor, door, duplicates, maps, merging
from geo.edits import Edit, Row, edit_of, rows_of
from geo.errors import GeoError
from geo.rights import Actor, own_rows
from geo.schema import TABLES
from geo.text import markdown_text
from ui import cache, parts
from ui.diffs import column_label, diff_html, value_text
from ui.frame import View

SHOWN = 15
PAIRS = 15


@st.cache_resource(max_entries=2, show_spinner=False)
def findings(revision: int) -> pd.DataFrame:
    """Return what the coordinate doctor finds in all venues."""
    held = cache.tables(revision)
    township = cache.shapes(revision, "township")
    return doctor.examine(
        held["venues"], counties=held["counties"], townships=held["townships"],
        county_layer=cache.shapes(revision, "county").layer, township_layer=township.layer,
        official=township.info.kind == "official",
    )  # fmt: skip


@st.cache_resource(max_entries=2, show_spinner=False)
def venue_pairs(revision: int) -> pd.DataFrame:
    """Return the pairs of venues that may be one."""
    held = cache.tables(revision)
    return duplicates.find_duplicates(
        held["venues"], townships=held["townships"], counties=held["counties"]
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def people_pairs(revision: int) -> pd.DataFrame:
    """Return the pairs of promoters that may be one person."""
    held = cache.tables(revision)
    return duplicates.find_duplicate_people(held["promoters"], held["promoter_villages"])


def show(actor: Actor, view: View) -> None:
    """Show what is wrong in the actor's place, and the repairs."""
    said = st.session_state.pop("checkup-said", None)
    if said:
        st.success(said)
    places = cache.places(view.revision, view.now.date())
    held = cache.tables(view.revision)
    venues = held["venues"][own_rows(actor, "venues", held["venues"], places)]
    rows = {row["venue_id"]: row for row in rows_of("venues", venues)}
    found = findings(view.revision)
    found = found[found["venue_id"].isin(list(rows))]
    wrong = found[found["code"] != "no_position"]
    pairs = venue_pairs(view.revision)
    pairs = pairs[pairs["venue_id_a"].isin(list(rows)) & pairs["venue_id_b"].isin(list(rows))]
    parts.sentence(
        view.say("checkup.sentence", wrong=len(wrong), missing=len(found) - len(wrong),
                 pairs=len(pairs))
    )  # fmt: skip
    st.header(view.say("checkup.positions"), anchor=False)
    if wrong.empty:
        st.text(view.say("checkup.no_findings"))
    for at, finding in enumerate(wrong.head(SHOWN).to_dict("records")):
        _show_finding(at, finding, rows[finding["venue_id"]], actor, view)
    if len(wrong) > SHOWN:
        parts.soft(view.say("queue.more", count=len(wrong) - SHOWN))
    missing = found[found["code"] == "no_position"]
    if len(missing):
        with st.expander(view.say("checkup.missing", count=len(missing))):
            for finding in missing.to_dict("records"):
                st.text(doctor.finding_sentence(_named(finding), view.language))
    st.header(view.say("checkup.duplicates"), anchor=False)
    if pairs.empty:
        st.text(view.say("checkup.no_pairs"))
    for pair in pairs.head(PAIRS).to_dict("records"):
        ids = (str(pair["venue_id_a"]), str(pair["venue_id_b"]))
        _show_pair("venues", ids, _named(pair), rows, actor, view)
    _show_people(actor, view)


def _named(record: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in record.items()}


def _show_finding(
    at: int, finding: Mapping[Hashable, Any], row: Row, actor: Actor, view: View
) -> None:
    told = _named(finding)
    with st.container(border=True, key=f"xh-finding-{at}"):
        st.markdown(f"**{markdown_text(doctor.finding_sentence(told, view.language))}**")
        parts.soft(view.say("checkup.confidence", level=view.say(f"checkup.{told['confidence']}")))
        if pd.isna(told["proposed_precision"]):
            return
        edit = edit_of("venues", row, doctor.repair(row, told))
        st.html(diff_html(edit, view))
        if st.toggle(view.say("checkup.on_map"), key=f"finding-map-{at}"):
            _show_small_map(at, told, view)
        if st.button(view.say("checkup.repair"), key=f"repair-{at}-{told['venue_id']}"):
            reason = doctor.finding_sentence(told, view.language)[:300]
            _hand_in([edit], "repair", reason, actor, view)


def _show_small_map(at: int, told: Mapping[str, Any], view: View) -> None:
    """Draw where the position is, and with a pin where the repair would put it."""
    held = cache.venues(view.revision).table
    at_rows = held.index[held["venue_id"] == told["venue_id"]].to_numpy("int64")
    payload = cache.points(
        view.revision, view.now.replace(second=0, microsecond=0), view.language, at_rows.tobytes()
    )
    placed = not pd.isna(told["proposed_lon"])
    origin = (float(told["proposed_lon"]), float(told["proposed_lat"])) if placed else None
    group = maps.venue_group(payload, selected=told["venue_id"], origin=origin, focus=True)
    parts.show_map(view, [group], key=f"finding-{at}")


def _show_pair(
    table: str,
    ids: tuple[str, str],
    pair: Mapping[str, Any],
    rows: Mapping[str, Row],
    actor: Actor,
    view: View,
) -> None:
    one, other = rows[ids[0]], rows[ids[1]]
    head = f"{ids[0]} {one['name']} / {ids[1]} {other['name']}" if table == "venues" else (
        f"{ids[0]} / {ids[1]}"
    )  # fmt: skip
    with st.expander(markdown_text(head)):
        reasons = "、".join(view.say(reason) for reason in pair["reasons"])
        parts.soft(view.say("checkup.pair", score=f"{float(pair['score']):.0%}", reasons=reasons))
        keep = st.radio(
            view.say("checkup.keep"), ids, horizontal=True, key=f"keep-{table}-{ids[0]}-{ids[1]}",
            format_func=lambda key: f"{key} {rows[key]['name']}" if table == "venues" else key,
        )  # fmt: skip
        drop = ids[1] if keep == ids[0] else ids[0]
        proposed = merging.filling_choices(table, rows[keep], rows[drop])
        differing = [
            c for c in TABLES[table].columns
            if c.name not in TABLES[table].key and rows[keep][c.name] != rows[drop][c.name]
        ]  # fmt: skip
        taken = st.multiselect(
            view.say("checkup.take", drop=drop),
            [column.name for column in differing],
            default=[c.name for c in differing if proposed.get(c.name) == "drop"],
            format_func=lambda name: column_label(TABLES[table][name], view),
            key=f"take-{table}-{keep}-{drop}",
            placeholder="—",
        )
        for column in differing:
            kept, dropped = (value_text(column, rows[key][column.name], view) for key in
                             (keep, drop))  # fmt: skip
            st.text(f"{column_label(column, view)}：{kept} / {dropped}")
        if st.button(view.say("checkup.merge", keep=keep, drop=drop), key=f"merge-{ids}"):
            choices: dict[str, merging.Choice] = {
                column.name: "drop" if column.name in taken else "keep"
                for column in TABLES[table].columns
            }
            try:
                edits = merging.merge_edits(cache.tables(view.revision), table, keep, drop, choices)
            except GeoError as error:
                st.error(error.sentence(view.language))
                return
            _hand_in(edits, "merge", f"{drop} → {keep}", actor, view)


def _show_people(actor: Actor, view: View) -> None:
    places = cache.places(view.revision, view.now.date())
    people = cache.tables(view.revision)["promoters"]
    own = people[own_rows(actor, "promoters", people, places)]
    rows = {row["promoter_id"]: row for row in rows_of("promoters", own)}
    pairs = people_pairs(view.revision)
    both = pairs["promoter_id_a"].isin(list(rows)) & pairs["promoter_id_b"].isin(list(rows))
    pairs = pairs[both]
    if pairs.empty:
        return
    st.subheader(view.say("checkup.people", count=len(pairs)), anchor=False)
    for pair in pairs.head(PAIRS).to_dict("records"):
        ids = (str(pair["promoter_id_a"]), str(pair["promoter_id_b"]))
        _show_pair("promoters", ids, _named(pair), rows, actor, view)


def _hand_in(edits: list[Edit], kind: str, reason: str, actor: Actor, view: View) -> None:
    try:
        done = door.submit(
            cache.store(), edits, actor=actor, today=view.now.date(), kind=kind, reason=reason,
            policy=cache.policy(),
        )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    key = "records.held" if done.held else "records.saved"
    st.session_state["checkup-said"] = view.say(key, number=done.submission_id)
    st.rerun()
