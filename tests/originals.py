"""Migrated and filled databases, each made once and then copied: much quicker than to fill one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psycopg

from geo.store import Store

Rows = Callable[[], dict[str, pd.DataFrame]]
_COPY = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"


class Originals:
    """
    Databases of both kinds for each function that returns the rows to fill one with.

    Parameters
    ----------
    folder
        Where the files go.
    server
        Gives the `user@host:port` of a PostgreSQL server, when one is needed.
    """

    def __init__(self, folder: Path, server: Callable[[], str]) -> None:
        self._folder, self._server = folder, server
        self._made: dict[tuple[str, Rows | None], str] = {}

    def file(self, rows: Rows | None) -> Path:
        """Return the SQLite file that holds these rows; None: none. To be copied only."""
        made = self._made.get(("file", rows))
        if made is None:
            before = None if rows is None else self.file(None)
            made = str(self._folder / f"{len(self._made)}.db")
            if before is not None:
                shutil.copy(before, made)
            _fill(f"sqlite:///{made}", rows)
            self._made["file", rows] = made
        return Path(made)

    def database(self, rows: Rows | None) -> str:
        """Return the name of the PostgreSQL database that holds these rows. To be copied only."""
        made = self._made.get(("database", rows))
        if made is None:
            before = "template1" if rows is None else self.database(None)
            made = f"original_{len(self._made)}"
            self._ask(_COPY.format(made, before))
            _fill(f"postgresql+psycopg://{self._server()}/{made}", rows)
            self._made["database", rows] = made
        return made

    def copy(self, rows: Rows | None, url: str) -> None:
        """Put a copy at `url`; a PostgreSQL database that is there is replaced."""
        place = url.removeprefix("sqlite:///")
        if place != url:
            shutil.copy(self.file(rows), place)
            return
        name = url.rpartition("/")[2]
        self._ask(f"DROP DATABASE IF EXISTS {name}", _COPY.format(name, self.database(rows)))

    def _ask(self, *statements: str) -> None:
        url = f"postgresql://{self._server()}/postgres"
        with psycopg.connect(url, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)


def _fill(url: str, rows: Rows | None) -> None:
    store = Store(url)
    store.migrate()
    if rows is not None:
        store.replace(rows())
    store.close()
