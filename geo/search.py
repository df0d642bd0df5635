"""One search box: venues by name, place, subject and text, in Chinese, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.lettering import FRONT, NONE, Lettering, find_letters, find_text, lettering, squeeze
from geo.likeness import likeness
from geo.pinyin import syllables
from geo.schema import HOSTS, SUBJECTS, VENUE_KINDS

Scores = npt.NDArray[np.float64]

LONGEST_QUERY = 600  # characters; what follows is not read
MOST_WORDS = 24
FUZZY_LETTERS = (4, 60)  # shortest and longest query that may contain typing errors
FUZZY_SIGNS = (3, 60)  # the same in Chinese characters
FUZZY_WEIGHT = 0.2
_CLOSENESS = 0.05  # added when the word is the whole of the name
_SHORTEST_ENGLISH = 4


@dataclass(frozen=True)
class Weights:
    """Scores of a hit (at the front, inside) as text, in full pinyin, by initials."""

    text: tuple[float, float]
    pinyin: tuple[float, float] = (0.0, 0.0)
    initials: tuple[float, float] = (0.0, 0.0)


_NAME = Weights((0.90, 0.80), (0.78, 0.74), (0.70, 0.66))
_PLACE = Weights((0.56, 0.55), (0.51, 0.50), (0.46, 0.45))
_LABEL = Weights((0.42, 0.41), (0.40, 0.39), (0.38, 0.37))
_ADDRESS = Weights((0.31, 0.30), (0.29, 0.28), (0.27, 0.26))
_TEXT = Weights((0.25, 0.25))


@dataclass(frozen=True)
class Field:
    """
    One searched property of n rows.

    `held`: its distinct values; `codes`: for each row the number of its value.
    """

    held: Lettering
    codes: npt.NDArray[np.intp]
    weights: Weights

    def scores(self, word: str) -> Scores:
        """Return for each row how well `word` (squeezed, of one script) fits; 0 if not."""
        best = _weighed(find_text(self.held, word), self.weights.text)
        if word.isascii() and self.weights.pinyin[1]:
            for initials, weights in ((False, self.weights.pinyin), (True, self.weights.initials)):
                found = find_letters(self.held, word, initials=initials)
                np.maximum(best, _weighed(found, weights), out=best)
        return best[self.codes]


@dataclass(frozen=True)
class SearchIndex:
    """What `search` reads of n venues: plain tables and arrays, made by `build_index`."""

    index: pd.Index
    fields: list[Field]
    name_lengths: npt.NDArray[np.int64]
    english: list[str]  # kind and subjects, each word behind a blank
    sounds: list[str]  # of the distinct names, then townships, then counties: " xia zhang zhen"


def _weighed(found: npt.NDArray[np.int8], weights: tuple[float, float]) -> Scores:
    return np.where(found == FRONT, weights[0], np.where(found == NONE, 0.0, weights[1]))


def _field(values: Iterable[object], weights: Weights) -> Field:
    squeezed = [squeeze(value) for value in values]
    codes, distinct = pd.factorize(np.array(squeezed, dtype=object))
    return Field(lettering(str(one) for one in distinct), codes, weights)


def _labels(stored: pd.Series, choices: Sequence[tuple[str, str, str]], place: int) -> list[str]:
    names = {choice[0]: choice[place] for choice in choices}
    return [
        " ".join(names.get(one, "") for one in str(value).split(";"))
        if isinstance(value, str)
        else ""
        for value in stored
    ]


def _names_of(codes: pd.Series, table: pd.DataFrame, key: str) -> list[str]:
    names = dict(zip(table[key], table["name"], strict=True))
    return [names.get(code, "") if isinstance(code, str) else "" for code in codes]


def _township_names(
    registered: pd.Series, today: pd.Series | None, townships: pd.DataFrame
) -> list[str]:
    names = _names_of(registered, townships, "township_code")
    if today is None or today.equals(registered):
        return names
    now = _names_of(today, townships, "township_code")
    return [
        one if one == other else f"{other} {one}" for one, other in zip(names, now, strict=True)
    ]


def _joined(*columns: Iterable[object]) -> list[str]:
    return [
        " ".join(value for value in row if isinstance(value, str))
        for row in zip(*columns, strict=True)
    ]


def build_index(
    venues: pd.DataFrame,
    townships: pd.DataFrame,
    counties: pd.DataFrame,
    *,
    today: pd.Series | None = None,
) -> SearchIndex:
    """
    Prepare n `venues` for searching.

    Parameters
    ----------
    venues, townships, counties
        Validated tables of the schema; a venue without county gets that of its township.
    today
        For each venue the code of the township that stands for the registered one today;
        where it is another, the venue is found by both names.

    Returns
    -------
    index
        Holds the index of `venues`; can be pickled.
    """
    county_of = dict(zip(townships["township_code"], townships["county_code"], strict=True))
    county_codes = venues["county_code"].where(
        venues["county_code"].notna(), venues["township_code"].map(county_of)
    )
    labels = _joined(
        *(_labels(venues[column], choices, 1) for column, choices in _LABELLED.items())
    )
    english = _joined(
        *(_labels(venues[column], choices, 2) for column, choices in _LABELLED.items())
    )
    fields = [
        _field(venues["name"], _NAME),
        _field(_township_names(venues["township_code"], today, townships), _PLACE),
        _field(_names_of(county_codes, counties, "county_code"), _PLACE),
        _field(labels, _LABEL),
        _field(venues["address"], _ADDRESS),
        _field(_joined(venues["operator"], venues["intro"]), _TEXT),
    ]
    lengths = np.array([len(text) for text in fields[0].held.texts], dtype=np.int64)
    return SearchIndex(
        venues.index,
        fields,
        lengths[fields[0].codes],
        [" " + one.casefold() for one in english],
        [
            "".join(f" {one}" for one in syllables(text))
            for held in fields[:3]
            for text in held.held.texts
        ],
    )


_LABELLED = {"kind": VENUE_KINDS, "subjects": SUBJECTS, "host": HOSTS}


def _words(query: str) -> list[str]:
    """Split `query` at blanks and signs, and between Chinese characters and letters."""
    words: list[str] = []
    for char in squeeze_words(query):
        if char == " ":
            words.append("")
        elif words and words[-1] and words[-1][-1].isascii() == char.isascii():
            words[-1] += char
        else:
            words.append(char)
    return list(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def squeeze_words(query: str) -> str:
    """Return the words of `query` squeezed, one blank between them."""
    pieces = "".join(char if char.isalnum() else " " for char in query[:LONGEST_QUERY]).split()
    return " ".join(filter(None, (squeeze(piece) for piece in pieces)))


def _fuzzy(index: SearchIndex, query: str) -> Scores:
    """Return scores of names and places that the squeezed `query` resembles or sounds like."""
    sound = "".join(syllables(query))
    scores = np.zeros(len(index.index))
    before = 0
    for one in index.fields[:3]:
        texts = one.held.texts
        alike = np.zeros(len(texts))
        if FUZZY_LETTERS[0] <= len(sound) <= FUZZY_LETTERS[1]:
            alike = likeness(sound, index.sounds[before : before + len(texts)])
        if not query.isascii() and FUZZY_SIGNS[0] <= len(query) <= FUZZY_SIGNS[1]:
            np.maximum(alike, likeness(query, texts), out=alike)
        np.maximum(scores, alike[one.codes] * FUZZY_WEIGHT, out=scores)
        before += len(texts)
    return scores


def search(index: SearchIndex, query: str) -> pd.Series:
    """
    Score every venue for `query`.

    Every word must be found, in whatever property; blanks, signs, width and case do not
    count. By rank: front of the name, inside the name, its pinyin and initials, township and
    county, kind and subject, address, introduction. Only when no venue has all words, names
    and places with one or two typing errors, or the same sound, count.

    Parameters
    ----------
    index
        From `build_index`.
    query
        What the reader typed; any text. Beyond 600 characters or 24 words it is not read.

    Returns
    -------
    scores
        float64 between 0 (not found) and 1, with the venues' index. All 1 when `query` is
        empty or blank; all 0 when it has neither letter nor digit.
    """
    words = _words(query)
    if not words:
        return pd.Series(0.0 if query.strip() else 1.0, index=index.index, dtype="float64")
    total = np.zeros(len(index.index))
    hit = np.ones(len(index.index), dtype=bool)
    for word in words:
        best = index.fields[0].scores(word)
        closeness = np.minimum(len(word) / np.maximum(index.name_lengths, 1), 1) * _CLOSENESS
        best = np.where(best > 0, best + closeness, 0)
        for one in index.fields[1:]:
            np.maximum(best, one.scores(word), out=best)
        if word.isascii() and len(word) >= _SHORTEST_ENGLISH:
            spoken = np.array([f" {word}" in text for text in index.english], dtype=bool)
            np.maximum(best, np.where(spoken, _LABEL.text[1], 0), out=best)
        hit &= best > 0
        if not hit.any():
            break
        total += best
    whole = squeeze_words(query).replace(" ", "")
    if not hit.any():
        return pd.Series(_fuzzy(index, whole), index=index.index)
    scores = np.where(hit, total / len(words), 0)
    if len(words) > 1:
        scores = np.where(hit, np.maximum(scores, index.fields[0].scores(whole)), 0)
    return pd.Series(scores, index=index.index)


def matches(table: pd.DataFrame, query: str) -> pd.Series:
    """
    Say which rows of `table` have every word of `query` in some column.

    As text, in pinyin or by initials, without typing errors.

    Parameters
    ----------
    table
        n rows of text columns.
    query
        What the reader typed; an empty one matches every row.

    Returns
    -------
    matching
        n bools with the index of `table`.
    """
    hit = np.ones(len(table), dtype=bool)
    words = _words(query)
    fields = [_field(table[column], _NAME) for column in table.columns] if words else []
    for word in words:
        found = np.zeros(len(table), dtype=bool)
        for one in fields:
            found |= one.scores(word) > 0
        hit &= found
    if not words and query.strip():
        hit[:] = False
    return pd.Series(hit, index=table.index)
