"""The command that plans a study tour: ``python -m geo tour REQUEST.json``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.terminal import Output, give, open_store, settings, today


def tour(
    request: Annotated[
        Path, typer.Argument(help="JSON 请求；格式见 docs/tour-request.schema.json")
    ],
    english: Annotated[bool, typer.Option("--english", help="句子用英文")] = False,
    output: Output = None,
) -> None:
    """Give the itinerary, its value and proof, and the reasons of what is missing as JSON."""
    from geo.cost_cache import CostCache
    from geo.errors import FileError
    from geo.tours.answer import TABLES_NEEDED, answer
    from geo.tours.form import from_json
    from geo.tours.writing import outcome_json

    try:
        asked = from_json(request.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FileError("file_missing", file=request.name) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FileError("file_unreadable", file=request.name, reason=str(error)) from None
    held = settings()
    with open_store() as store:
        revision = store.revision()
        outcome = answer(
            store.read_many(TABLES_NEEDED), asked, settings=held, today=today(),
            revision=revision, cache=CostCache(store, days=held.routing_cache_days),
        )  # fmt: skip
        layers = (store.layer("township"), store.layer("county"))
    if output is None or output.suffix == ".json":
        give(outcome_json(outcome, "en" if english else "zh").encode(), output)
        return

    from geo.settings import CHINA_TIME
    from geo.tours.exports import KINDS, Layers, files_of

    kinds = [kind for kind in KINDS if output.name.lower().endswith(f".{kind.rpartition('.')[2]}")]
    named = [kind for kind in kinds if output.stem.endswith(kind.partition(".")[0])]
    kind = (named or kinds or [output.suffix])[0]
    now = held.now or datetime.now(CHINA_TIME).replace(tzinfo=None)
    give(files_of(outcome, kind, settings=held, now=now, layers=Layers(*layers)), output)
