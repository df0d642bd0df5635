"""What was typed when a session ended, kept for the same account until it signs in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.rights import Actor

MOST = 100  # drafts at a time; the oldest goes
_TYPED = ("field-", "paste-", "reason-")
_AROUND = ("form-base", "form-pin", "form-texts", "form-revealed")
_LINK = ("section", "table", "row")


@dataclass(frozen=True)
class Draft:
    """What stood in the fields, and where in the register."""

    state: dict[str, Any]
    link: dict[str, str]


@st.cache_resource
def _drafts() -> dict[str, Draft]:
    """Return the drafts by login: in memory alone, for personal data may be in them."""
    return {}


def signed_in(actor: Actor) -> None:
    """Note who works here, and give back what was typed when the session ended."""
    if st.session_state.get("works-here") == actor.login:
        return
    st.session_state["works-here"] = actor.login
    draft = _drafts().pop(actor.login, None)
    if draft is not None:
        for name, value in draft.state.items():
            st.session_state[name] = value
        st.query_params.update(draft.link)
        st.session_state["draft-back"] = True


def signed_out() -> str | None:
    """
    Keep what was typed by whoever worked here; return what to say, None to a mere visitor.

    The answer is a key of the words.
    """
    login = st.session_state.pop("works-here", None)
    if login is None:
        return None
    state = {
        str(name): value
        for name, value in st.session_state.items()
        if str(name).startswith(_TYPED) or name in _AROUND
    }
    if not any(name.startswith(_TYPED) and value for name, value in state.items()):
        return "account.ended"
    drafts = _drafts()
    drafts.pop(login, None)
    drafts[login] = Draft(
        state, {name: st.query_params[name] for name in _LINK if name in st.query_params}
    )
    while len(drafts) > MOST:
        drafts.pop(next(iter(drafts)))
    return "account.ended_kept"


def restored() -> bool:
    """Say, once, whether something was given back."""
    return bool(st.session_state.pop("draft-back", False))
