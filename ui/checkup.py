"""The check-up of the data: positions to repair, pairs to merge, each with one click."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.doctor import diagnosis
from geo.doctor.findings import finding_sentence, repair
from geo.doctor.rows import POSITION_TABLES, position_rows
from geo.duplicates import merging, suspects
from geo.edits import Edit, Row, edit_of, key_text, rows_of
from geo.errors import ConflictError, GeoError
from geo.rights import Actor, own_rows
from geo.schema import TABLES
from geo.text import markdown_text
from ui import cache, consents, parts
from ui.diffs import (
    column_label,
    diff_html,
    table_html,
    table_label,
    value_text,
    versions_html,
)
from ui.frame import View
from ui.longer import shown_of
from ui.opened_row import open_row
from ui.pin import is_near, position_of, show_position
from ui.submission import hand_in

SHOWN = 15
PAIRS = 15
LINES = 200


@st.cache_resource(max_entries=6, show_spinner=False)
def findings(revision: int, table: str = "venues") -> pd.DataFrame:
    """Return what the coordinate doctor finds in all rows of a table with positions."""
    held = cache.tables(revision)
    township = cache.shapes(revision, "township")
    return diagnosis.examine(
        held["venues"] if table == "venues" else position_rows(table, held),
        counties=held["counties"], townships=held["townships"],
        county_layer=cache.layer(revision, "county"),
        township_layer=cache.layer(revision, "township"),
        official=township.info.kind == "official",
    )  # fmt: skip


@st.cache_resource(max_entries=2, show_spinner=False)
def venue_pairs(revision: int) -> pd.DataFrame:
    """Return the pairs of venues that may be one."""
    held = cache.tables(revision)
    return suspects.find_duplicates(
        held["venues"], townships=held["townships"], counties=held["counties"]
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def people_pairs(revision: int) -> pd.DataFrame:
    """Return the pairs of promoters that may be one person."""
    held = cache.tables(revision)
    return suspects.find_duplicate_people(held["promoters"], held["promoter_villages"])


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
    missing = found[found["code"] == "no_position"]
    placed = found[found["code"] != "no_position"]
    # What nobody can be sure of and nobody can repair from here only clutters the list.
    vague = (placed["confidence"] == "low") & placed["proposed_precision"].isna()
    wrong = placed[~vague].sort_values("confidence", key=_by_certainty, kind="stable")
    pairs = venue_pairs(view.revision)
    pairs = pairs[pairs["venue_id_a"].isin(list(rows)) & pairs["venue_id_b"].isin(list(rows))]
    parts.sentence(
        view.say("checkup.sentence", wrong=len(wrong), missing=len(missing), pairs=len(pairs))
    )
    st.header(view.say("checkup.positions"), anchor=False)
    if wrong.empty:
        st.text(view.say("checkup.no_findings"))
    for finding in shown_of(wrong.to_dict("records"), view, key="wrong", step=SHOWN):
        _show_finding(finding, rows[finding["venue_id"]], actor, view)
    _show_notes(view.say("checkup.vague", count=int(vague.sum())), placed[vague], rows, view)
    _show_notes(view.say("checkup.missing", count=len(missing)), missing, rows, view)
    for table in POSITION_TABLES:
        _show_places(table, actor, view)
    st.header(view.say("checkup.duplicates"), anchor=False)
    if pairs.empty:
        st.text(view.say("checkup.no_pairs"))
    for pair in shown_of(pairs.to_dict("records"), view, key="pairs", step=PAIRS):
        ids = (str(pair["venue_id_a"]), str(pair["venue_id_b"]))
        _show_pair("venues", ids, _named(pair), rows, actor, view)
    _show_people(actor, view)
    consents.show(actor, view)


def _by_certainty(levels: pd.Series) -> pd.Series:
    return levels.map({"high": 0, "medium": 1, "low": 2})


def _show_places(table: str, actor: Actor, view: View) -> None:
    """Show what is wrong with the positions of candidate hosts, or of villages."""
    held = cache.tables(view.revision)
    places = cache.places(view.revision, view.now.date())
    known = position_rows(table, held)[own_rows(actor, table, held[table], places)]
    names = dict(zip(known["venue_id"], known["name"], strict=True))
    found = findings(view.revision, table)
    found = found[found["venue_id"].isin(list(names)) & (found["code"] != "no_position")]
    title = view.say("checkup.places", table=table_label(table, view), count=len(found))
    _show_notes(title, found, {key: {"name": name} for key, name in names.items()}, view, table)


def _show_notes(
    title: str,
    found: pd.DataFrame,
    rows: Mapping[str, Row],
    view: View,
    table: str = "venues",
) -> None:
    """Show findings without a repair as lines, and let one of their rows be opened."""
    if found.empty:
        return
    said = [finding_sentence(_named(one), view.language) for one in found.to_dict("records")]
    name = f"{table}-{'missing' if (found['code'] == 'no_position').all() else 'vague'}"
    with st.expander(title, key=f"checkup-{name}"):
        lines = "".join(f"<li>{escape(line)}</li>" for line in said[:LINES])
        st.html(f'<ul class="xh-problems">{lines}</ul>')
        names = {str(number): rows[str(number)]["name"] for number in found["venue_id"]}
        key = f"checkup-{name}-open"

        def opened() -> None:
            if st.session_state.get(key):
                open_row(table, key_text((st.session_state[key],)))

        st.selectbox(
            view.say("checkup.open"), list(names), index=None, key=key, on_change=opened,
            placeholder=view.say("records.choose_hint"),
            format_func=lambda number: f"{number} {names[number]}",
        )  # fmt: skip


def _named(record: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in record.items()}


def _show_finding(finding: Mapping[Hashable, Any], row: Row, actor: Actor, view: View) -> None:
    told = _named(finding)
    name = f"{told['venue_id']}-{told['code']}"
    with st.container(border=True, key=f"xh-finding-{name}"):
        st.markdown(f"**{markdown_text(finding_sentence(told, view.language))}**")
        parts.soft(view.say("checkup.confidence", level=view.say(f"checkup.{told['confidence']}")))
        repaired = None
        if not pd.isna(told["proposed_precision"]):
            repaired = edit_of("venues", row, repair(row, told))
            st.html(diff_html(repaired, view))
        position = position_of(repaired.after if repaired else row)
        if position and is_near(position):
            words = "checkup.on_map" if repaired else "checkup.on_map_now"
            if st.toggle(view.say(words), key=f"finding-map-{name}"):
                show_position(position, view, key=f"finding-{name}", venue_id=told["venue_id"])
        with st.container(horizontal=True):
            if repaired and st.button(view.say("checkup.repair"), key=f"repair-{name}"):
                reason = finding_sentence(told, view.language)[:300]
                _hand_in([repaired], "repair", reason, actor, view)
            st.button(
                view.say("checkup.open"), key=f"open-{name}", on_click=open_row,
                args=("venues", key_text((told["venue_id"],))),
            )  # fmt: skip


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
        lines = [
            f"<tr><th>{escape(column_label(column, view))}</th>"
            + "".join(
                f"<td>{escape(value_text(column, rows[key][column.name], view))}</td>"
                for key in (keep, drop)
            )
            + "</tr>"
            for column in differing
        ]
        st.html(table_html([view.say("records.field"), keep, drop], lines))
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
    pairs = people_pairs(view.revision)
    paired = people[people["promoter_id"].isin({*pairs["promoter_id_a"], *pairs["promoter_id_b"]})]
    own = paired[own_rows(actor, "promoters", paired, places)]
    rows = {row["promoter_id"]: row for row in rows_of("promoters", own)}
    both = pairs["promoter_id_a"].isin(list(rows)) & pairs["promoter_id_b"].isin(list(rows))
    pairs = pairs[both]
    if pairs.empty:
        return
    st.subheader(view.say("checkup.people", count=len(pairs)), anchor=False)
    for pair in shown_of(pairs.to_dict("records"), view, key="people", step=PAIRS):
        ids = (str(pair["promoter_id_a"]), str(pair["promoter_id_b"]))
        _show_pair("promoters", ids, _named(pair), rows, actor, view)


def _hand_in(edits: list[Edit], kind: str, reason: str, actor: Actor, view: View) -> None:
    try:
        said = hand_in(edits, actor, view, kind=kind, reason=reason)
    except ConflictError as error:
        st.warning(view.say("records.changed_now"))
        for edit, stored in error.conflicts:
            st.html(versions_html(edit.table, edit.fields(), edit.after or {}, stored, view))
        return
    if said is not None:
        st.session_state["checkup-said"] = said
        st.rerun()
