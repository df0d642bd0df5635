"""Bring the chosen venue's card into view on a phone, where it stands below the map."""

from __future__ import annotations

from typing import Any

import streamlit as st

_JS = """
export default function ({ data }) {
  if (window.xinghuoShown === data.shown) return;
  window.xinghuoShown = data.shown;
  if (!data.shown || !window.matchMedia("(max-width: 640px)").matches) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  setTimeout(() => {
    const card = document.querySelector(".st-key-xh-detail");
    if (card) card.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }, 250);
}
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("xinghuo_scroll", js=_JS)


def scroll_to_card(shown: str) -> None:
    """Scroll to the detail card once for each `shown` venue id; "" when none is chosen."""
    _component()(key="scroll", data={"shown": shown})
