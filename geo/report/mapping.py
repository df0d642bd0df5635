"""The maps of a report as data: which areas have which sign, which points stand on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd

from geo.coverage import rates
from geo.report.coverage_sections import day_text, scope_text
from geo.report.document import Picture, Sign
from geo.report.figures import Figures, Source
from geo.report.places import Place
from geo.schema import EXACT_PRECISIONS
from geo.succession import in_force
from geo.text import text

LEVELS = ("level1", "level2", "level3", "level4", "level5")
_EDGES = (0.25, 0.5, 0.75, 1.0)


def _approval(source: Source) -> str:
    return source.layer.approval_number or text("paper.about_no_number")


def map_notices(source: Source, *, as_of: date) -> tuple[str, ...]:
    """Return the lines below every map: layer kind and 审图号, its source, the day of the data."""
    kind = text(f"notice.{source.layer.kind}")
    return (
        text("paper.map_layer", kind=kind, number=_approval(source)),
        text("paper.map_source", source=source.layer.source),
        text("paper.map_data", date=day_text(as_of)),
    )


def areas_of(
    source: Source, figures: Figures, classes: pd.Series, labelled: pd.Series
) -> gpd.GeoDataFrame:
    """
    Return the township polygons with their signs, those outside the report as `plain`.

    Parameters
    ----------
    classes, labelled
        A name of `signs.AREAS`, and whether the name is written, by township code; of the
        townships of `figures`.
    """
    layer = source.townships[0]
    codes = layer["township_code"].astype(str)
    inside = codes.isin(figures.townships["township_code"])
    return gpd.GeoDataFrame(
        {
            "code": codes,
            "name": layer["name"].astype(str),
            "sign": codes.map(classes).fillna("plain").astype(str),
            "labelled": codes.map(labelled).eq(True),
            "inside": inside,
        },
        geometry=layer.geometry,
        crs=layer.crs,
    )


def _legend(names: list[str], *, outside: bool) -> tuple[tuple[str, str], ...]:
    special = {
        "station_demo": text("paper.sign_demo"),
        "unknown": text("paper.sign_unlisted"),
        "proposed": text("paper.sign_proposed"),
    }
    told = [(name, special[name] if name in special else text(f"sign.{name}")) for name in names]
    if outside:
        told.append(("plain", text("paper.sign_outside")))
    return tuple(told)


def station_signs(figures: Figures) -> list[Sign]:
    """Return the signs of the stations that count and have a position."""
    placed = figures.stations.dropna(subset=["lon", "lat"]).sort_values("venue_id")
    exact = placed["position_precision"].isin(EXACT_PRECISIONS)
    demo = placed["demo"].fillna(False).astype(bool)
    names = pd.Series("station", index=placed.index).mask(~exact, "approximate")
    names = names.mask(demo, "station_demo")
    return [
        Sign(float(lon), float(lat), name)
        for lon, lat, name in zip(placed["lon"], placed["lat"], names, strict=True)
    ]


def _hall_signs(source: Source, figures: Figures, place: Place) -> list[Sign]:
    venues = source.tables["venues"]
    halls = venues[venues["kind"].eq("hall") & venues["status"].eq("open")]
    if place.kind == "county":
        halls = halls[halls["county_code"].eq(place.code)]
    elif place.kind == "unit":
        halls = halls[halls["township_code"].isin(figures.townships["township_code"])]
    placed = halls.dropna(subset=["lon", "lat"]).sort_values("venue_id")
    return [
        Sign(float(lon), float(lat), "hall")
        for lon, lat in zip(placed["lon"], placed["lat"], strict=True)
    ]


def outlines_of(source: Source) -> gpd.GeoDataFrame:
    """Return the county polygons with their names."""
    layer = source.counties[0]
    return gpd.GeoDataFrame(
        {"name": layer["name"].astype(str)}, geometry=layer.geometry, crs=layer.crs
    )


def _picture(
    source: Source, name: str, caption: str, alt: str, areas: gpd.GeoDataFrame,
    signs: list[Sign], order: list[str], *, as_of: date,
) -> Picture:  # fmt: skip
    drawn = {*areas["sign"][areas["inside"]], *(sign.name for sign in signs)}
    legend = _legend([one for one in order if one in drawn], outside=not areas["inside"].all())
    draft = "" if source.layer.approval_number else text("notice.unreviewed")
    return Picture(
        name=name, caption=caption, alt=alt, areas=areas, outlines=outlines_of(source),
        signs=tuple(signs), legend=legend, notices=map_notices(source, as_of=as_of), draft=draft,
    )  # fmt: skip


def stations_picture(
    source: Source,
    figures: Figures,
    place: Place,
    *,
    as_of: date,
    proposed: Sequence[Sign] = (),
) -> Picture:
    """Return the map of townships with and without a station; with `proposed`, of the next ones."""
    by_code = figures.townships.set_index("township_code")
    covered = by_code["covered"].astype(bool)
    classes = covered.map({True: "covered", False: "uncovered"})
    classes = classes.mask(
        covered & by_code["stations"].eq(by_code["demo_stations"]), "covered_demo"
    )
    alt = text(
        "paper.stations_alt", place=scope_text(place), covered=int(covered.sum()),
        uncovered=int((~covered).sum()),
    )  # fmt: skip
    signs = [*station_signs(figures), *_hall_signs(source, figures, place)]
    order = [
        "covered", "covered_demo", "uncovered", "station", "approximate", "station_demo", "hall",
        "proposed",
    ]  # fmt: skip
    if proposed:  # the numbers need the room that the names would take
        areas = areas_of(source, figures, classes, covered & False)
        caption = place.name + text("paper.sites_map")
        alt = text("paper.sites_alt", place=scope_text(place), count=len(proposed))
        signs = [*signs, *proposed]
        return _picture(source, "sites", caption, alt, areas, signs, order, as_of=as_of)
    areas = areas_of(source, figures, classes, ~covered)
    caption = place.name + text("paper.stations_map")
    return _picture(source, "stations", caption, alt, areas, signs, order, as_of=as_of)


def promoters_picture(source: Source, figures: Figures, place: Place, *, as_of: date) -> Picture:
    """Return the map of the share of villages with a promoter in each township."""
    shares = rates(figures.villages, by=["township_code"]).set_index("township_code")["share"]
    known = figures.townships["township_code"].map(shares)
    classes = pd.Series(
        [
            "unknown" if pd.isna(share) else LEVELS[sum(share >= edge for edge in _EDGES)]
            for share in known
        ],
        index=figures.townships["township_code"],
        dtype=object,
    )
    small = place.kind != "city"  # in one county there is room for every name
    labelled = pd.Series(small, index=classes.index)
    areas = areas_of(source, figures, classes, labelled)
    caption = place.name + text("paper.promoters_map")
    alt = text("paper.promoters_alt", place=scope_text(place))
    order = [*LEVELS, "unknown"]
    return _picture(source, "promoters", caption, alt, areas, [], order, as_of=as_of)


def undrawn(source: Source, *, as_of: date, codes: pd.Series) -> list[str]:
    """Return the names of townships among `codes` that the layer lacks."""
    listed = in_force(source.tables["townships"], as_of=as_of)
    listed = listed[listed["township_code"].isin(codes)]
    drawn = source.townships[0]["township_code"].astype(str)
    return [str(name) for name in listed["name"][~listed["township_code"].isin(drawn)]]
