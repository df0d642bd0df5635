"""Boundary layers: try one, see what is wrong with it, put it in force, bring another back."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import streamlit as st

from geo import maps
from geo.boundaries import LayerInfo
from geo.errors import GeoError
from geo.layers import adoption
from geo.layers.importing import plan_layer
from geo.layers.plan import LayerPlan
from geo.rights import Actor
from ui import cache, parts
from ui.frame import View

LEVELS = ("township", "county")
KINDS = ("official", "schematic")
DATUMS = ("", "gcj02", "bd09")
SHOWN = 200


def show(actor: Actor, view: View) -> None:
    """Show the layers there are, and try a new one."""
    said = st.session_state.pop("layer-said", None)
    if said:
        st.success(said)
    parts.soft(view.say("layers.hint"))
    _show_stored(actor, view)
    st.header(view.say("layers.new"), anchor=False)
    info = _facts(view)
    turn = int(st.session_state.get("layer-turn", 0))
    given = parts.upload(
        view, view.say("layers.file"), key=f"layer-file-{turn}", about=view.say("layers.formats")
    )
    reading = _reading(view)
    if given is None:
        return
    if not info.source:
        st.info(view.say("layers.source_first"))
        return
    plan = _plan(*given, info, reading, view)
    if plan is not None:
        _show_plan(plan, info, actor, view)


class Reading(NamedTuple):
    """How to read a file that does not say it itself; None where it does."""

    datum: str | None
    crs: str | None
    code_column: str | None
    name_column: str | None
    layer: str | None


def _reading(view: View) -> Reading:
    with st.expander(view.say("layers.reading"), key="layer-reading"):
        datum = st.selectbox(
            view.say("layers.datum"), DATUMS, key="layer-datum",
            format_func=lambda one: view.say(f"layers.datum_{one}"),
        )  # fmt: skip
        crs = st.text_input(view.say("layers.crs"), key="layer-crs", placeholder="EPSG:4490")
        names = [
            st.text_input(view.say(f"layers.{name}"), key=f"layer-{name}", max_chars=100)
            for name in ("code_column", "name_column", "layer")
        ]
    code_column, name_column, layer = (name.strip() or None for name in names)
    return Reading(datum or None, crs.strip() or None, code_column, name_column, layer)


def _show_stored(actor: Actor, view: View) -> None:
    stored = cache.store().layers()
    shown = stored.assign(
        level=[view.say(f"layers.{level}") for level in stored["level"]],
        kind=[view.say(f"layers.kind_{kind}") for kind in stored["kind"]],
        active=[view.say("all.yes" if active else "all.no") for active in stored["active"]],
    )
    columns = (
        ("layer_id", "编号", "number"), ("level", "级别", "level"), ("kind", "性质", "kind"),
        ("source", "来源", "source"), ("compiled_on", "日期", "date"),
        ("approval_number", "审图号", "map approval"), ("active", "在用", "in force"),
    )  # fmt: skip
    parts.show_table(shown, columns, view, key="layers", height=220)
    others = {
        int(row["layer_id"]): " · ".join(
            str(row[name]) for name in ("layer_id", "level", "kind", "source") if row[name]
        )
        for row in shown[~stored["active"].astype(bool)].to_dict("records")
    }
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            view.say("layers.bring_back"), list(others), key="layer-back",
            format_func=lambda one: others[one],
        )  # fmt: skip
        if st.button(view.say("layers.restore"), key="layer-restore"):
            try:
                adoption.restore_layer(cache.store(), int(number), actor=actor, now=cache.utc_now())
            except GeoError as error:
                st.error(error.sentence(view.language))
                return
            st.session_state["layer-said"] = view.say("layers.restored", number=number)
            st.rerun()


def _facts(view: View) -> LayerInfo:
    left, right = st.columns(2)
    with left:
        level = st.selectbox(
            view.say("layers.level"), LEVELS, key="layer-level",
            format_func=lambda one: view.say(f"layers.{one}"),
        )  # fmt: skip
        source = st.text_input(view.say("layers.source"), key="layer-source", max_chars=200)
        day = st.date_input(
            view.say("layers.date"), value=None, format="YYYY-MM-DD", key="layer-date"
        )
    with right:
        kind = st.selectbox(
            view.say("layers.kind"), KINDS, key="layer-kind",
            format_func=lambda one: view.say(f"layers.kind_{one}"),
        )  # fmt: skip
        number = st.text_input(view.say("layers.approval"), key="layer-number", max_chars=60)
    return LayerInfo(
        level=level, kind=kind, source=source.strip(), compiled_on=day or None,
        approval_number=number.strip(),
    )  # fmt: skip


def _plan(
    data: bytes, name: str, info: LayerInfo, reading: Reading, view: View
) -> LayerPlan | None:
    """Return the plan of a file, made once for what was said about it."""
    asked = (hash(data), info, reading, view.revision)
    kept = st.session_state.get("layer-plan")
    if kept and kept[0] == asked:
        found: LayerPlan = kept[1]
        return found
    counties = cache.layer(view.revision, "county")
    try:
        with st.spinner(view.say("layers.checking"), show_time=False):
            plan = plan_layer(
                data, cache.tables(view.revision), counties, level=info.level, info=info,
                name=name, **reading._asdict(),
            )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return None
    st.session_state["layer-plan"] = (asked, plan)
    return plan


def _show_plan(plan: LayerPlan, info: LayerInfo, actor: Actor, view: View) -> None:
    parts.sentence(
        view.say("layers.plan", matched=len(plan.layer), problems=len(plan.problems),
                 notes=len(plan.notes))
    )  # fmt: skip
    for key, found in (("layers.problems", plan.problems), ("layers.notes", plan.notes)):
        if found:
            with st.expander(view.say(key, count=len(found)), expanded=key == "layers.problems"):
                said = "".join(
                    f"<li>{escape(one.sentence(view.language))}</li>" for one in found[:SHOWN]
                )
                st.html(f'<ol class="xh-problems">{said}</ol>')
                if len(found) > SHOWN:
                    parts.soft(view.say("queue.more", count=len(found) - SHOWN))
    if len(plan.layer):
        payload = maps.polygons_payload(
            plan.layer, kind=info.level, code=f"{info.level}_code", shapes=maps.outlines(plan.layer)
        )
        parts.show_map(view, [maps.choropleth_group(payload, focus=True)], key="layer-plan")
    if plan.problems:
        st.error(view.say("layers.refused"))
        return
    if st.button(view.say("layers.apply"), type="primary", key="layer-apply"):
        try:
            adoption.put_layer(cache.store(), plan.layer, info, actor=actor, now=cache.utc_now())
        except GeoError as error:
            st.error(error.sentence(view.language))
            return
        st.session_state.pop("layer-plan", None)
        st.session_state["layer-turn"] = int(st.session_state.get("layer-turn", 0)) + 1
        st.session_state["layer-said"] = view.say("layers.applied")
        st.rerun()
