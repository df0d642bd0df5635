"""XML without entities: an expat parser that refuses every document type."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from geo.uploads.grids import GridError

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def parser(start: Start, end: End | None = None) -> Any:
    """
    Return an expat parser that calls `start` and `end` and refuses document types.

    Elements are told by their names without prefixes.
    """
    made = expat.ParserCreate()
    made.buffer_text = True

    def no_doctype(*_: Any) -> None:
        raise GridError("file_unreadable", reason="文件里有 DTD，不安全")

    def root(name: str, given: dict[str, str]) -> None:
        # Cutting off prefixes costs time with millions of elements; most files have none.
        prefixed = ":" in name
        made.StartElementHandler = (lambda n, g: start(_local(n), g)) if prefixed else start
        if end:
            made.EndElementHandler = (lambda n: end(_local(n))) if prefixed else end
        start(_local(name), given)

    made.StartDoctypeDeclHandler = no_doctype
    made.StartElementHandler = root
    return made


@lru_cache(maxsize=1000)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Import libraries without others that they only take along when they are there."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
