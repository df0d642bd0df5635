"""The register row by row: choose a table and a row, edit it in a form with the pin on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo import door, journal, maps, people, row_forms, verification
from geo.edits import Edit, Row, edit_of, key_from_text, key_of, key_text, rows_of
from geo.errors import ConflictError, GeoError, TableError
from geo.masking import masked, masked_value
from geo.rights import LOCAL_TABLES, Actor, own_rows
from geo.schema import TABLES
from geo.text import markdown_text
from ui import batches, cache, parts
from ui.diffs import column_label, row_label, table_label, value_text, versions_html
from ui.evidence import show_evidence
from ui.frame import View
from ui.row_form import fields

LISTED = 200


def tables_of(actor: Actor) -> list[str]:
    """Return the tables that the actor may change."""
    if actor.is_at_least("city"):
        return [*LOCAL_TABLES, *(name for name in TABLES if name not in LOCAL_TABLES)]
    if actor.place_kind == "venue":
        return ["venues"]
    if actor.role == "steward":
        return list(LOCAL_TABLES)
    return ["venues", "promoters", "promoter_villages"]


def table_choice(actor: Actor, view: View, *, key: str) -> str:
    """Let the actor choose one of the tables, kept in the link."""
    names = tables_of(actor)
    asked = st.query_params.get("table", names[0])
    chosen = st.selectbox(
        view.say("records.table"),
        names,
        index=names.index(asked) if asked in names else 0,
        format_func=lambda name: table_label(name, view),
        key=key,
    )
    st.query_params["table"] = chosen
    return chosen


def show(actor: Actor, view: View) -> None:
    """Show the rows of the actor's place, and the form of the chosen one."""
    said = st.session_state.pop("row-said", None)
    if said:
        st.success(said)
    table = table_choice(actor, view, key="rows-table")
    frame = cache.tables(view.revision)[table]
    places = cache.places(view.revision, view.now.date())
    own = frame[own_rows(actor, table, frame, places)].reset_index(drop=True)
    asked = _asked(table, own)
    adding = st.query_params.get("row") == "new"
    _show_list(table, own, view, chosen=adding or asked is not None)
    if adding:
        _show_form(table, None, actor, view)
    elif asked is not None:
        _show_form(table, rows_of(table, own.iloc[[asked]])[0], actor, view)


def _asked(table: str, own: pd.DataFrame) -> int | None:
    """Return the position of the own row that the link names; None for another's row."""
    keys = {key_text(key_of(table, row)): at for at, row in enumerate(rows_of(table, own))}
    return keys.get(st.query_params.get("row", ""))


def _open(row: str | None) -> None:
    for name in [name for name in st.session_state if str(name).startswith("field-")]:
        del st.session_state[name]
    for name in ("form-base", "form-pin", "form-conflict", "form-revealed"):
        st.session_state.pop(name, None)
    if row is None:
        st.query_params.pop("row", None)
    else:
        st.query_params["row"] = row


def _show_list(table: str, own: pd.DataFrame, view: View, *, chosen: bool) -> None:
    shown = masked(own, table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(view.say("records.find"), key=f"find-{table}", max_chars=60)
        st.button(view.say("records.add"), on_click=_open, args=("new",), key="row-new")
    hit = shown.index
    if words.strip():
        texts = shown.astype("str").agg(" ".join, axis=1)
        hit = shown.index[texts.str.contains(words.strip(), case=False, regex=False)]
    parts.soft(view.say("records.count", count=len(hit), total=len(own)))
    if not len(hit):
        st.text(view.say("all.no_rows"))
        return
    listed = shown.loc[hit[:LISTED]]
    picked = st.dataframe(
        _in_words(table, listed, view),
        hide_index=True,
        height=min(300, 38 + 36 * len(listed)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows-{table}-{view.revision}",
        placeholder="",
    )
    if len(hit) > LISTED:
        parts.soft(view.say("records.more", count=LISTED))
    marked = picked.get("selection", {}).get("rows", []) if picked else []
    if marked:
        row = rows_of(table, own.loc[[listed.index[marked[0]]]])[0]
        text = key_text(key_of(table, row))
        if st.session_state.get("row-picked") != text:
            st.session_state["row-picked"] = text
            _open(text)
            st.rerun()
    elif not chosen:
        parts.soft(view.say("records.choose"))


def _in_words(table: str, rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return rows as people read them: labels for stored values, names of areas for codes."""
    words = {}
    for column in TABLES[table].columns:
        values = rows[column.name]
        if column.kind in {"choice", "choices", "yesno", "date"}:
            plain = (None if pd.isna(value) else value for value in values)
            said = ["" if value is None else value_text(column, _plain(value), view)
                    for value in plain]  # fmt: skip
            values = pd.Series(said, index=rows.index, dtype="str")
        elif column.refers_to in {"counties", "townships", "villages"}:
            held = cache.tables(view.revision)[column.refers_to]
            names = held.set_index(TABLES[column.refers_to].key[0])["name"]
            values = values.map(names).fillna(values)
        words[column_label(column, view)] = values
    return pd.DataFrame(words)


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, pd.Timestamp) else value


# --- the form -------------------------------------------------------------------------


def _show_form(table: str, row: Row | None, actor: Actor, view: View) -> None:
    key = "new" if row is None else key_text(key_of(table, row))
    base: Row | None = st.session_state.setdefault("form-base", row)
    with st.container(border=True, key="xh-form"):
        title = view.say("records.new_row") if row is None else row_label(
            table, row, key_of(table, row), view
        )  # fmt: skip
        st.subheader(markdown_text(title), anchor=False)
        if base != row:
            st.info(view.say("records.changed_meanwhile"))
        hidden = _hidden(table, base, actor, view)
        pin = TABLES[table].has_position and _show_pin(base, view)
        with st.form(f"form-{table}-{key}", border=False, enter_to_submit=False):
            texts = fields(table, base, hidden, view)
            reason = st.text_input(view.say("records.reason"), max_chars=300, key="field-reason")
            saved = st.form_submit_button(view.say("records.save"), type="primary")
        if pin:
            parts.soft(view.say("records.pin_moved"))
        if saved:
            _save(table, base, texts, reason, actor, view)
        _show_conflict(table, reason, actor, view)
        st.button(view.say("records.close"), on_click=_open, args=(None,), key="row-close")
    if row is not None:
        _show_beside(table, row, actor, view)


def _hidden(table: str, base: Row | None, actor: Actor, view: View) -> set[str]:
    """Return the personal columns that stay masked, and offer to reveal them."""
    personal = {
        column.name
        for column in TABLES[table].columns
        if column.audience == "personal" and column.name not in TABLES[table].key
    }
    if not personal or base is None or st.session_state.get("form-revealed"):
        return set()
    st.text(
        "　".join(
            f"{column_label(TABLES[table][name], view)}："
            + (masked_value(TABLES[table][name], base[name]) if base[name] else "—")
            for name in TABLES[table].names
            if name in personal
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        why = st.text_input(view.say("records.reveal_reason"), key="field-why", max_chars=200)
        if st.button(view.say("records.reveal"), key="reveal"):
            try:
                people.reveal(
                    cache.store(), actor, table, key_of(table, base), reason=why,
                    now=cache.utc_now(), today=view.now.date(),
                )  # fmt: skip
            except GeoError as error:
                st.error(error.sentence(view.language))
            else:
                st.session_state["form-revealed"] = True
                st.rerun()
    return personal


def _show_pin(base: Row | None, view: View) -> bool:
    """Draw the map with the pin; a tap moves it. Return whether it was moved."""
    moved: tuple[float, float] | None = st.session_state.get("form-pin")
    at = moved
    if at is None and base is not None and base["lon"] is not None and base["lat"] is not None:
        at = (base["lon"], base["lat"])
    parts.soft(view.say("records.pin_hint"))
    nothing = cache.points(view.revision, view.now.replace(second=0, microsecond=0),
                           view.language, b"")  # fmt: skip
    group = maps.venue_group(nothing, origin=at, focus=at is not None)
    tap = parts.show_map(view, [group], key="pin", ground_taps=True)
    if tap is not None and tap.lon is not None and tap.lat is not None:
        st.session_state["form-pin"] = (round(tap.lon, 6), round(tap.lat, 6))
        st.session_state["field-lon"] = repr(round(tap.lon, 6))
        st.session_state["field-lat"] = repr(round(tap.lat, 6))
        st.session_state["field-source_datum"] = "wgs84"
        st.rerun()
    return moved is not None


def _save(
    table: str, base: Row | None, texts: Mapping[str, str], reason: str, actor: Actor, view: View
) -> None:
    try:
        edit = row_forms.checked_edit(
            cache.tables(view.revision), table, texts, before=base, today=view.now.date()
        )
    except TableError as error:
        for problem in error.problems:
            st.error(problem.sentence(view.language))
        return
    if not edit.fields():
        st.info(view.say("records.nothing_changed"))
        return
    _hand_in([edit], reason, actor, view)


def _hand_in(edits: list[Edit], reason: str, actor: Actor, view: View, kind: str = "edit") -> None:
    """Submit `edits`, and say what became of them."""
    try:
        done = door.submit(
            cache.store(), edits, actor=actor, today=view.now.date(), reason=reason, kind=kind,
            policy=cache.policy(),
        )  # fmt: skip
    except ConflictError as error:
        st.session_state["form-conflict"] = error.conflicts[0]
        return
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    key = "records.held" if done.held else "records.saved"
    st.session_state["row-said"] = view.say(key, number=done.submission_id)
    _open(None)
    st.session_state.pop("row-picked", None)
    st.rerun()


def _show_conflict(table: str, reason: str, actor: Actor, view: View) -> None:
    """Show the two versions of a row changed by somebody else, and let the editor decide."""
    if "form-conflict" not in st.session_state:
        return
    edit, stored = st.session_state["form-conflict"]
    st.warning(view.say("records.conflict"))
    mine = edit.fields()
    old = edit.before or {}
    theirs = [] if stored is None else [n for n in TABLES[table].names if stored[n] != old.get(n)]
    touched = [name for name in TABLES[table].names if name in mine or name in theirs]
    st.html(versions_html(table, touched, edit.after or {}, stored, view))
    if stored is None or edit.after is None or edit.before is None:
        parts.soft(view.say("records.conflict_gone"))
        return
    both = [name for name in mine if name in theirs and edit.after[name] != stored[name]]
    kept = both
    if both:
        labels = {name: column_label(TABLES[table][name], view) for name in both}
        kept = st.multiselect(
            view.say("records.keep_mine"), both, default=[], key="conflict-mine",
            format_func=lambda name: labels[name], placeholder="—",
        )  # fmt: skip
    if st.button(view.say("records.merge"), key="conflict-merge"):
        mine_only = [name for name in mine if name not in both or name in kept]
        merged = stored | {name: edit.after[name] for name in mine_only}
        st.session_state.pop("form-conflict")
        if merged == stored:
            st.info(view.say("records.nothing_changed"))
            return
        _hand_in([edit_of(table, stored, merged)], reason, actor, view)


# --- beside the form ---------------------------------------------------------------------


def _show_beside(table: str, row: Row, actor: Actor, view: View) -> None:
    key = key_of(table, row)
    with st.container(horizontal=True):
        if "verified_on" in row and st.button(view.say("records.verify"), key="verify"):
            verified = verification.verify_row(
                row, on=view.now.date(), by=actor.name, every_days=cache.settings().verify_days
            )
            _hand_in([edit_of(table, row, verified)], "", actor, view, kind="verify")
        with st.popover(view.say("records.delete")):
            parts.soft(view.say("records.delete_hint"))
            why = st.text_input(view.say("records.delete_reason"), key="field-delete")
            if st.button(view.say("records.delete_sure"), key="delete", type="primary"):
                _hand_in([edit_of(table, row, None)], why, actor, view, kind="delete")
        if table == "promoters" and actor.is_at_least("steward"):
            with st.popover(view.say("records.erase")):
                _show_erase(row, actor, view)
    show_evidence(table, key, actor, view)
    with st.expander(view.say("records.history")):
        show_history(table, key_text(key), view)


def _show_erase(row: Row, actor: Actor, view: View) -> None:
    parts.soft(view.say("records.erase_hint"))
    why = st.text_input(view.say("records.erase_reason"), key="field-erase")
    if st.button(view.say("records.erase_sure"), key="erase"):
        try:
            people.erase_person(
                cache.store(), actor, row["promoter_id"], reason=why, now=cache.utc_now(),
                today=view.now.date(),
            )  # fmt: skip
        except GeoError as error:
            st.error(error.sentence(view.language))
            return
        st.session_state["row-said"] = view.say("records.erased")
        _open(None)
        st.rerun()


def show_history(table: str, text: str, view: View) -> None:
    """Show every change of one row, the newest first."""
    key = key_from_text(table, text)
    with cache.store().reading() as connection:
        found = journal.entries(connection, table=table, key=key, limit=100)
    if not found:
        parts.soft(view.say("records.no_history"))
    for entry in found:
        batches.show_entry(entry, view)
