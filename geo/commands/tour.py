"""The command that plans a study tour: ``python -m geo tour REQUEST.json``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.commands.terminal import Output, give, open_store, settings, today

if TYPE_CHECKING:
    from geo.tours.outcome import Outcome
    from geo.tours.trips import Trip


def tour(
    request: Annotated[
        Path, typer.Argument(help="JSON 请求；格式见 docs/tour-request.schema.json")
    ],
    part: Annotated[
        int, typer.Option(min=1, help="几天或几辆车时，文件是第几份行程的；从 1 数，先按车、再按天")
    ] = 1,
    english: Annotated[bool, typer.Option("--english", help="句子用英文")] = False,
    output: Output = None,
) -> None:
    """
    Give the itinerary, its value and proof, and the reasons of what is missing as JSON.

    A request for several days or coaches gives one itinerary for each.
    """
    from geo.cost_cache import CostCache
    from geo.errors import FileError
    from geo.tours.answer import TABLES_NEEDED, answer
    from geo.tours.form import from_json
    from geo.tours.trips import is_trip, trip
    from geo.tours.writing import outcome_json, trip_json

    try:
        asked = from_json(request.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FileError("file_missing", file=request.name) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FileError("file_unreadable", file=request.name, reason=str(error)) from None
    held = settings()
    given: dict[str, Any] = {"settings": held, "today": today()}
    language = "en" if english else "zh"
    with open_store() as store:
        tables = store.read_many(TABLES_NEEDED)
        given |= {"revision": store.revision(),
                  "cache": CostCache(store, days=held.routing_cache_days)}  # fmt: skip
        if is_trip(asked):
            planned = trip(tables, asked, **given)
            written, outcome = trip_json(planned, language), _part_of(planned, part)
        else:
            outcome = answer(tables, asked, **given)
            written = outcome_json(outcome, language)
        layers = (store.layer("township"), store.layer("county"))
    if output is None or output.suffix == ".json":
        give(written.encode(), output)
        return

    from geo.settings import CHINA_TIME
    from geo.tours.exports import KINDS, Layers, files_of

    kinds = [kind for kind in KINDS if output.name.lower().endswith(f".{kind.rpartition('.')[2]}")]
    named = [kind for kind in kinds if output.stem.endswith(kind.partition(".")[0])]
    kind = (named or kinds or [output.suffix])[0]
    now = held.now or datetime.now(CHINA_TIME).replace(tzinfo=None)
    give(files_of(outcome, kind, settings=held, now=now, layers=Layers(*layers)), output)


def _part_of(planned: Trip, number: int) -> Outcome:
    """Return the outcome that files are made of; one without a tour where there is none."""
    from geo.tours.outcome import Outcome

    if number > len(planned.parts):
        return Outcome(planned.request, None)
    return planned.parts[number - 1].outcome
