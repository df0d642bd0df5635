"""The frame around every page: title, language, links, footer; errors become sentences here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import LANGUAGES, GeoError
from geo.text import date_text, text
from ui import account, cache

logger = logging.getLogger(__name__)

PAGES = {
    "home": "app.py",
    "coverage": "pages/1_coverage.py",
    "promoters": "pages/2_promoters.py",
    "siting": "pages/3_siting.py",
    "tours": "pages/4_tours.py",
}
STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True)
class View:
    """What every page needs to know: the reader's language, the data's revision, the time."""

    language: str
    revision: int
    now: datetime

    def say(self, key: str, **params: object) -> str:
        """Return the word `key` in the reader's language."""
        return text(key, self.language, **params)


def _language() -> str:
    asked = st.query_params.get("lang", LANGUAGES[0])
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _switch_language(language: str) -> None:
    st.query_params["lang"] = language


def _header(name: str, language: str) -> DeltaGenerator:
    """Show brand, links and language; return the place for who is signed in."""
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    kept = {"lang": language} if language != LANGUAGES[0] else None
    with st.container(horizontal=True, key="xh-header", vertical_alignment="center"):
        st.html(f'<span class="xh-brand xh-{language}">{text("site.name", language)}</span>')
        with st.container(horizontal=True, key="xh-nav", width="content", gap="xsmall"):
            for key, path in PAGES.items():
                current = "xh-here" if key == name else "xh-there"
                with st.container(key=f"{current}-{key}", width="content"):
                    st.page_link(path, label=text(f"nav.{key}", language), query_params=kept)
        with st.container(
            horizontal=True, key="xh-aside", width="content", vertical_alignment="center"
        ):
            whose = st.container(
                horizontal=True, key="xh-account", width="content", vertical_alignment="center"
            )
            st.button(
                text("frame.language", language),
                key="xh-language",
                type="tertiary",
                help=text("frame.language_help", language),
                on_click=_switch_language,
                args=(other,),
            )
    return whose


def _footer(view: View) -> None:
    year = cache.list_year(view.revision, view.now.date()) or view.say("all.unknown")
    dated = date_text(cache.changed_on(view.revision), view.language)
    said = [view.say("footer.data", date=dated, year=year), view.say("footer.sources")]
    if cache.settings().contact:
        said.append(cache.settings().contact)
    with st.container(key="xh-footer"):
        for line in said:
            st.text(line)


@contextmanager
def _told(name: str, language: str) -> Iterator[None]:
    """Say what goes wrong inside as a sentence and end the page there; never a traceback."""
    try:
        yield
    except GeoError as error:
        logger.warning("page %s: %s", name, error)
        st.error(error.sentence(language))
        st.stop()
    except Exception:
        logger.exception("page %s failed", name)
        st.error(text("frame.unexpected", language))
        st.stop()


@contextmanager
def page(name: str) -> Iterator[View]:
    """Frame the page `name`; what goes wrong inside becomes a sentence."""
    language = _language()
    st.set_page_config(
        page_title=f"{text(f'title.{name}', language)} · {text('site.name', language)}",
        page_icon=str(STYLE.parent.parent / "static" / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(STYLE)
    whose = _header(name, language)
    st.title(text(f"title.{name}", language), anchor=False)
    with _told(name, language):
        with st.spinner(text("frame.loading", language), show_time=False):
            view = View(language, cache.revision(), cache.now())
            cache.tables(view.revision)
        with whose:
            account.header_links(view, here=name == "records")
        yield view
        _footer(view)
