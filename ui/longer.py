"""Long lists a step at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import streamlit as st

from ui.frame import View

Item = TypeVar("Item")


def _add(key: str, step: int) -> None:
    st.session_state[key] = int(st.session_state.get(key, 0)) + step


def shown_of(items: Sequence[Item], view: View, *, key: str, step: int) -> Iterator[Item]:
    """Yield the first of `items`, and after them draw a button for `step` more."""
    name = f"longer-{key}"
    count = step + int(st.session_state.get(name, 0))
    yield from items[:count]
    below = len(items) - count
    if below > 0:
        st.button(
            view.say("all.longer", count=below, step=min(step, below)), key=f"{name}-button",
            on_click=_add, args=(name, step),
        )  # fmt: skip
