"""What each township has of shared stations: by hand on a line of villages."""

import numpy as np
import pandas as pd
import pytest

from geo import accessibility, outreach
from tests.test_planning import SETTINGS, TODAY, layer, tables  # noqa: F401 - fixtures


@pytest.fixture
def found(tables, layer):  # noqa: F811
    def at(weight="villages", venues=None):
        held = tables if venues is None else tables | {"venues": venues}
        return outreach.outreach(held, layer, as_of=TODAY, settings=SETTINGS, weight=weight)

    return at


def test_a_station_is_shared_by_those_who_reach_it(found):
    # At 山口 two villages share one station, 0 and 2.34 km away; nobody else reaches one.
    got = accessibility.accessibility(found(), limit=3000.0, weight="villages")
    plain = got.townships.set_index("township")["access_2sfca"]
    assert plain.to_dict() == {"岱庙街道": 0, "财源街道": 0, "山口镇": 50, "祝阳镇": 0}
    assert got.townships["weight"].tolist() == [2, 1, 2, 1]
    assert got.mean["access_2sfca"] == pytest.approx(100 / 6)
    # Whatever the distances, all of a station is shared out.
    assert got.mean["access_e2sfca"] == pytest.approx(100 / 6)
    assert (got.capacity.basis, got.gaps) == ("stations", 2)


def test_nearer_ones_have_more_of_it(found):
    held = found()
    each = outreach.shared(
        held, outreach.capacities_of(held)[0], accessibility.floating.zones(3000.0)
    )
    by_code = dict(zip(held.villages["village_code"], each, strict=True))
    assert by_code["370911101001"] == pytest.approx(1 / 1.22)
    assert by_code["370911101002"] == pytest.approx(0.22 / 1.22)


def test_for_persons_and_with_registered_capacities(tables, found):  # noqa: F811
    venues = tables["venues"].copy()
    venues.loc[venues["kind"] == "station", "capacity_persons"] = 90
    got = accessibility.accessibility(
        found("population", venues), limit=3000.0, weight="population"
    )
    access = got.townships.set_index("township")["access_2sfca"]
    # 90 places for 900 persons; nobody is known to live at 财源 and 祝阳.
    assert access["山口镇"] == pytest.approx(1000) and access["岱庙街道"] == 0
    assert access[["财源街道", "祝阳镇"]].isna().all()
    assert got.mean["access_2sfca"] == pytest.approx(900)
    assert (got.capacity.basis, got.gaps) == ("known", 0)
    venues.loc[venues["venue_id"] == "s2", "capacity_persons"] = None
    got = accessibility.accessibility(found(venues=venues), limit=3000.0, weight="villages")
    assert (got.capacity.basis, got.gaps) == ("stations", 1)


def test_without_a_station_there_is_nothing_to_share(tables, found):  # noqa: F811
    got = accessibility.accessibility(
        found(venues=tables["venues"].iloc[:0]), limit=3000.0, weight="villages"
    )
    assert got.townships["access_e2sfca"].eq(0).all() and got.mean["access_e2sfca"] == 0


def test_classes_are_by_the_mean():
    values = pd.Series([0, 0.4, 0.5, 0.99, 1, 1.99, 2, 9, np.nan], dtype=float)
    found = accessibility.classes(values, mean=1.0)
    expected = ["none", "low", "below", "below", "above", "above", "high", "high"]
    assert found.tolist()[:8] == expected
    assert found.isna().tolist() == [False] * 8 + [True]
