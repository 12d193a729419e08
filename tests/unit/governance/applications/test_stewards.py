"""Stewards: terms on record, by account and post; the name stays in the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog_specs.errors import GrantError
from governance.applications.stewards import (
    Steward,
    end_term,
    register,
    same_person,
    serving,
    stewards,
)
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import NOW

BY = (NOW, "运维岗")
ONE = Steward("d", "甲", "管理员", date(2026, 1, 5), "报1")


def test_a_term_begins_and_ends_on_its_days(tmp_path: Path, address: str) -> None:
    """Both days count; an end is a further row, and the history stays, without a name."""
    with open_store(Layout(tmp_path), address) as store, store.writing() as session:
        register(session, ONE, "张三", BY)
        assert serving(session, "甲", date(2026, 1, 4)) == ()
        assert serving(session, "甲", date(2026, 1, 5)) == (ONE,)
        ended = end_term(session, ("d", "甲"), date(2026, 3, 2), "报2", BY)
        assert serving(session, "甲", date(2026, 3, 2)) == (ended,)
        assert serving(session, "甲", date(2026, 3, 3)) == ()
        assert stewards(session) == (ended,)
        assert "张三" not in repr(stewards(session))
        with pytest.raises(GrantError, match="no term"):
            end_term(session, ("d", "甲"), date(2026, 4, 1), "报3", BY)


def test_a_report_says_everything(tmp_path: Path) -> None:
    """Account, post, name and number, and a term that runs forward."""
    with open_store(Layout(tmp_path)) as store, store.writing() as session:
        with pytest.raises(GrantError, match="lacks name"):
            register(session, ONE, " ", BY)
        backwards = Steward("d", "甲", "管理员", date(2026, 1, 5), "报1", date(2026, 1, 4))
        with pytest.raises(GrantError, match="runs forward"):
            register(session, backwards, "张三", BY)


def test_a_person_is_known_by_any_account(tmp_path: Path) -> None:
    """By the name on record, in whichever department."""
    with open_store(Layout(tmp_path)) as store, store.writing() as session:
        register(session, ONE, "张三", BY)
        register(session, Steward("e", "乙", "岗", date(2026, 1, 5), "报2"), "张三", BY)
        register(session, Steward("e", "丙", "岗", date(2026, 1, 5), "报2"), "李四", BY)
        assert same_person(session, "甲", "乙")
        assert same_person(session, "路人", "路人")
        assert not same_person(session, "甲", "丙")
        assert not same_person(session, "甲", "路人")
