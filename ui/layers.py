"""Boundary layers: try one, see what is wrong with it, put it in force, bring another back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo import layer_register, maps
from geo.boundaries import LayerInfo
from geo.errors import GeoError
from geo.layer_import import plan_layer
from geo.layer_plan import LayerPlan
from geo.rights import Actor
from ui import cache, parts
from ui.frame import View

LEVELS = ("township", "county")
KINDS = ("official", "schematic")
DATUMS = ("", "gcj02", "bd09")
TYPES = ["zip", "gpkg", "geojson", "json", "kml", "fgb"]
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
    datum = st.selectbox(
        view.say("layers.datum"), DATUMS, format_func=lambda one: view.say(f"layers.datum_{one}"),
        key="layer-datum",
    )  # fmt: skip
    crs = st.text_input(view.say("layers.crs"), key="layer-crs", placeholder="EPSG:4490")
    given = parts.upload(
        view, view.say("layers.file"), types=TYPES, key="layer-file",
        about=view.say("layers.formats"),
    )  # fmt: skip
    if given is None:
        return
    if info.kind == "official" and not info.source.strip():
        st.info(view.say("layers.source_first"))
        return
    plan = _plan(*given, info, datum, crs.strip(), view)
    if plan is not None:
        _show_plan(plan, info, actor, view)


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
    others = [int(number) for number in stored.loc[~stored["active"].astype(bool), "layer_id"]]
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(view.say("layers.bring_back"), others, key="layer-back")
        if st.button(view.say("layers.restore"), key="layer-restore"):
            try:
                layer_register.restore_layer(
                    cache.store(), int(number), actor=actor, now=cache.utc_now()
                )
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
    data: bytes, name: str, info: LayerInfo, datum: str, crs: str, view: View
) -> LayerPlan | None:
    """Return the plan of a file, made once for what was said about it."""
    asked = (hash(data), info, datum, crs, view.revision)
    kept = st.session_state.get("layer-plan")
    if kept and kept[0] == asked:
        found: LayerPlan = kept[1]
        return found
    counties = cache.shapes(view.revision, "county").layer if info.level == "township" else None
    try:
        with st.spinner(view.say("layers.checking"), show_time=False):
            plan = plan_layer(
                data, cache.tables(view.revision), counties, level=info.level, info=info,
                datum=datum or None, crs=crs or None, name=name,
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
                said = pd.DataFrame(
                    {"said": [one.sentence(view.language) for one in found[:SHOWN]]}
                )
                parts.show_table(said, (("said", "情况", "finding"),), view, key=key, height=260)
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
            layer_register.put_layer(
                cache.store(), plan.layer, info, actor=actor, now=cache.utc_now()
            )
        except GeoError as error:
            st.error(error.sentence(view.language))
            return
        st.session_state.pop("layer-plan", None)
        st.session_state["layer-said"] = view.say("layers.applied")
        st.rerun()
