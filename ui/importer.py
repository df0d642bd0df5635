"""Import: a template or the own rows to fill in, a file or a paste, the preview, and its use."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from geo import exports, people, previews
from geo.errors import ConflictError, GeoError
from geo.marking import marked_workbook
from geo.previews import Preview
from geo.register import table_notices
from geo.rights import PEOPLE_TABLES, Actor, own_rows
from geo.schema import TABLES
from geo.templates import template_workbook
from geo.text import markdown_text
from ui import cache, parts
from ui.diffs import column_label, diff_html, row_label, table_label, versions_html
from ui.editor import table_choice
from ui.frame import View

SHOWN = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = ["xlsx", "xlsm", "xls", "csv", "txt", "tsv", "geojson", "json", "zip", "gpkg", "kml", "kmz"]


def show(actor: Actor, view: View) -> None:
    """Lead from a template or a file to rows in the register."""
    said = st.session_state.pop("import-said", None)
    if said:
        st.success(said)
    table = table_choice(actor, view, key="import-table")
    parts.soft(view.say("import.hint"))
    _show_templates(table, actor, view)
    source, name = _source(table, view)
    if source is None:
        st.session_state.pop("import-preview", None)
        return
    remove = st.checkbox(view.say("import.remove_missing"), key=f"remove-{table}")
    preview = _preview(table, source, name, remove, actor, view)
    if preview is not None:
        _show_preview(table, source, preview, actor, view)


def _show_templates(table: str, actor: Actor, view: View) -> None:
    tables = cache.tables(view.revision)

    def template() -> bytes:
        return template_workbook(
            table, tables=tables, today=view.now.date(), actor=actor, language=view.language
        )

    stem = TABLES[table].zh if view.language == "zh" else table
    ending = view.say("import.template_name")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            view.say("import.template"), data=template, mime=XLSX, on_click="ignore",
            file_name=f"{stem}_{ending}.xlsx", key=f"template-{table}",
        )  # fmt: skip
        if table in PEOPLE_TABLES:
            _show_people_export(table, stem, actor, view)
        else:
            st.download_button(
                view.say("import.own_rows"), data=lambda: _own_rows(table, actor, view), mime=XLSX,
                on_click="ignore", file_name=f"{stem}.xlsx", key=f"own-{table}",
            )  # fmt: skip


def _own_rows(table: str, actor: Actor, view: View) -> bytes:
    frame = cache.tables(view.revision)[table]
    places = cache.places(view.revision, view.now.date())
    own = frame[own_rows(actor, table, frame, places)].reset_index(drop=True)
    return exports.write_table(
        own, table=table, suffix=".xlsx", headers="zh" if view.language == "zh" else "en",
        audience="staff", made_on=view.now.date(),
        notices=table_notices(own, revision=view.revision, language=view.language),
    )  # fmt: skip


def _show_people_export(table: str, stem: str, actor: Actor, view: View) -> None:
    """Give out rows about people, with names and phones only for a reason, which is logged."""
    why = st.text_input(view.say("records.reveal_reason"), key=f"why-{table}", max_chars=200)
    st.download_button(
        view.say("import.own_people"),
        data=lambda: people.export_people(
            cache.store(), actor, table, suffix=".xlsx", now=cache.utc_now(),
            today=view.now.date(), personal=True, reason=why, language=view.language,
        ),
        mime=XLSX, on_click="ignore", file_name=f"{stem}.xlsx", key=f"own-{table}",
        disabled=not why.strip(),
    )  # fmt: skip


def _source(table: str, view: View) -> tuple[bytes | None, str]:
    """Let the actor give a file or paste cells; return its bytes and name."""
    ways = {"file": view.say("import.file"), "paste": view.say("import.paste")}
    way = st.segmented_control(
        view.say("import.way"), list(ways), format_func=lambda one: ways[one], default="file",
        key="import-way",
    )  # fmt: skip
    if way == "paste":
        pasted = st.text_area(
            view.say("import.paste_label"), key=f"paste-{table}", height=160,
            placeholder=view.say("import.paste_hint"),
        )  # fmt: skip
        return (pasted.encode(), view.say("import.paste")) if pasted.strip() else (None, "")
    given = parts.upload(
        view, view.say("import.upload"), types=TYPES, key=f"upload-{table}",
        about=view.say("import.formats"),
    )  # fmt: skip
    return given or (None, "")


def _preview(
    table: str, source: bytes, name: str, remove: bool, actor: Actor, view: View
) -> Preview | None:
    """Return the preview of a source, made once for the store as it is."""
    asked = (table, hash(source), remove, view.revision)
    kept = st.session_state.get("import-preview")
    if kept and kept[0] == asked:
        found: Preview = kept[1]
        return found
    bar = st.progress(0.0, text=view.say("import.reading"))

    def tell(step: str, share: float) -> None:
        bar.progress(share, text=view.say(f"import.step_{step}"))

    try:
        made = previews.preview(
            cache.store(), table, source, actor=actor, today=view.now.date(), name=name,
            remove_missing=remove, policy=cache.policy(),
            progress=tell,
        )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return None
    finally:
        bar.empty()
    st.session_state["import-preview"] = (asked, made)
    return made


def _show_preview(table: str, source: bytes, preview: Preview, actor: Actor, view: View) -> None:
    kinds = Counter(edit.kind for edit in preview.edits)
    parts.sentence(
        view.say(
            "import.sentence", new=kinds["new"], changed=kinds["changed"],
            removed=kinds["removed"], unchanged=preview.unchanged, problems=len(preview.problems),
        )
    )  # fmt: skip
    for written, column in preview.guessed.items():
        label = TABLES[table][column].zh if view.language == "zh" else TABLES[table][column].en
        parts.notice(view.say("import.guessed", header=written, column=label))
    if preview.absent and preview.edits:
        names = [TABLES[table][name] for name in preview.absent]
        listed = "、".join(column_label(column, view) for column in names)
        parts.soft(view.say("import.absent", columns=listed))
    if preview.ignored:
        parts.notice(view.say("import.ignored", columns="、".join(preview.ignored)))
    if preview.problems:
        _show_problems(source, preview, view)
    for kind in ("new", "changed", "removed"):
        if kinds[kind]:
            _show_edits(kind, preview, view)
    if preview.problems:
        return
    if not preview.edits:
        st.info(view.say("import.nothing"))
        return
    if preview.held:
        parts.soft(view.say("import.will_wait", count=preview.held))
    reason = st.text_input(view.say("records.reason"), key="import-reason", max_chars=300)
    if st.button(view.say("import.apply", count=len(preview.edits)), type="primary", key="apply"):
        _apply(preview, reason, actor, view)


def _show_problems(source: bytes, preview: Preview, view: View) -> None:
    st.error(view.say("import.refused", count=len(preview.problems)))
    listed = pd.DataFrame(
        [
            (one.sheet or "", one.row, one.column or "", one.value or "",
             one.sentence(view.language))
            for one in preview.problems
        ],
        columns=["sheet", "row", "column", "value", "said"],
    )  # fmt: skip
    columns = (
        ("row", "行", "row"), ("column", "列", "column"), ("value", "内容", "value"),
        ("said", "问题和建议", "problem and advice"),
    )  # fmt: skip
    parts.show_table(listed, columns, view, key="problems", height=260)
    stem = preview.name.rpartition(".")[0] or preview.name or "import"
    st.download_button(
        view.say("import.marked"),
        data=lambda: marked_workbook(
            source, preview.raw, preview.problems, language=view.language
        ),
        file_name=f"{stem}_已标注.xlsx" if view.language == "zh" else f"{stem}_marked.xlsx",
        mime=XLSX, on_click="ignore", key="marked",
    )  # fmt: skip


def _show_edits(kind: str, preview: Preview, view: View) -> None:
    edits = [edit for edit in preview.edits if edit.kind == kind]
    title = f"{view.say(f'records.{kind}')} {len(edits)}"
    with st.expander(title, expanded=kind == "changed" and len(edits) <= SHOWN):
        for edit in edits[:SHOWN]:
            st.markdown(f"**{markdown_text(row_label(edit.table, edit.row, edit.key, view))}**")
            if kind == "changed":
                st.html(diff_html(edit, view))
        if len(edits) > SHOWN:
            parts.soft(view.say("queue.more", count=len(edits) - SHOWN))


def _apply(preview: Preview, reason: str, actor: Actor, view: View) -> None:
    try:
        done = previews.apply(
            cache.store(), preview, actor=actor, today=view.now.date(), policy=cache.policy(),
            reason=reason,
        )  # fmt: skip
    except ConflictError as error:
        st.warning(view.say("import.conflict", count=len(error.conflicts)))
        for edit, stored in error.conflicts[:SHOWN]:
            st.text(row_label(edit.table, edit.row, edit.key, view))
            st.html(versions_html(edit.table, edit.fields(), edit.after or {}, stored, view))
        st.session_state.pop("import-preview", None)
        return
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state.pop("import-preview", None)
    said = view.say("import.done", number=done.submission_id, applied=done.applied, held=done.held)
    st.session_state["import-said"] = f"{table_label(preview.raw.table, view)}：{said}"
    for key in [key for key in st.session_state if str(key).startswith(("upload-", "paste-"))]:
        del st.session_state[key]
    st.rerun()
