"""Drafts of study tours: an account's own, and nobody else's."""

import shutil
from datetime import date, datetime, timedelta

import pytest

from geo.errors import AccessError, ArgumentError
from geo.rights import PUBLIC, Actor
from geo.store import Store
from geo.tour_drafts import MOST, delete_draft, list_drafts, read_draft, save_draft
from geo.tours.request import Request, Where

NOW = datetime(2026, 11, 23, 2, 0)
ONE = Actor("yi", "乙", "reporter", "township", "370911107000")
TWO = Actor("cheng", "城", "city")
ASKED = Request(date(2026, 12, 12), Where("夏张镇", "370911107000"), pupils=30)


@pytest.fixture
def store(tmp_path, migrated_file):
    path = tmp_path / "store.db"
    shutil.copy(migrated_file, path)
    made = Store(f"sqlite:///{path}")
    yield made
    made.close()


def test_a_draft_is_kept_whole_and_replaced_by_its_name(store):
    revision = store.revision()
    number = save_draft(store, " 三年级\n秋游 ", ASKED, actor=ONE, now=NOW)
    assert read_draft(store, number, actor=ONE) == ASKED
    later = NOW + timedelta(minutes=1)
    other = save_draft(store, "四年级", ASKED, actor=ONE, now=later)
    assert [one[:2] for one in list_drafts(store, actor=ONE)] == [
        (other, "四年级"), (number, "三年级 秋游"),
    ]  # fmt: skip
    newer = Request(ASKED.day, ASKED.start, end=Where("点", lon=117.0, lat=36.2))
    assert save_draft(store, "三年级 秋游", newer, actor=ONE, now=later) == number
    assert read_draft(store, number, actor=ONE) == newer
    assert store.revision() == revision
    delete_draft(store, number, actor=ONE)
    assert len(list_drafts(store, actor=ONE)) == 1


def test_nobody_else_sees_or_deletes_it_and_the_public_keeps_none(store):
    number = save_draft(store, "三年级", ASKED, actor=ONE, now=NOW)
    assert list_drafts(store, actor=TWO) == []
    with pytest.raises(ArgumentError, match="没有第"):
        read_draft(store, number, actor=TWO)
    delete_draft(store, number, actor=TWO)
    assert len(list_drafts(store, actor=ONE)) == 1
    for refused in (
        lambda: save_draft(store, "x", ASKED, actor=PUBLIC, now=NOW),
        lambda: list_drafts(store, actor=PUBLIC),
        lambda: read_draft(store, number, actor=PUBLIC),
        lambda: delete_draft(store, number, actor=PUBLIC),
    ):
        with pytest.raises(AccessError):
            refused()


def test_names_and_numbers_have_limits(store):
    for bad in ("", " \n", "长" * 61):
        with pytest.raises(ArgumentError, match="草稿名"):
            save_draft(store, bad, ASKED, actor=ONE, now=NOW)
    for number in range(MOST):
        save_draft(store, f"第{number}份", ASKED, actor=ONE, now=NOW)
    with pytest.raises(ArgumentError, match="存不下"):
        save_draft(store, "再一份", ASKED, actor=ONE, now=NOW)
    save_draft(store, "第0份", ASKED, actor=ONE, now=NOW)
    assert len(list_drafts(store, actor=TWO)) == 0
