"""Texts that can be searched by what stands in them, by full pinyin and by initials.

A searched word made of letters may take each character by any of its readings in full or,
if wished, by the first letter, in any mixture (taianskjg finds 泰安市科技馆); its last
syllable may be unfinished. It begins at a character, so "an" does not find 山 (shan).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.pinyin import readings

Ids = npt.NDArray[np.int32]
LONGEST_SYLLABLE = 6
NONE, INSIDE, FRONT = 0, 1, 2  # where a word was found in a text


def squeeze(text: object) -> str:
    """Return the letters and digits of `text`, half-width, lower-case, ü as v; "" if missing."""
    if not isinstance(text, str):
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return "".join(char for char in folded if char.isalnum())


@dataclass(frozen=True)
class Lettering:
    """
    m distinct squeezed texts, laid end to end for searching by letters.

    `texts`: the texts.
    `chars`: ids of all their characters, one 0 between texts.
    `rows`: for each of `chars` the number of its text.
    `fronts`: whether it is the first of its text.
    `whole`, `begun`: for a string of letters, which character ids have a reading that is
    equal to it, or begins with it.
    """

    texts: list[str]
    chars: Ids
    rows: Ids
    fronts: npt.NDArray[np.bool_]
    whole: dict[str, Ids]
    begun: dict[str, Ids]
    distinct: int


def lettering(texts: Iterable[str]) -> Lettering:
    """Prepare squeezed `texts` for searching."""
    held = list(texts)
    ids: dict[str, int] = {}
    chars: list[int] = []
    for text in held:
        chars += [ids.setdefault(char, len(ids) + 1) for char in text]
        chars.append(0)
    lengths = np.array([len(text) + 1 for text in held], dtype=np.int64)
    fronts = np.zeros(len(chars), dtype=bool)
    fronts[np.cumsum(lengths) - lengths] = True
    whole: dict[str, list[int]] = {}
    begun: dict[str, list[int]] = {}
    for char, number in ids.items():
        heard = readings(char)
        for reading in heard:
            whole.setdefault(reading, []).append(number)
        for start in {one[:end] for one in heard for end in range(1, len(one) + 1)}:
            begun.setdefault(start, []).append(number)
    return Lettering(
        held,
        np.array(chars, dtype=np.int32),
        np.repeat(np.arange(len(held), dtype=np.int32), lengths),
        fronts,
        {key: np.array(value, dtype=np.int32) for key, value in whole.items()},
        {key: np.array(value, dtype=np.int32) for key, value in begun.items()},
        len(ids) + 1,
    )


def find_text(held: Lettering, word: str) -> npt.NDArray[np.int8]:
    """Say for each text whether `word` stands in it: FRONT, INSIDE or NONE."""
    return np.fromiter(
        (
            (FRONT if text.startswith(word) else INSIDE) if word in text else NONE
            for text in held.texts
        ),
        dtype=np.int8,
        count=len(held.texts),
    )


def find_letters(held: Lettering, word: str, *, initials: bool) -> npt.NDArray[np.int8]:
    """
    Say for each text whether the letters `word` can be read in it: FRONT, INSIDE or NONE.

    With `initials`, a character may also be taken by the first letter of a reading.
    """
    found = np.zeros(len(held.texts), dtype=np.int8)
    if not word or not len(held.chars):
        return found
    # States after k letters: places reached, doubled, plus 1 if begun at a text's front.
    everywhere = np.flatnonzero(held.chars)
    reached: list[list[npt.NDArray[np.int64]]] = [[] for _ in range(len(word) + 1)]
    reached[0].append(everywhere * 2 + held.fronts[everywhere])
    for done in range(len(word)):
        if not reached[done]:
            continue
        states = np.unique(np.concatenate(reached[done])) if done else reached[0][0]
        at = held.chars[states >> 1]
        rest = word[done:]
        if rest in held.begun:
            reached[-1].append(_step(held, held.begun[rest], at, states))
        for length in range(1, min(LONGEST_SYLLABLE, len(rest) - 1) + 1):
            token = rest[:length]
            table = held.begun if initials and length == 1 else held.whole
            if token in table:
                forward = _step(held, table[token], at, states)
                if len(forward):
                    reached[done + length].append(forward)
    for states in reached[-1]:
        # A state stands behind its last character, so one place before lies in its text.
        np.maximum.at(
            found, held.rows[(states >> 1) - 1], np.where(states & 1, FRONT, INSIDE).astype(np.int8)
        )
    return found


def _step(
    held: Lettering, allowed: Ids, at: Ids, states: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    table = np.zeros(held.distinct, dtype=bool)
    table[allowed] = True
    return states[table[at]] + 2
