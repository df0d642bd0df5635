"""Personal data masked: enough to tell two rows apart, too little to know or call somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from geo.check import table_of
from geo.schema import DEMO_MARK, Column

# What stands in the place of a name that was erased on request.
ERASED_NAME = "（已删除）"
HIDDEN = "****"  # always four: the mask does not say how many characters it hides

_BETWEEN = re.compile(r"[;；,，、/\s]+")
_MOBILE = re.compile(r"1\d{10}")
_AREA = re.compile(r"0\d{2,3}(?=-)")
_FEWEST_DIGITS = 7  # of a number that shows its last two
# A mobile number or a resident's identity number, wherever it stands in a text.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15}|1[3-9]\d{9})(?![0-9A-Za-z])")


def masked_name(name: str) -> str:
    """
    Return a person's name with all but its first character hidden: 张三 → 张*, 欧阳明 → 欧**.

    Names of more than two characters all end in two stars, Latin ones too. The mark of a
    demonstration row stays.
    """
    said = name.strip()
    if said == ERASED_NAME or not said:
        return said
    if said.startswith(DEMO_MARK):
        return DEMO_MARK + masked_name(said.removeprefix(DEMO_MARK))
    if len(said) == 1:
        return "*"
    return said[0] + ("*" if len(said) == 2 else "**")


def masked_phone(phone: str) -> str:
    """
    Return phone numbers with their middle hidden: 138****0000, 0538-****67, others ****.

    Of a landline the area and the last two digits stay, whatever its length; an extension
    goes. Several numbers are masked one by one.
    """
    numbers = [number for number in _BETWEEN.split(phone) if number]
    return ";".join(_masked_number(number) for number in numbers)


def _masked_number(number: str) -> str:
    if _MOBILE.fullmatch(number):
        return number[:3] + HIDDEN + number[-4:]
    if area := _AREA.match(number):
        line = number[area.end() + 1 :].partition("-")[0]  # the rest is an extension
        shown = line[-2:] if len(line) >= _FEWEST_DIGITS else ""
        return f"{area[0]}-{HIDDEN}{shown}"
    return HIDDEN


def masked_identity(text: str) -> str:
    """Return `text` with the mobile and identity numbers that stand in it hidden."""
    return _IDENTITY.sub(lambda found: found[0][0] + HIDDEN + found[0][-1], text)


def masked_value(column: Column, value: Any) -> str:
    """Return the value of a column of audience "personal" as its mask; "" where it is missing."""
    if pd.isna(value):
        return ""
    return _mask_of(column)(str(value))


def _mask_of(column: Column) -> Callable[[str], str]:
    if column.kind == "phone":
        return masked_phone
    if column.kind == "id":
        return masked_identity
    if column.name == "name":
        return masked_name
    return lambda text: HIDDEN if text else ""


def masked(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """
    Return `frame` with the columns of audience "personal" replaced by their masks.

    The key stays as it is, for rows are looked up by it: a promoter's id is a number that an
    office gives, of no use outside it (`telling_ids` finds those that are more), and whoever
    is not signed in does not get the row at all. In free text meant for staff, mobile and
    identity numbers are hidden as well.

    Parameters
    ----------
    frame
        n rows of `table`, in any choice of its columns.
    table
        Name of the table.

    Returns
    -------
    masked
        n rows, the same columns, index and dtypes; missing stays missing.
    """
    declared = table_of(table)
    columns = {}
    for name in frame.columns:
        column = declared[name]
        mask: Callable[[str], str] | None = None
        if column.audience == "personal" and name not in declared.key:
            mask = _mask_of(column)
        elif column.audience == "staff" and column.kind == "text":
            mask = masked_identity
        columns[name] = frame[name] if mask is None else frame[name].map(mask, na_action="ignore")
        columns[name] = columns[name].astype(frame[name].dtype)
    return pd.DataFrame(columns, index=frame.index)


def telling_ids(frame: pd.DataFrame) -> pd.Series[bool]:
    """
    Return which promoters (n rows) have a mobile or an identity number for their id.

    Such an id is personal data that no mask hides and no deletion on request takes away; the
    office should give the person a number of its own.
    """
    return frame["promoter_id"].map(lambda key: bool(_IDENTITY.search(key))).astype(bool)


def without_consent(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return the promoters (of n rows) whose consent is not on record: they are to be asked.

    Demonstration rows are nobody and erased ones are gone; neither is among them.
    """
    asked = frame["consent_on"].notna() | (frame["name"] == ERASED_NAME)
    return frame[~(asked | frame["demo"].fillna(False).astype(bool))]


def without_person(text: str, row: Mapping[str, Any]) -> str:
    """Return `text`, such as a reason for the log, with the name and phones of `row` hidden."""
    said = masked_identity(text)
    for number in _BETWEEN.split(row.get("phone") or ""):
        if number:
            said = said.replace(number, _masked_number(number))
    name = (row.get("name") or "").strip()
    if len(name) > 1 and name != ERASED_NAME:
        said = said.replace(name, masked_name(name))
    return said
