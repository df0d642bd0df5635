"""The button that asks the browser where the reader is, with a way on when it says no."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.frame import View

_HTML = '<button type="button" class="locate"></button>'
_CSS = """
.locate { min-height: 44px; padding: 0 1rem; font: inherit; color: #1F2A37; background: #fff;
  border: 1px solid #D9D2C5; border-radius: 0.5rem; cursor: pointer; width: 100%; }
.locate:hover, .locate:focus-visible { border-color: #D55E00; color: #D55E00; }
.locate:disabled { color: #5B6472; cursor: progress; }
"""
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector(".locate");
  button.textContent = data.label;
  button.onclick = () => {
    const answer = (value) => {
      button.disabled = false;
      button.textContent = data.label;
      setTriggerValue("answer", value);
    };
    if (!navigator.geolocation) return answer({ refused: "unsupported" });
    button.disabled = true;
    button.textContent = data.waiting;
    navigator.geolocation.getCurrentPosition(
      (p) => answer({ lon: p.coords.longitude, lat: p.coords.latitude }),
      (e) => answer({ refused: String(e.code) }),
      { enableHighAccuracy: false, timeout: 10000, maximumAge: 60000 }
    );
  };
}
"""


@st.cache_resource
def _component() -> Any:
    return st.components.v2.component("xinghuo_locate", html=_HTML, css=_CSS, js=_JS)


def locate_button(view: View) -> dict[str, Any] | None:
    """
    Show the button; return what the browser answered on the rerun it caused.

    Returns
    -------
    answer
        {"lon", "lat"} in degrees WGS 84, {"refused": reason}, or None.
    """
    result = _component()(
        key="locate",
        data={"label": view.say("home.near_locate"), "waiting": view.say("home.near_locating")},
        on_answer_change=lambda: None,
    )
    return getattr(result, "answer", None)
