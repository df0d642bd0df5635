"""Answer tables made ready to be read: names of places, shares, states, uncovered rows first."""

from __future__ import annotations

import folium
import pandas as pd

from geo import maps
from geo.coverage import rates
from geo.text import percent_text
from ui import cache, coverage
from ui.frame import View


def with_county(answer: pd.DataFrame, view: View) -> pd.DataFrame:
    """Add the county's name to an answer with `county_code`."""
    return answer.assign(county=answer["county_code"].map(cache.venues(view.revision).counties))


def city_figures(answer: pd.DataFrame) -> dict[str, object]:
    """Return the figures of the page's sentence: total, covered, uncovered, percent."""
    row = rates(answer, by=[]).iloc[0]
    counts: dict[str, object] = {name: int(row[name]) for name in ("total", "covered", "uncovered")}
    return counts | {"percent": percent_text(float(row["share"])) if row["total"] else "–"}


def with_percent(shares: pd.DataFrame) -> pd.DataFrame:
    """Add the share as per cent."""
    return shares.assign(percent=shares["share"].map(percent_text))


def with_state(answer: pd.DataFrame, view: View) -> pd.DataFrame:
    """Add covered or not covered as a word, and put what is not covered first."""
    words = {True: view.say("all.covered"), False: view.say("all.uncovered")}
    state = answer["covered"].astype(bool).map(words)
    return answer.assign(state=state).sort_values("covered", kind="stable")


def uncovered_townships(result: coverage.Coverage, view: View) -> pd.DataFrame:
    """Return the townships without a station, with the nearest one and who is responsible."""
    answer = with_county(result.townships, view)
    open_ones = answer[~answer["covered"]]
    nearest = result.nearest.set_index("township_code")[["nearest_name", "distance_km"]]
    return open_ones.join(nearest, on="township_code").sort_values(
        ["distance_km", "township_code"], ascending=[False, True], na_position="first"
    )


def villages(result: coverage.Coverage, view: View) -> pd.DataFrame:
    """Return the answer for villages with the names of township, county and reporting unit."""
    return with_state(with_county(result.villages, view), view)


LEVELS = ("level1", "level2", "level3", "level4", "level5")
_EDGES = (0.25, 0.5, 0.75, 1.0)


def station_classes(answer: pd.DataFrame, view: View) -> tuple[pd.Series, pd.Series]:
    """Return each township's colour class and tooltip by its stations, indexed by code."""
    by_code = answer.set_index("township_code")
    only_demo = by_code["covered"] & (by_code["stations"] == by_code["demo_stations"])
    classes = by_code["covered"].map({True: "covered", False: "uncovered"})
    classes = classes.mask(only_demo, "covered_demo")
    word = view.say("coverage.stations")
    return classes, by_code["stations"].map(lambda count: f"{word} {count}")


def share_classes(townships: pd.DataFrame, view: View) -> tuple[pd.Series, pd.Series]:
    """Return each township's colour class and tooltip by the share of its villages covered."""
    by_code = townships.set_index("township_code")
    classes = by_code["share"].map(lambda share: LEVELS[sum(share >= edge for edge in _EDGES)])
    counted = by_code["covered"].astype(str) + "/" + by_code["total"].astype(str)
    return classes, view.say("all.covered") + " " + counted


def choropleth(view: View, classes: pd.Series, notes: pd.Series) -> folium.FeatureGroup:
    """
    Return the township layer coloured by class.

    Parameters
    ----------
    view
        The reader's view.
    classes, notes
        A key of `maps.AREAS`, and a line for the tooltip; indexed by `township_code`.
    """
    known = cache.shapes(view.revision, "township")
    layer, codes = known.layer, known.layer["township_code"]
    # Of another day's list than the answer: drawn, but not coloured.
    absent = view.say("lists.not_listed")
    payload = maps.polygons_payload(
        layer,
        kind="township",
        code="township_code",
        classes=codes.map(classes).fillna("unknown"),
        notes=codes.map(notes).fillna(absent),
        shapes=known.outlines,
    )
    return maps.choropleth_group(payload)
