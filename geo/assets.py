"""The files below `static/`, as the frame of a map asks for them."""

from __future__ import annotations

import hashlib
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
ASSET_ROOT = "../../app/static/"  # seen from component/streamlit_folium.st_folium/


def asset(path: str) -> str:
    """Return the address of `path` below static/, with its content's hash against old caches."""
    file = STATIC / path
    content = file.read_bytes() if file.is_file() else b""
    return f"{ASSET_ROOT}{path}?v={hashlib.sha256(content).hexdigest()[:12]}"
