"""Handing in edits from a page, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo import door
from geo.edits import Edit
from geo.errors import ConflictError, GeoError
from geo.rights import Actor
from ui import cache
from ui.frame import View


def hand_in(
    edits: Sequence[Edit], actor: Actor, view: View, *, kind: str = "edit", reason: str = ""
) -> str | None:
    """
    Submit `edits`; return what became of them as a sentence, or None after saying why not.

    Raises
    ------
    ConflictError
        If somebody changed one of the rows since.
    """
    try:
        done = door.submit(
            cache.store(), list(edits), actor=actor, today=view.now.date(), kind=kind,
            reason=reason, policy=cache.policy(),
        )  # fmt: skip
    except ConflictError:
        raise
    except GeoError as error:
        st.error(error.sentence(view.language))
        return None
    key = "records.held" if done.held else "records.saved"
    return view.say(key, number=done.submission_id)
