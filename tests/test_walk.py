"""Random sequences of everything that changes rows, step by step beside a plain model."""

import pytest

from tests.walk import Walk, empty_lists


@pytest.mark.parametrize("seed", [0, 101])
def test_whatever_is_done_the_store_is_what_the_model_says(empty_store, seed):
    empty_store.replace(empty_lists())
    walk = Walk(empty_store, seed)
    for _ in range(60 if empty_store.address.endswith(".db") else 12):
        walk.step()
