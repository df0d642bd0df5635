"""Pieces that several pages use: the map, tables, downloads, notices, legends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from html import escape

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import exports, maps
from geo.text import date_text, text
from ui import cache
from ui.frame import View

MAP_HEIGHT_PX = 470
# A time is one figure; a date is none.
_FIGURE = re.compile(
    r"(?<![\d.,:])(\d[\d,]*(?::\d\d)?(?:\.\d+)?%?)"
    r"(?!\d|[年月日]| (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)"
)


def sentence(words: str) -> None:
    """Show the page's main figure as a sentence, its numbers in the accent colour."""
    marked = _FIGURE.sub(r"<b>\1</b>", escape(words, quote=False))
    st.html(f'<p class="xh-sentence">{marked}</p>')


def soft(words: str) -> None:
    """Show a quiet explaining line."""
    st.html(f'<p class="xh-soft">{escape(words)}</p>')


def reason(words: str) -> None:
    """Show a line of a sheet of reasons, its numbers in bold."""
    marked = _FIGURE.sub(r"<b>\1</b>", escape(words, quote=False))
    st.html(f'<p class="xh-reason">{marked}</p>')


def line(words: str, chips: Sequence[tuple[str, str]] = ()) -> None:
    """Show a quiet line with marks before it: (style, word) each."""
    marks = "".join(
        f'<span class="xh-chip xh-chip-{style}">{escape(word)}</span>' for style, word in chips
    )
    st.html(f'<p class="xh-line">{marks}{escape(words)}</p>')


def notice(words: str) -> None:
    """Show a notice that nobody should overlook."""
    st.html(f'<div class="xh-notice" role="note">{escape(words)}</div>')


def demo_notice(view: View, *, stations: int = 0, promoters: int = 0) -> None:
    """Say that the page counts invented rows, if it does."""
    what = []
    if stations:
        what.append(view.say("notice.demo_stations", count=stations))
    if promoters:
        what.append(view.say("notice.demo_promoters", count=promoters))
    if what:
        notice(view.say("notice.demo", what="，".join(what)))


def map_notice(view: View) -> maps.MapNotice:
    """Say what the township layer is, for the corner of the map."""
    info = cache.shapes(view.revision, "township").info
    source = view.say("notice.layer_source", source=info.source)
    if info.compiled_on:
        dated = date_text(info.compiled_on, view.language)
        source += " · " + view.say("notice.layer_date", date=dated)
    number = info.approval_number
    return maps.MapNotice(
        layer=view.say(f"notice.{info.kind}"),
        approval=(
            view.say("notice.approval", number=number) if number else view.say("notice.unreviewed")
        ),
        draft=not number,
        source=source,
    )


def show_map(
    view: View,
    groups: Sequence[folium.FeatureGroup],
    *,
    key: str,
    ground_taps: bool = False,
    bounds: tuple[float, float, float, float] | None = None,
) -> maps.Tap | None:
    """
    Draw the base map with `groups` on it, at first all of the city or what `bounds` says.

    Returns
    -------
    tap
        What the reader just tapped, once, on the rerun that the tap caused; else None.
    """
    townships, counties = (cache.shapes(view.revision, level) for level in ("township", "county"))
    base = maps.base_map(
        townships_payload=townships.payload,
        counties_payload=counties.payload,
        notice=map_notice(view),
        words={name: view.say(f"map.{name}") for name in maps.WORD_KEYS},
        bounds=bounds or tuple(counties.layer.total_bounds),
        ground_taps=ground_taps,
    )
    with st.container(key=f"xh-map-{key}"):
        returned = st_folium(
            base,
            key=f"{key}-{view.revision}-{view.language}",
            height=MAP_HEIGHT_PX,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=list(groups),
        )
    tap = maps.read_tap(returned)
    seen = f"tap-{key}"
    if tap is None or tap.serial == st.session_state.get(seen):
        return None
    st.session_state[seen] = tap.serial
    return tap


def show_legend(view: View, *names: str, labels: Mapping[str, str] | None = None) -> None:
    """Show what the signs `names` on the map mean: as always, or here as `labels` says."""
    here = labels or {}
    words = {name: here.get(name) or view.say(f"sign.{name}") for name in names}
    st.html(maps.legend_html(maps.legend(names, words)))


_DOWNLOADS = {
    ".csv": ("all.download_csv", "text/csv"),
    ".xlsx": (
        "all.download_xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
Columns = Sequence[tuple[str, str, str]]  # (name, Chinese, English)


def heads(*pairs: tuple[str, str]) -> Columns:
    """Return columns from pairs of a name and the key of its header."""
    return [(name, text(key, "zh"), text(key, "en")) for name, key in pairs]


def _switched(key: str, default: str) -> None:
    chosen = st.session_state.get(f"switch-{key}")
    if chosen is None or chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen


def switch(
    view: View,
    key: str,
    options: Sequence[str],
    word: str,
    *,
    words: Collection[str] = (),
    default: str | None = None,
    label_visible: bool = True,
) -> str:
    """
    Let the reader choose one of `options`; return it. It stands in the link, in any language.

    An option is worded by ``<word>_<option>``, or as it is if it is one of `words`. Only what
    is chosen needs to be computed, unlike with tabs.
    """
    plain = default or options[0]
    asked = st.query_params.get(key, plain)
    now = asked if asked in options else plain
    st.session_state[f"switch-{key}"] = now
    st.segmented_control(
        view.say(word), options, key=f"switch-{key}", required=True, on_change=_switched,
        args=(key, plain), label_visibility="visible" if label_visible else "collapsed",
        format_func=lambda one: one if one in words else view.say(f"{word}_{one}"),
    )  # fmt: skip
    return now


def show_table(
    frame: pd.DataFrame, columns: Columns, view: View, *, key: str, height: int = 380
) -> None:
    """Show the columns of an answer table under their headers."""
    shown = frame[[name for name, *_ in columns]].rename(
        columns={name: zh if view.language == "zh" else en for name, zh, en in columns}
    )
    if shown.empty:
        st.text(view.say("all.no_rows"))
        return
    fitting = min(height, 38 + 36 * len(shown))
    st.dataframe(
        shown, hide_index=True, height=fitting, key=key, placeholder=view.say("all.unknown")
    )


def download_buttons(
    frame: pd.DataFrame,
    columns: Columns,
    view: View,
    *,
    stem: str,
    title: str,
    notices: Sequence[str],
) -> None:
    """Offer an answer table as CSV and as XLSX."""
    headers: exports.Headers = "zh" if view.language == "zh" else "en"
    with st.container(horizontal=True):
        for suffix, (key, mime) in _DOWNLOADS.items():
            # Not the bytes but a function: the file is made on the click, not on every rerun.
            make = partial(
                exports.write_answer,
                frame,
                suffix=suffix,
                columns=columns,
                title=title,
                notices=list(notices),
                headers=headers,
            )
            st.download_button(
                view.say(key),
                data=make,
                file_name=f"{stem}{suffix}",
                mime=mime,
                on_click="ignore",
                key=f"{stem}{suffix}",
            )


def coverage_choice(view: View) -> tuple[dt.date, bool]:
    """Let the reader choose the date, and whether demonstration rows count; both in the link."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        chosen = st.date_input(
            view.say("all.as_of"),
            value=view.now.date(),
            min_value=dt.date(2015, 1, 1),
            max_value=dt.date(view.now.year + 1, 12, 31),
            format="YYYY-MM-DD",
            key="as_of",
            bind="query-params",
        )
    with right:
        count_demo = st.toggle(
            view.say("all.count_demo"), value=True, key="demo", bind="query-params"
        )
    return (chosen if isinstance(chosen, dt.date) else view.now.date()), count_demo


def export_notices(
    view: View, as_of: dt.date, demo_rows: int, *, stations_out: int = 0, villages_out: int = 0
) -> list[str]:
    """Return the lines that every export carries: date, list, demonstration rows, gaps."""
    said = [view.say("export.as_of", date=date_text(as_of, view.language))]
    year = cache.list_year(view.revision, as_of)
    if year is not None:
        said.append(view.say("export.list_year", year=year))
    said.append(view.say("export.revision", revision=view.revision))
    if demo_rows:
        said.append(view.say("export.demo", count=demo_rows))
    if stations_out:
        said.append(view.say("export.left_out", count=stations_out))
    if villages_out:
        said.append(view.say("export.left_out_villages", count=villages_out))
    return said


def upload(view: View, label: str, *, key: str, about: str) -> tuple[bytes, str] | None:
    """
    Let the reader give a file; return its bytes and name.

    Any kind may be handed in: what cannot be used is then told in a sentence of ours, in the
    reader's language, not by the control.
    """
    # Streamlit's own words inside the box are English; the style sheet replaces them by key.
    with st.container(key=f"xh-upload-{view.language}-{key}"):
        given = st.file_uploader(label, key=key)
        soft(about)
    return None if given is None else (given.getvalue(), given.name)
