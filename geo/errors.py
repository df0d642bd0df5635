"""The one error family, and the sentences in which it speaks to people.

Every error raised on purpose is a `GeoError`. It carries a code and the facts;
`sentences` turns both into a sentence that says where, what and what to do next,
in Chinese first and English second. Anything else that reaches a reader is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geo.sentences import SENTENCES as SENTENCES

SHOWN_VALUE_LENGTH = 40


LANGUAGES = ("zh", "en")


def sentence(code: str, language: str = "zh", **params: Any) -> str:
    """Return the sentence of `code` in `language` ("zh" or "en") with its facts filled in."""
    said = {name: _said(fact, language) for name, fact in params.items()}
    return SENTENCES[code][LANGUAGES.index(language)].format(**said)


def _said(fact: Any, language: str) -> Any:
    if isinstance(fact, GeoError):
        return fact.sentence(language)
    if isinstance(fact, tuple) and all(isinstance(one, str) for one in fact):
        return ("、" if language == "zh" else ", ").join(fact)
    return fact


class GeoError(Exception):
    """
    Base of all errors raised on purpose: a code of `SENTENCES` and its facts.

    A fact may be such an error itself, or a tuple of texts: said in the language of the whole.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(sentence(code, **params))

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` what is wrong and what to do next."""
        return sentence(self.code, language, **self.params)


class CrsError(GeoError, ValueError):
    """A table has no CRS, or one that the calculation cannot use."""


class MissingColumnError(GeoError, LookupError):
    """A table lacks a column that the calculation needs."""


class FileError(GeoError, ValueError):
    """A file is missing, unreadable, too large or not what it should be."""


class StoreError(GeoError):
    """The store is missing, unavailable, or of another structure."""


class AccessError(GeoError):
    """Somebody may not do what was asked: not signed in, not their table, not their row."""


class ConflictError(GeoError):
    """
    Rows were changed by somebody else since they were read; nothing was written.

    `conflicts` has one (edit, stored row or None) per row.
    """

    def __init__(self, code: str, conflicts: list[Any], **params: Any) -> None:
        self.conflicts = conflicts
        super().__init__(code, **params)


class SettingError(GeoError, ValueError):
    """A setting has a value that cannot be used."""


class RoutingError(GeoError):
    """A routing engine gave no answer, or one that cannot be used."""


class ArgumentError(GeoError, ValueError):
    """An argument of a function or command has a value that cannot be used."""


def bad_argument(name: str, value: Any, why: str, /, **facts: Any) -> ArgumentError:
    """Return the error that `value` will not do for the argument `name`; `why` is a code."""
    return ArgumentError("bad_argument", name=name, value=value, reason=GeoError(why, **facts))


@dataclass(frozen=True)
class Problem:
    """One broken cell, row or file: where it is, what stands there, what to do."""

    table: str
    code: str
    row: int | None = None  # as the spreadsheet numbers it, the header's rows included
    column: str | None = None  # the header as the clerk wrote it, else the Chinese one
    value: str | None = None
    sheet: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    file: str | None = None  # where several files are read together

    @property
    def suggestion(self) -> str:
        """Return what was probably meant, where that can be said, else nothing."""
        return str(self.params.get("suggestion", "")).removeprefix("→ ").removesuffix("？")

    def place(self, language: str = "zh") -> str:
        """Say where the problem stands: file, sheet, row and column."""
        if language == "zh":
            parts = [
                f"{self.file} " if self.file else "",
                f"工作表“{self.sheet}”" if self.sheet else "",
                f"第 {self.row} 行" if self.row is not None else "",
                f"“{self.column}”列" if self.column else "",
            ]
            return "".join(part for part in parts if part) or "整个表"
        parts = [
            self.file or "",
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(part for part in parts if part) or "the whole table"

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` where, what, and what to do next."""
        said = sentence(self.code, language, **self.params)
        value = ""
        if self.value:
            shown = self.value[:SHOWN_VALUE_LENGTH]
            shown += "…" if len(self.value) > SHOWN_VALUE_LENGTH else ""
            value = f"“{shown}”" if language == "zh" else f"“{shown}” "
        colon = "：" if language == "zh" else ": "
        return f"{self.place(language)}{colon}{value}{said}"


class TableError(GeoError, ValueError):
    """Rows of a table break its rules; `problems` has one entry per broken cell."""

    def __init__(self, table: str, problems: list[Problem]) -> None:
        self.table = table
        self.problems = problems
        super().__init__(
            "table_problems", table=table, count=len(problems), first=problems[0].sentence()
        )

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` how many problems there are, and the first."""
        return sentence(
            self.code,
            language,
            table=self.table,
            count=len(self.problems),
            first=self.problems[0].sentence(language),
        )
