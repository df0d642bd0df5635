"""A plan for people: its sentence, its notices, its table, and the files it is given out as."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo import travel
from geo.crs import STORED_CRS
from geo.errors import SENTENCES
from geo.errors import sentence as error_sentence
from geo.exports import Headers, write_answer
from geo.schema import HOSTS, PRECISIONS
from geo.siting.analysis import counted, reasons_of, stays
from geo.siting.case import Notice
from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.siting.stability import Stability
from geo.siting.writing import to_json
from geo.text import date_text, percent_text, text

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


# --- words ----------------------------------------------------------------------------------


def within_text(request: Request, language: str = "zh") -> str:
    """Write how far counts as reached: within 5 km, or within 30 min by bus."""
    if request.unit == "m":
        return text("siting.within_km", language, value=f"{request.limit / 1000:g}")
    mode = text(f"siting.mode_{request.mode}", language)
    return text("siting.within_min", language, mode=mode, value=f"{request.limit:g}")


def cost_text(cost: float | None, request: Request, language: str = "zh") -> str:
    """Write a cost in kilometres or minutes."""
    if cost is None:
        return text("all.unknown", language)
    if request.unit == "m":
        return text("all.km", language, value=f"{cost / 1000:.1f}")
    return text("all.minutes", language, value=f"{cost:.0f}")


def weight_text(weight: float, request: Request, language: str = "zh") -> str:
    """Write a weight as villages or people."""
    word = "siting.unit_villages" if request.weight == "villages" else "siting.unit_persons"
    return text(word, language, count=f"{weight:,.0f}")


def gap_text(proposal: Proposal) -> str:
    """Write how far the best plan may be from this one."""
    return percent_text(min(1.0, proposal.solution.gap))


def sentence(proposal: Proposal, language: str = "zh") -> str:
    """Return the plan in one sentence."""
    request, figures = proposal.case.request, proposal.figures
    proof = (
        text("siting.proven", language)
        if proposal.proven
        else text("siting.not_proven", language, gap=gap_text(proposal))
    )
    said = {"add": len(proposal.sites), "opened": figures.opened, "proof": proof}
    if request.model in {"travel", "farthest"}:
        ends = (
            (figures.mean_before, figures.mean_after)
            if request.model == "travel"
            else (figures.greatest_before, figures.greatest_after)
        )
        before, after = (cost_text(cost, request, language) for cost in ends)
        before = before if ends[0] is not None else text("siting.unknown_before", language)
        cost = text("siting.distance" if request.unit == "m" else "siting.time", language)
        facts = said | {"before": before, "after": after}
        if request.model == "travel":
            return text("siting.sentence_travel", language, cost=cost, **facts)
        return text("siting.sentence_farthest", language, **facts)
    villages = request.weight == "villages"
    facts = {
        "within": within_text(request, language),
        "what": text("siting.villages" if villages else "siting.persons", language),
        "before": percent_text(figures.share_before),
    }
    if proposal.sites.empty:
        return text("siting.none_added", language, **facts)
    facts["after"] = percent_text(figures.share_after)
    if proposal.service is not None:
        served = proposal.service.solution.objective
        share = percent_text(served / figures.total if figures.total else 0.0)
        room = {"served": weight_text(served, request, language), "share": share}
        return text("siting.sentence_capacity", language, **facts, **said, **room)
    word = "siting.sentence_fewest" if request.model == "fewest" else "siting.sentence_cover"
    return text(word, language, **facts, **said)


def notice_texts(proposal: Proposal, language: str = "zh") -> list[str]:
    """Return what must be said beside the figures, the gravest first."""
    return [notice_text(notice, language) for notice in proposal.notices]


def notice_text(notice: Notice, language: str = "zh") -> str:
    """Return one notice in words, whoever gave it: the tables, the travel cost, or the model."""
    if notice.code.startswith("travel."):
        return travel.Notice(notice.code, notice.facts).sentence(language)
    if notice.code in SENTENCES:
        return error_sentence(notice.code, language, **notice.facts)
    return text(notice.code, language, **notice.facts)


def site_name(site: Mapping[Any, Any], language: str = "zh") -> str:
    """Name a site, as plain text: a drawn one without a name by its number."""
    name = str(site["name"])
    if site["kind"] == "point" and name.isdigit():
        return text("siting.drawn", language, number=name)
    return name


# --- tables and files -------------------------------------------------------------------------


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


def summary(proposal: Proposal) -> dict[str, Any]:
    """Return the figures of a plan as a scenario keeps them."""
    figures = proposal.figures
    return {
        "added": len(proposal.sites),
        "objective": proposal.solution.objective,
        "proven": proposal.proven,
        "share_before": figures.share_before,
        "share_after": figures.share_after,
        "after": figures.after,
        "villages_after": figures.villages_after,
        "townships_after": figures.townships_after,
    }


class Why(NamedTuple):
    """Why a site is in a plan, with rows of the case's tables in the place of positions."""

    gained: pd.DataFrame  # demand newly reached when it comes
    alone: pd.DataFrame  # demand that no other site reaches
    runner_up: dict[Any, Any] | None  # the row of the best site in its place, if there is one
    loss: float  # weight lost by that swap, or without the site


def whys(proposal: Proposal) -> dict[str, Why]:
    """Return why each site is in the plan, by its id."""
    case = proposal.case
    found = {}
    for site, reason in reasons_of(proposal).items():
        other = case.sites.iloc[reason.runner_up].to_dict() if reason.runner_up >= 0 else None
        found[str(case.sites["site_id"].iloc[site])] = Why(
            case.demand.iloc[reason.demand], case.demand.iloc[reason.alone], other,
            reason.swap_loss,
        )  # fmt: skip
    return found


def plan_facts(
    proposal: Proposal,
    *,
    revision: int,
    stable: Stability | None = None,
    unvaried: Notice | None = None,
) -> dict[str, Any]:
    """
    Return a plan as JSON can hold it: sites with their reasons, objective, bound, notices.

    With `stable` each site says in how many of the runs it stays; `unvaried` says what was not
    varied in them.
    """
    case, solution = proposal.case, proposal.solution
    because = whys(proposal)
    kept = stays(stable) if stable else {}
    runs = len(stable.runs) if stable else 0
    sites = []
    for at, row in zip(proposal.sites.index, proposal.sites.to_dict("records"), strict=True):
        facts = _site_facts(row, because[row["site_id"]])
        if stable:
            facts["reasons"]["stability"] = {"kept": kept[at], "runs": runs}
        sites.append(facts)
    return {
        "request": json.loads(to_json(case.request)),
        "revision": revision,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "proven": proposal.proven,
        "status": solution.status,
        "figures": summary(proposal),
        "served": proposal.service.solution.objective if proposal.service else None,
        "standing": _standing_use(proposal),
        "sites": sites,
        "sentence": sentence(proposal),
        "stability": counted(stable) if stable else None,
        "notices": [*notice_texts(proposal), *([notice_text(unvaried)] if unvaried else [])],
    }


def _standing_use(proposal: Proposal) -> list[dict[str, Any]]:
    """Return how much of each standing station is used; none without a capacity."""
    if proposal.service is None:
        return []
    case, service = proposal.case, proposal.service
    return [
        {"id": case.sites["site_id"].iloc[at], "served": float(service.used[at]),
         "share_used": _number(service.share_used[at])}
        for at in case.problem.locked.tolist()
    ]  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _site_facts(row: Mapping[Any, Any], why: Why) -> dict[str, Any]:
    used = {}
    if "served" in row:
        used = {"served": float(row["served"]), "share_used": _number(row["share_used"])}
    known = {
        name: None if pd.isna(row[name]) else row[name]
        for name in ("township_code", "township", "county", "host_kind")
    }
    return {
        "id": row["site_id"], "place": int(row["place"]), "name": site_name(row),
        "kind": row["kind"], **known, "lon": round(float(row["lon"]), 6),
        "lat": round(float(row["lat"]), 6), "precision": row["position_precision"],
        "spread": bool(row["spread"]), "demo": bool(row["demo"]),
        "required": bool(row["required"]), **used,
        "reasons": {
            "gain": float(row["gain"]), "villages": int(row["villages"]),
            "share_after": float(row["share"]), "opens_township": bool(row["opens"]),
            "village_codes": why.gained["village_code"].tolist(),
            "alone": len(why.alone),
            "runner_up": (
                {"id": why.runner_up["site_id"], "name": site_name(why.runner_up)}
                if why.runner_up else None
            ),
            "swap_loss": why.loss,
        },
    }  # fmt: skip
