"""Many cities, one after the other here or side by side on a Dask cluster, with the same results.

A task is a function from a city to an answer; cities are independent of each other. On a
cluster each task runs where there is room; one whose worker is lost is run again elsewhere.
A city that fails is listed with its error, and the others go on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from geo.errors import GeoError, SettingError, sentence
from geo.sources import Layer, read_data

CONNECT_S = 20
POLL_S = 2.0
NO_WORKER_S = 60.0  # so long a cluster may be without any worker before it counts as gone
_WAITING_PER_THREAD = 2  # enough that no thread is idle, few enough that cities fit into memory
_LARGE = "1GB"

Answer = TypeVar("Answer")
Progress = Callable[[int, int], None]  # cities done, cities in all


@dataclass(frozen=True, eq=False)
class City:
    """
    A city to compute: its name, and its tables and layers or the folder they are in.

    Parameters
    ----------
    name
        What the answer calls it.
    folder
        A data folder that the one who computes can read; on a cluster, each of its workers.
    tables
        The tables of the schema by name, in place of a folder.
    layers
        Boundary layers with what they are, by level ("county", "township"), in EPSG:4326.
    """

    name: str
    folder: Path | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)

    def loaded(self) -> City:
        """Return the city with its tables and layers, read from its folder if it has one."""
        if self.folder is None:
            return self
        tables, layers = read_data(self.folder)
        return City(self.name, None, tables, {layer[1].level: layer for layer in layers})


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a city: its answer, or what went wrong in Chinese ("" if nothing did)."""

    city: str
    answer: Any = None
    error: str = ""


def run(
    task: Callable[[City], Answer],
    cities: Sequence[City],
    *,
    cluster: str = "",
    progress: Progress | None = None,
) -> list[Outcome]:
    """
    Compute a task for every city.

    Parameters
    ----------
    task
        From a city, loaded, to an answer. On a cluster it travels: a function of a module,
        or a `functools.partial` of one.
    cities
        The cities.
    cluster
        Address of a Dask scheduler such as ``tcp://10.0.0.5:8786``; "" to compute here. Its
        workers need this program in the same version.
    progress
        Told after each city how many are done, of how many.

    Returns
    -------
    outcomes
        One per city, in their order, wherever and in whatever order they were computed.

    Raises
    ------
    SettingError
        If the package `distributed` is missing, or nothing answers at the address.
    """
    if cluster:
        return _on_cluster(task, cities, cluster, progress)
    outcomes = []
    for city in cities:
        outcomes.append(attempt(task, city))
        if progress is not None:
            progress(len(outcomes), len(cities))
    return outcomes


def attempt(task: Callable[[City], Answer], city: City) -> Outcome:
    """Return what comes of one city; an error becomes a sentence, so that it can travel."""
    try:
        return Outcome(city.name, task(city.loaded()))
    except GeoError as error:
        return Outcome(city.name, error=error.sentence())
    except Exception as error:  # of one city among thousands: it is listed
        return Outcome(city.name, error=_unexpected(error))


def _unexpected(error: BaseException) -> str:
    return sentence("city_failed", reason=f"{type(error).__name__}: {error}")


def _on_cluster(
    task: Callable[[City], Answer],
    cities: Sequence[City],
    address: str,
    progress: Progress | None,
) -> list[Outcome]:
    try:
        import dask.config
        from distributed import Client
    except ImportError:
        raise SettingError("cluster_package") from None
    # A city's tables travel with its task, so that they outlive the loss of a worker.
    options = {
        "distributed.admin.large-graph-warning-threshold": _LARGE,
        "distributed.comm.timeouts.connect": f"{CONNECT_S}s",
    }
    with dask.config.set(options):
        try:
            client = Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT_S, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SettingError("cluster_address", address=address, reason=reason) from None
        with client, client.as_current():
            return _collected(client, task, cities, progress)


def _collected(
    client: Any,
    task: Callable[[City], Answer],
    cities: Sequence[City],
    progress: Progress | None,
) -> list[Outcome]:
    """Hand in the cities as there is room; return the outcomes in the order of the cities."""
    outcomes: dict[int, Outcome] = {}

    def kept(number: int, outcome: Outcome) -> None:
        outcomes[number] = outcome
        if progress is not None:
            progress(len(outcomes), len(cities))

    def computed(numbers: Sequence[int], room: int) -> list[int]:
        """Compute cities; return those whose workers were lost again and again."""
        lost: list[int] = []
        waiting = iter(numbers)
        pending: dict[Any, int] = {}

        def hand_in(count: int) -> None:
            for number in itertools.islice(waiting, count):
                pending[client.submit(attempt, task, cities[number], pure=False)] = number

        hand_in(room)
        while pending:
            for future in _finished(client, list(pending)):
                number = pending.pop(future)
                outcome = _outcome(future, cities[number])
                future.release()
                hand_in(1)
                if outcome is None:
                    lost.append(number)
                else:
                    kept(number, outcome)
        return lost

    try:
        room = max(1, sum(client.nthreads().values())) * _WAITING_PER_THREAD
        # A city that waits behind one that takes its workers down goes down with it: each
        # once more, alone.
        for number in computed(range(len(cities)), room):
            for again in computed([number], 1):
                kept(again, Outcome(cities[again].name, error=sentence("city_lost")))
    except _ClusterGoneError:
        for number, city in enumerate(cities):
            if number not in outcomes:
                kept(number, Outcome(city.name, error=sentence("cluster_gone")))
    return [outcomes[number] for number in range(len(cities))]


class _ClusterGoneError(Exception):
    """The scheduler has gone, or has had no worker for too long."""


def _finished(client: Any, pending: list[Any]) -> list[Any]:
    """Wait for the first of the pending futures; return those that are finished."""
    from distributed import wait
    from distributed.client import FuturesCancelledError

    waited_s = 0.0
    while True:
        try:
            first = wait(  # type: ignore[no-untyped-call]
                pending, timeout=POLL_S, return_when="FIRST_COMPLETED"
            )
            return list(first.done)
        except TimeoutError:
            # A nanny does not start a worker anew that is lost while it starts.
            try:
                waited_s = 0.0 if client.nthreads() else waited_s + POLL_S
            except OSError:
                raise _ClusterGoneError from None
        except FuturesCancelledError:
            raise _ClusterGoneError from None
        if waited_s >= NO_WORKER_S:
            raise _ClusterGoneError


def _outcome(future: Any, city: City) -> Outcome | None:
    """Return what came of a city; None if its workers were lost again and again."""
    try:
        outcome: Outcome = future.result()
    except Exception as error:  # lost with its workers, or unreadable there
        if type(error).__name__ == "KilledWorker":
            return None
        return Outcome(city.name, error=_unexpected(error))
    return outcome
