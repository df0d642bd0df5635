"""What a report says of the next sites: where, in which order, and why there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geo import planning, plans
from geo.errors import GeoError
from geo.report.document import Block, Cell, Column, Grid, Paragraph, Picture, Section, Sign
from geo.report.figures import Figures, Source, rows_in
from geo.report.mapping import stations_picture
from geo.report.places import Place
from geo.settings import Settings
from geo.siting.analysis import counted, reasons_of, stability_of, stays, steadiness_asked
from geo.siting.proposal import Proposal, propose
from geo.siting.reasons import Reason
from geo.siting.request import Goal, Request
from geo.siting.stability import Stability
from geo.text import text

CITY_SITES, OTHER_SITES = 20, 5
_SHOWN_VILLAGES = 200  # of one site in the annex
_FROM = {
    "villages": "paper.sites_from_villages",
    "hosts": "paper.sites_from_hosts",
    "points": "paper.sites_from_points",
}


@dataclass(frozen=True)
class Wish:
    """
    How many sites to propose, and how far they reach.

    Parameters
    ----------
    add
        How many; 20 for the city and 5 for others unless told; 0 for no proposal.
    radius_m
        How far counts as reached, metres along the way.
    goal
        What is wanted more of: people reached, townships with a station, or both.
    time_limit_s
        Seconds that the model may take; then the best so far is proposed, with its gap. So
        many again for the runs under other conditions.
    request, scenario
        A stored request in the place of all of these but the last, and its name. The day is
        the report's.
    """

    add: int | None = None
    radius_m: float = 5000.0
    goal: Goal = "both"
    time_limit_s: float = 15.0
    request: Request | None = None
    scenario: str = ""


USUAL = Wish()


@dataclass(frozen=True, eq=False)
class NextSites:
    """The section and the annex about the next sites."""

    section: Section
    annex: Section


def next_sites(
    source: Source, figures: Figures, place: Place, wish: Wish, *, as_of: date, settings: Settings
) -> NextSites | str:
    """
    Propose the next sites in the place, or say why there are none.

    Every station of the city stands, also beyond the border of the place; only villages of
    the place are to be reached. Host buildings of the place are the candidates where any is
    stored with a position, else its villages.
    """
    tables = _tables_of(source, figures)
    request = _request(tables, figures, place, wish, as_of=as_of)
    if request.add == 0 and request.model != "fewest":
        return text("paper.sites_unasked")
    stable = others = None
    try:
        inputs = planning.inputs_of(
            tables, source.townships[0], request, as_of=as_of, settings=settings,
            cache=source.cache,
        )  # fmt: skip
        case = planning.planned(request, inputs, as_of=as_of)
        found = propose(case, time_limit_s=wish.time_limit_s)
        if steadiness_asked(found) and len(found.sites):
            others = planning.other_weights(tables, source.townships[0], case)
            stable = stability_of(
                found, inputs, weights=others.weights, time_limit_s=wish.time_limit_s
            )
    except GeoError as error:
        return error.sentence().rstrip("。")
    if found.sites.empty:
        return text("paper.sites_none")
    blocks: list[Block] = [Paragraph(words) for words in _rule(request, wish)]
    blocks += [Paragraph(words) for words in plans.notice_texts(found)]
    blocks.append(Paragraph(plans.sentence(found)))
    if stable is not None and stable.runs:
        blocks.append(Paragraph(_steadiness(found, stable)))
        if others is not None and others.missing is not None:
            blocks.append(Paragraph(plans.notice_text(others.missing)))
    blocks += [
        _sites_grid(found, figures, stable), _sites_picture(source, figures, place, found, as_of),
    ]  # fmt: skip
    return NextSites(Section(text("paper.sites"), tuple(blocks)), _reasons(found))


def _request(
    tables: Mapping[str, pd.DataFrame], figures: Figures, place: Place, wish: Wish, *, as_of: date
) -> Request:
    """Return what is asked: the stored request, or the usual one for such a place."""
    if wish.request is not None:
        return replace(wish.request, as_of=as_of)
    add = (CITY_SITES if place.kind == "city" else OTHER_SITES) if wish.add is None else wish.add
    hosts = int(tables["hosts"][["lon", "lat"]].notna().all(axis=1).sum())
    return Request(
        add=min(add, hosts or len(figures.villages)), limit=wish.radius_m, goal=wish.goal,
        candidates="hosts" if hosts else "villages", as_of=as_of,
    )  # fmt: skip


def _rule(request: Request, wish: Wish) -> list[str]:
    """Say which plan it is, and by which rule it was found."""
    told = [text("paper.sites_scenario", name=wish.scenario)] if wish.scenario else []
    goal = f"siting.goal_{request.goal}" if request.model == "cover" else ""
    rule = text(
        "paper.sites_rule", candidates=text(_FROM[request.candidates]),
        within=plans.within_text(request), goal=text(goal or f"siting.model_{request.model}"),
    )  # fmt: skip
    return [*told, rule]


def _steadiness(found: Proposal, stable: Stability) -> str:
    """Say in how many of the runs under other conditions the sites stay."""
    runs, kept = len(stable.runs), stays(stable)
    least = min(kept.values())
    weakest = [
        f"{row.township}{_site_name(row)}"
        for at, row in zip(found.sites.index, rows_in(found.sites), strict=True)
        if kept[int(at)] == least
    ]
    times = counted(stable)
    words = text(
        "paper.sites_steady", count=len(kept), runs=runs, limits=times["limits"],
        weights=times["weights"], closed=times["closed"],
        always=sum(number == runs for number in kept.values()),
    )  # fmt: skip
    if least < runs:
        shown = "、".join(weakest[:3])
        if len(weakest) > 3:
            shown = text("lists.more", names=shown, count=len(weakest))
        words += text("paper.sites_unsteady", names=shown, least=least)
    if runs < stable.planned:
        words += text("paper.sites_runs_cut", planned=stable.planned)
    return words


def _tables_of(source: Source, figures: Figures) -> Mapping[str, pd.DataFrame]:
    """Return the tables with the villages, townships and hosts of the place alone."""
    tables = dict(source.tables)
    for table, key, mine in (
        ("villages", "village_code", figures.villages),
        ("townships", "township_code", figures.townships),
        ("hosts", "township_code", figures.townships),
    ):
        held = tables[table]
        tables[table] = held[held[key].isin(mine[key])].reset_index(drop=True)
    return tables


def _site_name(row: object) -> str:
    name = plans.site_name({"name": row.name, "kind": row.kind})  # type: ignore[attr-defined]
    return name + (text("paper.sites_spread") if row.spread else "")  # type: ignore[attr-defined]


def _sites_grid(found: Proposal, figures: Figures, stable: Stability | None) -> Grid:
    unit = dict(
        zip(figures.townships["township_code"], figures.townships["reporting_unit"], strict=True)
    )
    kept = stays(stable) if stable is not None and stable.runs else {}
    runs = len(stable.runs) if stable is not None else 0
    rows: list[tuple[Cell, ...]] = []
    for at, row in zip(found.sites.index, rows_in(found.sites), strict=True):
        opens = text("all.yes" if row.opens else "all.no")
        responsible = unit.get(row.township_code)
        rows.append(
            (int(row.place), _site_name(row), str(row.township), responsible, int(row.villages),
             opens, float(row.share), f"{kept[int(at)]}/{runs}" if kept else None)
        )  # fmt: skip
    columns = (
        Column(text("paper.sites_order"), 1.2, "count"),
        Column(text("paper.sites_where"), 3.4),
        Column(text("paper.township"), 2.4),
        Column(text("paper.unit"), 2.2),
        Column(text("paper.sites_gain"), 2, "count"),
        Column(text("paper.sites_opens"), 1.8),
        Column(text("paper.sites_share"), 2, "percent"),
        Column(text("paper.sites_stays"), 1.6, "count"),
    )
    title = text("paper.sites")
    return Grid(title, title, columns, tuple(rows), note=text("paper.sites_note"))


def _sites_picture(
    source: Source, figures: Figures, place: Place, found: Proposal, as_of: date
) -> Picture:
    signs = [
        Sign(float(row.lon), float(row.lat), "proposed", str(row.place))
        for row in rows_in(found.sites)
    ]
    return stations_picture(source, figures, place, as_of=as_of, proposed=signs)


def _reasons(found: Proposal) -> Section:
    """Return what each site is proposed for: the villages that it newly reaches, by name."""
    case = found.case
    cost = case.problem.cost.within(case.request.limit)
    pairs = pd.DataFrame({"demand": cost.demand(), "site": cost.facility})
    done = set(pairs["demand"][pairs["site"] < case.standing])
    told = reasons_of(found)
    rows: list[tuple[Cell, ...]] = []
    townships = dict(zip(case.townships["township_code"], case.townships["name"], strict=True))
    for row in found.sites.itertuples():
        here = [one for one in pairs["demand"][pairs["site"] == row.Index] if one not in done]
        done.update(here)
        new = case.demand.iloc[sorted(here)]
        names = [
            f"{townships.get(code, '')}{name}" if code != row.township_code else str(name)
            for code, name in zip(new["township_code"], new["name"], strict=True)
        ]
        shown = "、".join(names[:_SHOWN_VILLAGES])
        if len(names) > _SHOWN_VILLAGES:
            shown = text("lists.more", names=shown, count=len(names))
        other = _runner_up(found, told[int(str(row.Index))])
        where = f"{row.township}{_site_name(row)}"
        rows.append((int(str(row.place)), where, len(names), other, shown))
    columns = (
        Column(text("paper.sites_order"), 1.2, "count"),
        Column(text("paper.sites_where"), 2.4),
        Column(text("paper.sites_gain"), 1.6, "count"),
        Column(text("paper.sites_other"), 2.6),
        Column(text("paper.sites_villages"), 7.6),
    )
    title, note = text("paper.sites_annex"), text("paper.sites_other_note")
    return Section(title, (Grid(title, title, columns, tuple(rows), note=note),))


def _runner_up(found: Proposal, reason: Reason) -> str:
    """Name the best site in its place, and what the swap loses."""
    if reason.runner_up < 0:
        return text("paper.sites_no_other")
    row = found.case.sites.iloc[reason.runner_up]
    name = f"{row['township']}{plans.site_name(row.to_dict())}"
    loss = plans.weight_text(reason.swap_loss, found.case.request)
    return text("paper.sites_swap", name=name, loss=loss)
