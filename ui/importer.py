"""Import: a template or the own rows to fill in, a file or a paste, the preview, and its use."""

from __future__ import annotations

from collections import Counter
from html import escape

import streamlit as st

from geo import exports, people, previews
from geo.errors import ConflictError, GeoError, TableError
from geo.previews import Preview
from geo.refusals import shown_key
from geo.register import table_notices
from geo.rights import PEOPLE_TABLES, Actor, own_rows
from geo.schema import TABLES
from geo.templates import template_workbook
from geo.text import markdown_text
from geo.uploads.marking import marked_workbook
from geo.waiting import keys_waiting
from ui import cache, parts
from ui.account import ROLE_WORDS
from ui.diffs import column_label, diff_html, listing, row_label, table_label, versions_html
from ui.frame import View
from ui.longer import shown_of
from ui.table_choice import table_choice

STEP = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def _turn() -> int:
    """Return how often something was imported: controls of another name start out empty."""
    return int(st.session_state.get("import-turn", 0))


def _source(table: str, view: View) -> tuple[bytes | None, str]:
    """Let the actor give a file or paste cells; return its bytes and name."""
    ways = {"file": view.say("import.file"), "paste": view.say("import.paste")}
    way = st.segmented_control(
        view.say("import.way"), list(ways), format_func=lambda one: ways[one], default="file",
        key="import-way",
    )  # fmt: skip
    if way == "paste":
        with st.form(f"paste-form-{table}", border=False):
            pasted = st.text_area(
                view.say("import.paste_label"), key=f"paste-{table}-{_turn()}", height=160,
                placeholder=view.say("import.paste_hint"),
            )  # fmt: skip
            st.form_submit_button(view.say("import.preview"))
        return (pasted.encode(), view.say("import.paste")) if pasted.strip() else (None, "")
    given = parts.upload(
        view,
        view.say("import.upload"),
        key=f"upload-{table}-{_turn()}",
        about=view.say("import.formats"),
    )
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
    if preview.guessed:
        pairs = listing(
            [view.say("import.guessed_one", header=written,
                      column=column_label(TABLES[table][column], view))
             for written, column in preview.guessed.items()], view,
        )  # fmt: skip
        parts.notice(view.say("import.guessed", pairs=pairs))
    if preview.absent and kinds["changed"]:
        names = [TABLES[table][name] for name in preview.absent]
        listed = listing([column_label(column, view) for column in names], view)
        parts.soft(view.say("import.absent", columns=listed))
    if preview.ignored:
        parts.notice(view.say("import.ignored", columns=listing(preview.ignored, view)))
    taken = keys_waiting(cache.store(), table) & {
        edit.key for edit in preview.edits if edit.kind == "new"
    }
    if taken:
        keys = listing(sorted(shown_key(key) for key in taken), view)
        st.warning(markdown_text(view.say("import.in_review", keys=keys)))
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
    if preview.held and preview.approver:
        role = view.say(ROLE_WORDS[preview.approver])
        parts.soft(view.say("import.will_wait", count=preview.held, role=role))
    reason = st.text_input(view.say("records.reason"), key="import-reason", max_chars=300)
    if st.button(view.say("import.apply", count=len(preview.edits)), type="primary", key="apply"):
        _apply(preview, reason, actor, view)


def _show_problems(source: bytes, preview: Preview, view: View) -> None:
    st.error(view.say("import.refused", count=len(preview.problems)))
    # Sentences, not cells of a grid: they say row, column and value, and no screen cuts them off.
    place = st.empty()
    problems = shown_of(preview.problems, view, key="problems", step=STEP)
    said = "".join(f"<li>{escape(one.sentence(view.language))}</li>" for one in problems)
    place.html(f'<ol class="xh-problems">{said}</ol>')
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
    with st.expander(title, expanded=kind != "new" and len(edits) <= STEP, key=f"import-{kind}"):
        for edit in shown_of(edits, view, key=f"import-{kind}", step=STEP):
            st.markdown(f"**{markdown_text(row_label(edit.table, edit.row, edit.key, view))}**")
            if kind != "removed":
                st.html(diff_html(edit, view))


def _apply(preview: Preview, reason: str, actor: Actor, view: View) -> None:
    try:
        done = previews.apply(
            cache.store(), preview, actor=actor, today=view.now.date(), policy=cache.policy(),
            reason=reason,
        )  # fmt: skip
    except ConflictError as error:
        st.warning(view.say("import.conflict", count=len(error.conflicts)))
        for edit, stored in error.conflicts[:STEP]:
            st.text(row_label(edit.table, edit.row, edit.key, view))
            st.html(versions_html(edit.table, edit.fields(), edit.after or {}, stored, view))
        st.session_state.pop("import-preview", None)
        return
    except TableError as error:  # what others wrote since breaks a rule together with this
        for problem in error.problems[:STEP]:
            st.error(problem.sentence(view.language))
        st.session_state.pop("import-preview", None)
        return
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state.pop("import-preview", None)
    said = view.say("import.done", number=done.submission_id, applied=done.applied, held=done.held)
    st.session_state["import-said"] = f"{table_label(preview.raw.table, view)}：{said}"
    st.session_state["import-turn"] = _turn() + 1
    st.rerun()
