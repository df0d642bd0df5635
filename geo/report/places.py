"""Whom a report is about: the city, a county or a reporting unit, and which rows are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from geo.coverage import unit_of_township
from geo.errors import bad_argument
from geo.schema import CITY_CODE
from geo.succession import in_force
from geo.text import text

_KIND_WORDS = {
    "city": "paper.kind_city", "county": "paper.kind_county", "unit": "paper.kind_unit",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The city, a county (by the administrative list) or a reporting unit, on one day."""

    kind: Literal["city", "county", "unit"]
    code: str
    name: str

    @property
    def stem(self) -> str:
        """Return the name of its files, without a suffix; of no other place the same."""
        return f"{text(_KIND_WORDS[self.kind])}-{self.code}-{_fit_for_a_file(self.name)}"


def _fit_for_a_file(name: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in name)[:40]


CITY = Place("city", CITY_CODE, text("paper.city"))


def places_of(tables: Mapping[str, pd.DataFrame], *, as_of: date) -> tuple[list[Place], list[str]]:
    """
    Return the city, every county and every reporting unit that has townships on the day.

    Returns
    -------
    places, without
        The places, and the names of the units that have none.
    """
    townships = in_force(tables["townships"], as_of=as_of)
    units = units_on(tables, as_of=as_of)
    mine = set(units["unit_id"][units["township_code"].isin(townships["township_code"])])
    counties = tables["counties"].sort_values("county_code")
    found = [CITY]
    found += [
        Place("county", str(code), str(name))
        for code, name in zip(counties["county_code"], counties["name"], strict=True)
        if code in set(townships["county_code"])
    ]
    listed = tables["reporting_units"][["unit_id", "name"]].itertuples(index=False)
    all_units = [Place("unit", str(code), str(name)) for code, name in listed]
    found += [place for place in all_units if place.code in mine]
    return found, [place.name for place in all_units if place.code not in mine]


def units_on(tables: Mapping[str, pd.DataFrame], *, as_of: date) -> pd.DataFrame:
    """Return the reporting unit of each township on the day (`units.unit_of_township`)."""
    return unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"],
        as_of=as_of, successions=tables["successions"],
    )  # fmt: skip


def unit_called(tables: Mapping[str, pd.DataFrame], asked: str) -> Place:
    """
    Return the reporting unit whose id or name is `asked`.

    Raises
    ------
    ArgumentError
        If there is none; the sentence lists those there are.
    """
    return _called(tables["reporting_units"], "unit", "unit_id", asked)


def county_called(tables: Mapping[str, pd.DataFrame], asked: str) -> Place:
    """
    Return the county whose code or name is `asked`.

    Raises
    ------
    ArgumentError
        If there is none; the sentence lists those there are.
    """
    return _called(tables["counties"], "county", "county_code", asked)


def _called(listed: pd.DataFrame, kind: Literal["county", "unit"], key: str, asked: str) -> Place:
    found = listed[listed[key].eq(asked) | listed["name"].eq(asked)]
    if len(found) != 1:
        pairs = zip(listed[key], listed["name"], strict=True)
        there = tuple(f"{code} {name}" for code, name in pairs)
        raise bad_argument(f"--{kind}", asked, "why_no_such_place", there=there)
    return Place(kind, str(found[key].iloc[0]), str(found["name"].iloc[0]))
