"""Reports made: read once from the store, computed, drawn, and written in each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from geo import files
from geo.answers import without_demo
from geo.errors import GeoError, bad_argument
from geo.report.content import report_on
from geo.report.document import Report
from geo.report.drawing import draw
from geo.report.figures import TABLES_NEEDED, Source
from geo.report.fonts import Faces, find_faces
from geo.report.next_sites import USUAL, Wish
from geo.report.places import Place
from geo.report.typeset import typeset_bytes
from geo.report.word import word_bytes
from geo.report.workbook import workbook_of
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.store import Store
from geo.text import text

SUFFIXES = (".docx", ".pdf", ".xlsx")
# Told of each step: the share done (0-1) and what comes now.
Progress = Callable[[float, str], None]


class Made(NamedTuple):
    """A file written, or why it was not."""

    place: Place
    path: Path | None
    reason: str = ""


def read_source(store: Store, *, demo: bool = True, cache: Cache | None = None) -> Source:
    """
    Read what reports are made from; not `demo`, without demonstration rows.

    `cache` is where answers of a routing engine are kept.

    Raises
    ------
    StoreError
        If the store cannot be read, or has no boundary layer.
    """
    tables = store.read_many(TABLES_NEEDED)
    return Source(
        tables=tables if demo else without_demo(tables),
        townships=store.layer("township"),
        counties=store.layer("county"),
        revision=store.revision(),
        cache=cache,
    )


def known_suffix(suffix: str) -> str:
    """
    Return the suffix of a report in small letters.

    Raises
    ------
    ArgumentError
        If reports are not written so.
    """
    if suffix.lower() not in SUFFIXES:
        raise bad_argument("suffix", suffix, "why_one_of", allowed=tuple(SUFFIXES))
    return suffix.lower()


def report_files(
    source: Source,
    place: Place,
    suffixes: Sequence[str],
    *,
    as_of: date,
    made_on: date,
    settings: Settings,
    since: date | None = None,
    wish: Wish = USUAL,
    progress: Progress | None = None,
) -> dict[str, bytes]:
    """
    Return the report about `place` as a file for each of `suffixes`.

    Parameters
    ----------
    source, place, as_of, made_on, settings, since, wish
        As for `content.report_on`.
    suffixes
        Of `SUFFIXES`.
    progress
        Told of each step.

    Raises
    ------
    ArgumentError
        If a suffix is none of `SUFFIXES`.
    GeoError
        If there is no Chinese font on this machine.
    """
    tell = progress or (lambda _share, _words: None)
    wanted = [known_suffix(suffix) for suffix in suffixes]
    faces = find_faces() if set(wanted) - {".xlsx"} else None
    tell(0.0, text("paper.step_count", place=place.name))
    report = report_on(
        source, place, as_of=as_of, made_on=made_on, settings=settings, since=since, wish=wish
    )
    pictures = {}
    if faces is not None:
        drawn = list(report.pictures())
        for number, picture in enumerate(drawn):
            words = text("paper.step_map", place=place.name, name=picture.caption)
            tell(0.3 + 0.3 * number / len(drawn), words)
            pictures[picture.name] = draw(picture, faces)
    made = {}
    for number, suffix in enumerate(wanted):
        words = text("paper.step_write", place=place.name, suffix=suffix)
        tell(0.6 + 0.4 * number / len(wanted), words)
        made[suffix] = _written(report, suffix, pictures, faces)
    tell(1.0, text("paper.step_done"))
    return made


def _written(report: Report, suffix: str, pictures: dict[str, bytes], faces: Faces | None) -> bytes:
    if suffix == ".xlsx" or faces is None:
        return workbook_of(report)
    if suffix == ".docx":
        return word_bytes(report, pictures)
    return typeset_bytes(report, pictures, faces)


def write_all(
    source: Source,
    places: Sequence[Place],
    folder: Path,
    *,
    as_of: date,
    made_on: date,
    settings: Settings,
    since: date | None = None,
    wish: Wish = USUAL,
    suffixes: Sequence[str] = SUFFIXES,
    progress: Progress | None = None,
) -> Iterator[Made]:
    """
    Write the reports about all `places` into `folder`; give each file as it is written.

    One that fails is given with the reason and keeps none of the others from being written.
    """
    tell = progress or (lambda _share, _words: None)
    for number, place in enumerate(places):
        done, each = number / len(places), 1 / len(places)
        try:
            made = report_files(
                source, place, suffixes, as_of=as_of, made_on=made_on, settings=settings,
                since=since, wish=wish,
                progress=lambda share, words, done=done, each=each: tell(  # type: ignore[misc]
                    done + each * share, words
                ),
            )  # fmt: skip
            for suffix, content in made.items():
                path = folder / f"{place.stem}{suffix}"
                files.write_bytes(path, content)
                yield Made(place, path)
        except GeoError as error:
            yield Made(place, None, error.sentence())
