"""Other programs on the days of a class, in the environment `.venv-rivals` made on first use."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from geo.itinerary.day import Day

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv-rivals"
REQUIREMENTS = Path(__file__).with_name("requirements-rivals.txt")
STAMP = FOLDER / "filled-from.txt"


class Rival(NamedTuple):
    """What another program answered for one day; `value` is None where it found no tour."""

    value: int | None
    travel_min: int | None
    proven: bool
    seconds: float


def python() -> Path | None:
    """Return the Python of the other programs, made if need be; None, said aloud, if it cannot."""
    here = FOLDER / "bin" / "python"
    wanted = f"{sys.version_info[:2]}\n{REQUIREMENTS.read_text(encoding='utf-8')}"
    if here.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return here
    print("making .venv-rivals for OR-Tools and VROOM, about 300 MB …", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    # Without a pip of its own where this Python has none to give: ours fills it then.
    orders: list[list[Any]] = [
        [sys.executable, "-m", "venv", "--without-pip", FOLDER],
        [sys.executable, "-m", "pip", "--python", here, "install", "--quiet", "--no-input",
         "--no-deps", "--disable-pip-version-check", "--retries", "1", "-r", REQUIREMENTS],
    ]  # fmt: skip
    for order in orders:
        done = subprocess.run(order, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr.strip()[-500:])
            print(
                "!!! OR-Tools and VROOM are left out: their environment could not be made"
                "（没有装上对照程序，不作比较）",
                flush=True,
            )
            shutil.rmtree(FOLDER, ignore_errors=True)
            return None
    STAMP.write_text(wanted, encoding="utf-8")
    return here


def ask(
    interpreter: Path, solver: Literal["cp_sat", "vroom"], days: Sequence[Day], *, seconds: float
) -> list[Rival]:
    """Return what the program answers for each day, within `seconds` for each."""
    asked = {"solver": solver, "seconds": seconds, "days": [as_json(day) for day in days]}
    done = subprocess.run(
        [interpreter, Path(__file__).with_name("rivals_solver.py")],
        input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [
        Rival(one["value"], one["travel"], one["proven"], one["seconds"])
        for one in json.loads(done.stdout)
    ]


def as_json(day: Day) -> dict[str, Any]:
    """Return the day as the program reads it; see `rivals_solver`."""
    if any(stop.must for stop in day.stops):
        raise ValueError("the other programs are asked without must-sees")
    stops = [
        {
            "stay": stop.stay_min, "value": stop.value, "themes": sorted(stop.themes),
            "fee": stop.fee, "feeds": stop.feeds,
            "windows": [
                [opens, last] for opens, closes, last_entry in stop.windows
                if opens <= (last := min(last_entry, closes - stop.stay_min))
            ],
        }
        for stop in day.stops
    ]  # fmt: skip
    walks = day.walk_m is not None and day.walk_limit_m is not None
    return {
        "stops": stops, "travel": day.travel_min.tolist(), "start": day.start_min,
        "back": day.return_min, "lunch": _lunch(day),
        "walk": np.asarray(day.walk_m).tolist() if walks else None,
        "walk_limit": day.walk_limit_m if walks else None,
        "budget": day.budget, "variety": day.variety,
    }  # fmt: skip


def _lunch(day: Day) -> list[int | bool] | None:
    lunch = day.lunch
    return None if lunch is None else [lunch.opens, lunch.closes, lunch.minutes, lunch.picnic]
