"""Tasks that travel to the workers of a cluster, some of them on purpose bad ones."""

import os
import signal
import time
from pathlib import Path

import pandas as pd

from geo.coverage import rates
from geo.errors import ArgumentError
from geo.fleet import City


def summed(city: City) -> pd.DataFrame:
    """Return some figures of a city's venues."""
    venues = city.tables["venues"]
    answer = pd.DataFrame({"covered": venues["lon"].notna(), "kind": venues["kind"]})
    return rates(answer, by=["kind"])


def _die() -> None:
    # Not while the nanny still starts this worker: it would not start another.
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def slowly(city: City) -> pd.DataFrame:
    """Return the same, after long enough for a worker to be lost on the way."""
    time.sleep(0.15)
    return summed(city)


def failing(city: City) -> int:
    """Return a number, or fail as cities do."""
    if city.name == "二号":
        raise ArgumentError("bad_argument", name="x", value=2, reason="不行")
    if city.name == "三号":
        raise RuntimeError("broken")
    return len(city.tables["venues"])


def deadly(city: City) -> int:
    """Return a number, or take the worker down, as too large a city does."""
    if city.name == "二号":
        _die()
    return len(city.tables["venues"])


def dying_once(city: City, *, mark: str) -> int:
    """Take the worker down the first time that 二号 is computed."""
    if city.name == "二号" and not Path(mark).exists():
        Path(mark).touch()
        _die()
    return len(city.tables["venues"])
