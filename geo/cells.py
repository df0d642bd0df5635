"""One cell of a table: what people write in it, and what is stored."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from geo.errors import GeoError
from geo.hours import normalise as normalise_hours
from geo.schema import Column

FIRST_DATE, LAST_DATE = date(1000, 1, 1), date(2100, 12, 31)
EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#FORMULA!")
)
YES = frozenset(("是", "有", "yes", "y", "true", "1", "1.0", "√", "✓", "✔"))
NO = frozenset(("否", "无", "no", "n", "false", "0", "0.0", "×", "✗", "✘"))

# Spaces of every width and the invisible marks that come with copied text.
_BLANK = " \n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_BLANK += "\u200b\u202f\u205f\u2060\u3000\ufeff"
# Controls, line separators, marks that turn the writing direction, halves of characters.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2064\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffd-\uffff]"
)
# Marks without width that come along when text is copied, and spaces that do not break.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_UNSEEN |= dict.fromkeys((0xA0, 0x2007, 0x202F), " ")
_BETWEEN_CHINESE = re.compile("(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff（(])")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x00A0: 0x20}
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?: ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})"
    r"| ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?|(\d\d)(\d\d))"
    r"(?:[ T]00?:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_EXCEL_DAYS = (19725, 73415)  # 1954-01-01 to 2100-12-31
_EXCEL_EPOCH = date(1899, 12, 30)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)-?(\d{7,8})(?:(?:-|转|ext\.?|x)(\d{1,6}))?", re.ASCII)
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d)-?(\d{3})", re.ASCII)
_SHORT = re.compile(r"[2-8]\d{6,7}|1\d\d|1\d{4}|9[56]\d{3,4}", re.ASCII)
_LINK = re.compile(r"(?i:https?)://[^\s<>\"'\\^`{|}]+")
_BETWEEN = re.compile("[;；、,，\n]")
_BETWEEN_PHONES = re.compile("[;；、,，/\n]")


class CellError(GeoError, ValueError):
    """A cell cannot be read as what its column holds."""


def clean(text: str | None) -> str | None:
    """
    Return `text` as it was meant: blanks and line ends plain, none at its ends.

    None when nothing is left.
    """
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = text.translate(_UNSEEN).strip(_BLANK)
    return text or None


def parse(column: Column, text: str) -> Any:
    """
    Read the cleaned, non-empty `text` as what `column` holds.

    Returns
    -------
    value
        str, int, float, bool or date; the text of a reference may still be a name.

    Raises
    ------
    CellError
        If it cannot be read so; the code and facts say why.
    """
    if text in EXCEL_ERRORS:
        raise CellError("excel_error")
    if _HIDDEN.search(text):
        raise CellError("control_character")
    return _PARSERS[column.kind](column, text)


def write(column: Column, value: Any) -> str:
    """Return the text that `parse` reads back as `value` (which is not missing)."""
    if column.kind == "number":
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(float(value))
    if column.kind == "integer":
        return str(int(value))
    if column.kind == "yesno":
        return "yes" if value else "no"
    if column.kind == "date":
        return str(value.date().isoformat()) if hasattr(value, "date") else str(value)
    return str(value)


def is_code(text: str) -> bool:
    """Say whether `text` is meant as a code rather than as a name."""
    return bool(re.fullmatch(r"['’]?[\d .eE+]+", text.translate(_NARROW), re.ASCII))


def closest(text: str, candidates: list[str], *, least: float = 60) -> str:
    """
    Return “→ candidate？” for the candidate most like `text`, or nothing when none is.

    Of two Chinese characters one may be wrong; else a candidate that alone contains `text`
    will do.
    """
    short = len(text) <= 2 and not text.isascii()
    cutoff = min(least, 50) if short else least
    found = process.extractOne(text, candidates, scorer=fuzz.ratio, score_cutoff=cutoff)
    if found:
        return f"→ {found[0]}？"
    around = [candidate for candidate in candidates if text in candidate] if len(text) > 1 else []
    return f"→ {around[0]}？" if len(around) == 1 else ""


def _short(column: Column, text: str) -> str:
    if column.refers_to:  # a name that was spaced out to fill its cell: 泰 山 区
        text = _BETWEEN_CHINESE.sub("", text)
    if len(text) > column.limit:
        raise CellError("too_long", length=len(text), limit=column.limit)
    return text


def _id(column: Column, text: str) -> str:
    return _short(column, text.translate(_NARROW).strip())


def _code(column: Column, text: str) -> str:
    said = text.translate(_NARROW).replace(" ", "").lstrip("'’")
    exponent = _EXPONENT.fullmatch(said)
    if exponent:
        written = len(exponent[1] + (exponent[2] or ""))
        # A township's code ends in three zeros, which an exponent may stand for without loss.
        if written < column.digits - (3 if column.name == "township_code" else 0):
            raise CellError("code_rounded", digits=column.digits)
        said = format(Decimal(said), "f")
    said = re.sub(r"\.0*$", "", said)
    if not re.fullmatch(rf"\d{{{column.digits}}}", said, re.ASCII):
        raise CellError("not_a_code", digits=column.digits)
    return said


def _number(column: Column, text: str) -> float:
    said = text.translate(_NARROW).translate(_DASHES).replace(" ", "")
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    if not _NUMBER.fullmatch(said) or math.isinf(float(said)):
        raise CellError("not_a_number")
    value = float(said) + 0.0
    low = -math.inf if column.low is None else column.low
    high = math.inf if column.high is None else column.high
    if not low <= value <= high:
        raise CellError("out_of_range", low=f"{low:.12g}", high=f"{high:.12g}")
    return value


def _integer(column: Column, text: str) -> int:
    value = _number(column, text)
    if not value.is_integer():
        raise CellError("not_an_integer")
    return int(value)


def _date(_column: Column, text: str) -> date:
    said = text.translate(_NARROW).translate(_DASHES)
    serial = re.fullmatch(r"(\d{5})(?:\.0+)?", said, re.ASCII)
    if serial and _EXCEL_DAYS[0] <= int(serial[1]) <= _EXCEL_DAYS[1]:
        return _EXCEL_EPOCH + timedelta(days=int(serial[1]))
    found = _DATE.fullmatch(said)
    try:
        if found is None:
            raise ValueError
        month, day = (found[3] or found[5] or found[7]), (found[4] or found[6] or found[8])
        value = date(int(found[1]), int(month), int(day))
    except ValueError:
        raise CellError("not_a_date") from None
    if not FIRST_DATE <= value <= LAST_DATE:
        raise CellError("out_of_range", low=FIRST_DATE, high=LAST_DATE)
    return value


def _yesno(_column: Column, text: str) -> bool:
    said = text.translate(_NARROW).lower()
    if said in YES or said in NO:
        return said in YES
    raise CellError("not_yes_no")


@lru_cache(maxsize=256)
def _labels(choices: tuple[tuple[str, str, str], ...]) -> dict[str, str]:
    return {_spoken(form): forms[0] for forms in choices for form in forms}


def _spoken(text: str) -> str:
    return text.translate(_NARROW).translate(_DASHES).lower().replace(" ", "")


def _choice(column: Column, text: str) -> str:
    labels, said = _labels(column.choices), _spoken(text)
    if said in labels:
        return labels[said]
    raise CellError(
        "not_a_choice",
        choices="、".join(f"{zh}（{stored}）" for stored, zh, _ in column.choices),
        suggestion=closest(text, [form for forms in column.choices for form in forms]),
    )


def _choices(column: Column, text: str) -> str:
    parts = [part.strip(_BLANK) for part in _BETWEEN.split(text)]
    found: dict[str, None] = {}
    for part in filter(None, parts):
        try:
            found[_choice(column, part)] = None
        except CellError as error:  # the cell as a whole, with this part mended
            meant = error.params["suggestion"].removeprefix("→ ").removesuffix("？")
            whole = "；".join(meant if one == part else one for one in parts if one)
            facts = error.params | {"suggestion": f"→ {whole}？" if meant else ""}
            raise CellError(error.code, **facts) from None
    return ";".join(found)


def _hours(column: Column, text: str) -> str:
    _short(column, text)
    try:
        return _short(column, normalise_hours(text))
    except ValueError as error:
        if isinstance(error, CellError):
            raise
        raise CellError("not_hours") from None


def _one_phone(text: str) -> str:
    said = re.sub(r"[\s()]", "", text.translate(_NARROW).translate(_DASHES))
    said = re.sub(r"^(?:\+|00)86-?|^86(?=1[3-9]\d{9}$)", "", re.sub(r"\.0$", "", said))
    digits = said.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return digits
    if landline := _LANDLINE.fullmatch(said):
        return "-".join(part for part in landline.groups() if part)
    if service := _SERVICE.fullmatch(said):
        return f"{service[1]}-{service[2]}-{service[3]}{service[4]}"
    if _SHORT.fullmatch(digits):
        return digits
    raise CellError("not_a_phone")


def _phone(column: Column, text: str) -> str:
    parts = [part.strip(_BLANK) for part in _BETWEEN_PHONES.split(text)]
    numbers = dict.fromkeys(_one_phone(part) for part in parts if part)
    if not numbers:
        raise CellError("not_a_phone")
    return _short(column, ";".join(numbers))


def _link(column: Column, text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(_LINK.fullmatch(text) and parts.hostname and "@" not in parts.netloc)
    except ValueError:
        usable = False
    if not usable:
        raise CellError("not_a_link")
    return _short(column, text)


_PARSERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _short, "code": _code, "id": _id, "integer": _integer, "number": _number,
    "date": _date, "yesno": _yesno, "choice": _choice, "choices": _choices, "hours": _hours,
    "phone": _phone, "link": _link,
}  # fmt: skip
