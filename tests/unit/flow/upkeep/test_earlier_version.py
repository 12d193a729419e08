"""Remains of an earlier version: columns that ledgers lack, and commits before the audit log."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable

from audit.lake import unexplained
from flow.city import City
from flow.upkeep import earlier_version
from flow.upkeep.earlier_version import bring_ledgers, lacking, take_over_past
from register.records import VerdictKind
from register.verdicts import VERDICTS
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.layout import Layout
from tests.city import NOW, PERSON
from tests.city.homes import KEYS
from tests.city.registers import delivery, verdict_on
from tests.city.resources import catalog_of


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city whose ledger of verdicts lacks a column."""
    city = City(catalog_of(), Layout(tmp_path), KEYS, lambda: NOW)
    rows = VERDICTS.rows((verdict_on(delivery(PERSON, 1), VerdictKind.PASSED),))
    last = rows.column_names[-1]
    append(VERDICTS.path(city.layout), rows.drop_columns([last]), Commit("x", 1))
    return city


def test_a_ledger_gains_what_it_lacks(city: City) -> None:
    """Within an act, with its rows as they are, and once."""
    last = VERDICTS.shape.names[-1]
    assert lacking(city) == {"verdicts": (last,)}
    assert take_over_past(city) == ()
    assert bring_ledgers(city) == {"verdicts": (last,)}
    assert (lacking(city), bring_ledgers(city)) == ({}, {})
    assert len(VERDICTS.read(city.layout)) == 1
    assert [*unexplained(city.audit)] == []


def test_the_past_is_taken_over_once(city: City) -> None:
    """A commit that somebody makes afterwards is nobody's past."""
    assert take_over_past(city) == ()
    DeltaTable(str(VERDICTS.path(city.layout))).delete()
    assert take_over_past(city) == ()
    assert [one.version for one in unexplained(city.audit)] == [2]


def test_a_table_in_question_is_left_out(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """One with a commit that was foreign to that version too; it is told."""
    DeltaTable(str(VERDICTS.path(city.layout))).delete()
    monkeypatch.setattr(earlier_version, "held", lambda *_: True)
    assert [one.subject for one in take_over_past(city)] == ["ledgers/verdicts"]
