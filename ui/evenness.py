"""How evenly stations are shared out: a sentence, the Lorenz curve, and where the worst is."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from geo import outreach, plans
from geo.text import percent_text
from ui import accessibility, charts, parts
from ui import outreach as reach
from ui.frame import View


def show(as_of: date, count_demo: bool, notices: list[str], view: View) -> None:
    """Show how evenly the stations of the day are shared out."""
    asked = reach.conditions(view)
    held = reach.found(view.revision, as_of, count_demo, asked.mode, asked.weight, asked.halls)
    even = outreach.evenness(held, limit=asked.limit)
    if even.worst is None or even.gap is None or even.mean is None:
        parts.sentence(view.say("outreach.no_equity"))
        return
    language, request = view.language, asked.request
    parts.sentence(
        view.say(
            "outreach.even_sentence", mean=plans.cost_text(even.mean, request, language),
            worst=plans.cost_text(even.worst.mean, request, language), best=even.gap.best,
            high=percent_text(even.gap.best_value), lowest=even.gap.worst,
            low=percent_text(even.gap.worst_value), gap=f"{even.gap.difference * 100:.1f}",
        )
    )  # fmt: skip
    if even.gini is not None:
        parts.soft(view.say("outreach.gini", gini=f"{even.gini:.2f}"))
        parts.soft(view.say("outreach.gini_note"))
    if even.beyond:
        parts.soft(view.say("outreach.beyond", count=even.beyond))
    reach.show_notices(held, view)
    notices = [*notices, *(plans.notice_text(notice, language) for notice in held.notices)]
    accessibility.show(held, asked, notices, view)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header(view.say("outreach.lorenz"), anchor=False)
        if even.gini is not None:
            _show_curve(even.curve, view)
    with right:
        st.header(view.say("outreach.worst"), anchor=False)
        _show_worst(held, even, notices, view)


def _show_curve(curve: pd.DataFrame, view: View) -> None:
    now, alike = view.say("outreach.lorenz_now"), view.say("outreach.lorenz_even")
    rows = pd.concat(
        [
            pd.DataFrame(
                {"x": curve["weight_share"] * 100, "y": curve["value_share"] * 100, "line": now}
            ),
            pd.DataFrame({"x": [0.0, 100.0], "y": [0.0, 100.0], "line": alike}),
        ]
    )
    lines = (
        alt.Chart(rows)
        .mark_line()
        .encode(
            x=charts.x("x", view.say("outreach.lorenz_people"), [0, 100]),
            y=charts.y("y", view.say("outreach.lorenz_access"), [0, 100]),
            color=charts.colours("line", [now, alike]),
            strokeDash=charts.dashes("line", [now, alike]),
        )
    )
    charts.show(lines)
    tenths = pd.DataFrame({"x": range(0, 101, 10)})
    tenths["y"] = [
        round(float(_at(curve, share / 100)) * 100, 1) for share in tenths["x"]
    ]  # fmt: skip
    columns = parts.heads(("x", "outreach.lorenz_people"), ("y", "outreach.lorenz_access"))
    parts.show_table(tenths, columns, view, key="lorenz", height=220)


def _at(curve: pd.DataFrame, share: float) -> float:
    before = curve[curve["weight_share"] <= share + 1e-12].iloc[-1]
    after = curve[curve["weight_share"] >= share - 1e-12].iloc[0]
    width = float(after["weight_share"] - before["weight_share"])
    part = (share - float(before["weight_share"])) / width if width > 0 else 0.0
    return float(before["value_share"]) + part * float(after["value_share"] - before["value_share"])


def _show_worst(
    held: outreach.Outreach, even: outreach.Evenness, notices: list[str], view: View
) -> None:
    """List in which townships the farthest tenth lives."""
    assert even.worst is not None
    villages = held.villages
    counted = villages["weight"].fillna(0.0).gt(0) & villages["cost"].lt(float("inf"))
    part = pd.Series(even.worst.part, index=villages.index[counted])
    mine = villages.loc[part.index[part > 0]]
    scale = 1000.0 if held.cost.unit == "m" else 1.0
    cost = "outreach.cost_km" if held.cost.unit == "m" else "outreach.cost_min"
    grouped = mine.groupby(["county", "township", "reporting_unit"], as_index=False).agg(
        villages=("village_code", "size"), mean=("cost", "mean")
    )
    rows = grouped.assign(mean=(grouped["mean"] / scale).round(1))
    rows = rows.sort_values(["villages", "mean"], ascending=False)
    columns = parts.heads(
        ("township", "all.township"), ("villages", "outreach.villages_count"), ("mean", cost),
        ("reporting_unit", "coverage.responsible"), ("county", "all.county"),
    )  # fmt: skip
    parts.show_table(rows, columns, view, key="worst")
    parts.download_buttons(
        rows,
        columns,
        view,
        stem="farthest_tenth",
        title=view.say("outreach.worst"),
        notices=notices,
    )
