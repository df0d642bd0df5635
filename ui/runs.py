"""Long computations in threads: found again by whoever asks the same, told of, and stopped."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from geo.errors import GeoError
from geo.siting.problem import Progress, Watch

logger = logging.getLogger(__name__)

AT_ONCE = 2  # a public rush shall not take the server; who comes later waits
KEPT = 40  # results

Work = Callable[[Watch], Any]


class Run:
    """One computation; `done` is set when `result` or `error` is there."""

    def __init__(self, work: Work, turn: threading.Semaphore) -> None:
        self.progress: Progress | None = None
        self.started = threading.Event()
        self.done = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._work, self._turn = work, turn
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Ask for the best so far."""
        self._stop.set()

    def watch(self, progress: Progress) -> bool:
        """Note where the run stands; say whether it shall end."""
        self.progress = progress
        return self._stop.is_set()

    def _run(self) -> None:
        with self._turn:
            self.started.set()
            try:
                self.result = self._work(self.watch)
            except GeoError as error:
                self.error = error
            except Exception as error:
                logger.exception("a computation failed")
                self.error = error
        self.done.set()


class Runs:
    """The runs of this process, by what was asked; the oldest finished ones are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Semaphore(AT_ONCE)
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()

    def run(self, key: Hashable, work: Work) -> Run:
        """Return the run of `key`, started with `work` unless it is there."""
        with self._lock:
            found = self._runs.get(key)
            if found is None:
                found = self._runs[key] = Run(work, self._turn)
            self._runs.move_to_end(key)
            finished = [one for one, run in self._runs.items() if run.done.is_set()]
            for one in finished[: max(0, len(self._runs) - KEPT)]:
                if one != key:
                    del self._runs[one]
            return found

    def known(self, key: Hashable) -> bool:
        """Say whether `key` has been asked for already."""
        with self._lock:
            return key in self._runs

    def result(self, key: Hashable) -> Any:
        """Return the result of `key` if it is there, else None."""
        with self._lock:
            found = self._runs.get(key)
        return found.result if found is not None and found.done.is_set() else None


@st.cache_resource
def runs() -> Runs:
    """Return the runs of this process."""
    return Runs()
