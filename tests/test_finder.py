"""Filters, their counts and the order of the list, by hand and against plain loops."""

import numpy as np
import pandas as pd
import pytest

from geo.finder import SWITCHES, Filters, distances_km, facet_masks, find
from geo.schema import DTYPES, SUBJECTS, TABLES, VENUE_KINDS

COLUMNS = TABLES["venues"].columns


def venues(*rows):
    """Return venues with the given cells; what is not given is unknown."""
    plain = {"kind": "museum", "status": "open", "position_precision": "unknown", "demo": False}
    filled = [{"venue_id": f"V{i}", "name": f"馆{i}"} | plain | row for i, row in enumerate(rows)]
    frame = pd.DataFrame(filled, columns=TABLES["venues"].names)
    return frame.astype({column.name: DTYPES[column.kind] for column in COLUMNS})


def run(frame, filters, open_now=None, scores=None, origin=None):
    open_now = pd.Series(False if open_now is None else open_now, index=frame.index)
    scores = pd.Series(1.0 if scores is None else scores, index=frame.index)
    masks = facet_masks(frame, open_now)
    return find(frame, scores=scores, masks=masks, filters=filters, origin=origin)


TOY = venues(
    {"kind": "hall", "subjects": "technology", "county_code": "370902", "free": True},
    {"kind": "museum", "subjects": "archaeology;culture", "county_code": "370911", "free": True},
    {"kind": "museum", "subjects": "water", "county_code": "370923", "barrier_free": True},
    {"kind": "nature", "county_code": "370902", "status": "unverified"},
)


def test_nothing_ticked_shows_everything_open_ones_first():
    found = run(TOY, Filters())
    assert list(found.rows) == [0, 1, 2, 3]
    assert found.counts["kinds"] == {stored: 0 for stored, *_ in VENUE_KINDS} | {
        "hall": 1, "museum": 2, "nature": 1,
    }  # fmt: skip


def test_values_of_one_facet_add_and_facets_narrow():
    assert list(run(TOY, Filters(kinds=frozenset({"hall", "museum"}))).rows) == [0, 1, 2]
    both = Filters(kinds=frozenset({"museum"}), subjects=frozenset({"water", "technology"}))
    assert list(run(TOY, both).rows) == [2]


def test_an_unknown_fee_is_not_free():
    assert list(run(TOY, Filters(switches=frozenset({"free"}))).rows) == [0, 1]


def test_a_count_says_what_the_value_alone_would_leave_in_its_facet():
    found = run(TOY, Filters(kinds=frozenset({"hall"}), counties=frozenset({"370902"})))
    assert found.counts["kinds"]["nature"] == 1  # the county stays, the other kind goes
    assert found.counts["kinds"]["museum"] == 0
    assert found.counts["counties"]["370902"] == 1


def test_an_unknown_value_in_a_link_matches_nothing():
    assert run(TOY, Filters(kinds=frozenset({"castle"}))).rows.empty


def test_the_origin_sorts_by_distance_and_unknown_positions_come_last():
    frame = venues({"lon": 117.2, "lat": 36.0}, {}, {"lon": 117.1, "lat": 36.0})
    found = run(frame, Filters(), origin=(117.1, 36.0))
    assert list(found.rows) == [2, 0, 1]
    assert found.distance_km[2] == 0
    assert found.distance_km[0] == pytest.approx(9.02, abs=0.02)  # 0.1° of longitude at 36° N
    assert np.isnan(found.distance_km[1])


def test_without_an_origin_there_is_no_distance():
    assert distances_km(TOY, None).isna().all()


def test_a_better_search_score_comes_first_and_zero_is_left_out():
    assert list(run(TOY, Filters(), scores=[0.0, 1.0, 3.0, 2.0]).rows) == [2, 3, 1]


def test_demonstration_rows_come_after_real_ones():
    assert list(run(venues({"demo": True}, {}), Filters()).rows) == [1, 0]


@pytest.mark.parametrize("seed", range(25))
def test_filters_and_counts_agree_with_plain_loops(seed):
    rng = np.random.default_rng(seed)
    kinds, subjects = [k for k, *_ in VENUE_KINDS], [s for s, *_ in SUBJECTS]
    counties = ["370902", "370911", None]
    yes_no = [True, False, None]
    frame = venues(*(
        {
            "kind": rng.choice(kinds), "county_code": counties[rng.integers(3)],
            "subjects": ";".join(rng.choice(subjects, rng.integers(0, 3), replace=False)) or None,
            "free": yes_no[rng.integers(3)], "barrier_free": yes_no[rng.integers(3)],
        }
        for _ in range(40)
    ))  # fmt: skip
    open_now, scores = rng.random(40) < 0.5, rng.integers(0, 3, 40).astype(float)
    chosen = Filters(
        frozenset(rng.choice(kinds, 3)),
        frozenset(rng.choice(subjects, rng.integers(0, 6))),
        frozenset({"370902"} if rng.random() < 0.5 else set()),
        frozenset(rng.choice(SWITCHES, rng.integers(0, 2))),
    )

    def has(row, facet, value):
        match facet:
            case "kinds":
                return row["kind"] == value
            case "counties":
                return row["county_code"] == value
            case "subjects":
                return pd.notna(row["subjects"]) and value in row["subjects"].split(";")
            case "switches":
                if value == "open_now":
                    return bool(open_now[row.name])
                return pd.notna(row[value]) and bool(row[value])

    def passes(row, facet):
        ticked = getattr(chosen, facet)
        hits = [has(row, facet, value) for value in ticked]
        return all(hits) if facet == "switches" else (not hits or any(hits))

    found = run(frame, chosen, open_now=open_now, scores=scores)
    facets = ("kinds", "subjects", "counties", "switches")
    expected = {
        i for i, row in frame.iterrows() if scores[i] > 0 and all(passes(row, f) for f in facets)
    }
    assert set(found.rows) == expected
    for facet in facets:
        for value, count in found.counts[facet].items():
            rest = [f for f in facets if f != facet or f == "switches"]
            plain = sum(
                scores[i] > 0 and has(row, facet, value) and all(passes(row, f) for f in rest)
                for i, row in frame.iterrows()
            )
            assert count == plain, (facet, value)
