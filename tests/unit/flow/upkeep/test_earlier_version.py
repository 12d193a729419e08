"""Remains of an earlier version: columns that ledgers lack, and commits before the audit log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from audit.lake import unexplained
from flow.city import City
from flow.upkeep import earlier_version
from flow.upkeep.earlier_version import (
    bring_ledgers,
    drop_repeated,
    lacking,
    repeated,
    take_over_past,
)
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


def test_what_was_recorded_twice_is_recorded_once_again(city: City) -> None:
    """As delta-rs left it when two joined the same files; what differs in one column stays."""
    assert take_over_past(city) == ()
    bring_ledgers(city)
    facts = [verdict_on(delivery(PERSON, n), VerdictKind.PASSED) for n in range(2, 6)]
    for one in facts:
        VERDICTS.record(city.layout, (one,))
    path = VERDICTS.path(city.layout)
    before, changed = VERDICTS.read(city.layout), replace(facts[0], catalog_digest="another")
    rows = VERDICTS.rows(tuple(facts))
    append(path, rows, Commit("again", 1))
    append(path, pa.concat_tables([rows, VERDICTS.rows((changed,))]), Commit("again", 2))
    assert repeated(city) == {"verdicts": 8}
    assert drop_repeated(city) == {"verdicts": 8}
    found = VERDICTS.read(city.layout)
    assert sorted(found, key=repr) == sorted((*before, changed), key=repr)
    assert [one.delivery for one in found if one != changed] == [one.delivery for one in before]
    assert (repeated(city), drop_repeated(city)) == ({}, {})
    newest = DeltaTable(str(path)).version()
    assert newest not in {one.version for one in unexplained(city.audit)}
