"""Bring the chosen venue's card into view: below the map on a phone, above the list elsewhere."""

from __future__ import annotations

from typing import Any

import streamlit as st

_JS = """
export default function ({ data }) {
  if (window.xinghuoShown === data.shown) return;
  window.xinghuoShown = data.shown;
  if (!data.shown) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  setTimeout(() => {
    const card = document.querySelector(".st-key-xh-detail");
    if (!card) return;
    const narrow = window.matchMedia("(max-width: 640px)").matches;
    const top = card.getBoundingClientRect().top;
    if (!narrow && top >= 0 && top < window.innerHeight / 2) return; // in view already
    card.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }, 250);
}
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("xinghuo_scroll", js=_JS)


def scroll_to_card(shown: str) -> None:
    """Scroll to the detail card once for each `shown` venue id; "" when none is chosen."""
    _component()(key="scroll", data={"shown": shown})
