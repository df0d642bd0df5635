"""Random sequences of everything that changes rows, step by step beside a plain model."""

import pytest

from tests.conftest import toy_tables
from tests.walk import WALKED, Walk


@pytest.fixture
def lists(empty_store):
    """A store with the lists of areas and nothing in them."""
    frames = toy_tables()
    empty_store.replace({n: f.head(0) if n in WALKED else f for n, f in frames.items()})
    return empty_store


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_the_store_is_what_the_model_says(lists, seed):
    walk = Walk(lists, seed)
    for _ in range(100 if lists.address.endswith(".db") else 25):
        walk.step()
    assert walk.model.present


