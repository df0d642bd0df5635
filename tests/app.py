"""The app as pages are tested: run by Streamlit in this process, without a browser."""

from functools import cache
from pathlib import Path

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]


@cache
def _components() -> BidiComponentManager:
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


def new_app() -> AppTest:
    """Return the app before its first run."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    # Every app would look through all installed packages for components, a second each time.
    app._bidi_component_manager = _components()
    return app
