"""The Chinese fonts of reports and maps: where they are on this machine, or what to install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.errors import GeoError

PACKAGE = "fonts-noto-cjk"  # Debian's; set-up brings it
FOLDERS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.local/share/fonts"),
    Path("~/.fonts"), Path("/Library/Fonts"), Path("/System/Library/Fonts"),
)  # fmt: skip
# (file, position of the simplified Chinese face in it, family), the best first.
SERIFS = (
    ("NotoSerifCJK-Regular.ttc", 2, "Noto Serif CJK SC"),
    ("NotoSerifCJKsc-Regular.otf", 0, "Noto Serif CJK SC"),
    ("SourceHanSerifSC-Regular.otf", 0, "Source Han Serif SC"),
    ("NotoSerifSC-Regular.otf", 0, "Noto Serif SC"),
)
SANSES = (
    ("NotoSansCJK-Regular.ttc", 2, "Noto Sans CJK SC"),
    ("NotoSansCJKsc-Regular.otf", 0, "Noto Sans CJK SC"),
    ("SourceHanSansSC-Regular.otf", 0, "Source Han Sans SC"),
    ("NotoSansSC-Regular.otf", 0, "Noto Sans SC"),
    ("wqy-microhei.ttc", 0, "WenQuanYi Micro Hei"),
)


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    path: Path
    position: int
    family: str


@dataclass(frozen=True)
class Faces:
    """The faces for running text and for heads and maps; `folders` are those looked through."""

    serif: Face
    sans: Face
    folders: tuple[Path, ...]


def find_faces(folders: Sequence[Path] = FOLDERS) -> Faces:
    """
    Return the fonts to write Chinese with; one kind stands in for the other where it must.

    Raises
    ------
    GeoError
        If there is none: without one every sign would be an empty box.
    """
    return _find(tuple(folders))


@lru_cache(maxsize=4)
def _find(folders: tuple[Path, ...]) -> Faces:
    there = [folder.expanduser() for folder in folders]
    there = [folder for folder in there if folder.is_dir()]
    serif, sans = (_first(there, wanted) for wanted in (SERIFS, SANSES))
    one, other = serif or sans, sans or serif
    if one is None or other is None:
        raise GeoError("no_font", package=PACKAGE)
    return Faces(one, other, tuple(there))


def _first(folders: list[Path], wanted: Sequence[tuple[str, int, str]]) -> Face | None:
    for name, position, family in wanted:
        for folder in folders:
            found = next(iter(sorted(folder.rglob(name))), None)
            if found is not None:
                return Face(found, position, family)
    return None
