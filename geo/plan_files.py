"""A plan as a table, and the files it is given out as."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.crs import STORED_CRS
from geo.exports import Headers, write_answer
from geo.plans import notice_texts, sentence, site_name
from geo.schema import HOSTS, PRECISIONS
from geo.siting.proposal import Proposal
from geo.text import date_text, text

SUFFIXES = (".xlsx", ".gpkg", ".csv")

# (name, Chinese header, English label), as `exports.write_answer` takes them.
COLUMNS = tuple(
    (name, text(key, "zh"), text(key, "en"))
    for name, key in (
        ("place", "siting.place"), ("name", "siting.name"), ("kind", "siting.kind"),
        ("county", "all.county"), ("township", "all.township"), ("gain", "siting.gain"),
        ("villages", "siting.gain_villages"), ("share_percent", "siting.share"),
        ("opens", "siting.opens"), ("required", "siting.required"), ("lon", "siting.lon"),
        ("lat", "siting.lat"), ("precision", "siting.precision"), ("spread", "siting.spread_mark"),
        ("demo", "notice.demo_mark"), ("site_id", "siting.site_id"),
    )
)  # fmt: skip


def plan_table(proposal: Proposal, language: str = "zh") -> pd.DataFrame:
    """Return the sites in roll-out order with the columns of `COLUMNS`, kinds in words."""
    rows = proposal.sites.reset_index(drop=True)
    column = 1 if language == "zh" else 2
    precisions = {choice[0]: choice[column] for choice in PRECISIONS}
    hosts = {choice[0]: choice[column] for choice in HOSTS}
    kinds = [
        hosts.get(str(host), text("siting.kind_host", language))
        if kind == "host" else text(f"siting.kind_{kind}", language)
        for kind, host in zip(rows["kind"], rows["host_kind"], strict=True)
    ]  # fmt: skip
    return rows.assign(
        name=[site_name(row, language) for row in rows.to_dict("records")],
        kind=pd.Series(kinds, dtype="str"),
        share_percent=(rows["share"] * 100).round(1),
        precision=rows["position_precision"].map(precisions),
        lon=rows["lon"].round(5),
        lat=rows["lat"].round(5),
    )[[name for name, *_ in COLUMNS]]


def plan_notices(proposal: Proposal, *, revision: int, language: str = "zh") -> list[str]:
    """Return the lines that every export of a plan carries."""
    return [
        sentence(proposal, language),
        text("export.as_of", language, date=date_text(proposal.case.as_of, language)),
        text("export.revision", language, revision=revision),
        *notice_texts(proposal, language),
    ]


def write_plan(
    proposal: Proposal,
    *,
    suffix: str,
    revision: int,
    language: Headers = "zh",
    made_on: date | None = None,
) -> bytes:
    """
    Return the sites of a plan as a workbook, a GeoPackage or CSV, with every notice.

    Raises
    ------
    ArgumentError
        If the suffix is none of `SUFFIXES`.
    """
    table = plan_table(proposal, language)
    title = text("siting.export", language)
    notices = plan_notices(proposal, revision=revision, language=language)
    if suffix != ".gpkg":
        return write_answer(
            table, suffix=suffix, columns=COLUMNS, title=title, notices=notices,
            headers=language, made_on=made_on,
        )  # fmt: skip
    return points_package(table, COLUMNS, title=title, notices=notices, headers=language)


def points_package(
    table: pd.DataFrame,
    columns: Sequence[tuple[str, str, str]],
    *,
    title: str,
    notices: Sequence[str],
    headers: Headers = "zh",
) -> bytes:
    """Return rows with `lon` and `lat` (degrees, EPSG:4326) as a GeoPackage of points."""
    heads = {name: name if headers == "en" else zh for name, zh, _ in columns}
    data = table[list(heads)].rename(columns=heads).reset_index(drop=True)
    for name in data.columns:
        if data[name].dtype == "bool" and headers == "zh":
            data[name] = np.where(data[name], "是", "否")
    points = gpd.points_from_xy(table["lon"], table["lat"])
    file = io.BytesIO()
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(data, geometry=points, crs=STORED_CRS), file, driver="GPKG",
        layer=title, geometry_type="Point", layer_options={"DESCRIPTION": " ".join(notices)},
    )  # fmt: skip
    return file.getvalue()
