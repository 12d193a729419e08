"""Placeholders of change capture: seen in every writing, where they matter, and nowhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from catalog_specs.models.feed import PLACEHOLDER, Feed
from tests.unit.feeds.feeds import make_feed
from values.unavailable import unavailable_marked_sql

CHANGES = {"operation": "op", "sequence": "seq", "insert": ["I"], "update": ["U"], "delete": ["D"]}


def changes(**more: Any) -> Feed:
    """Return a change feed of the parts a, b and c."""
    return make_feed(kind="changes", changes={**CHANGES, **more})


def defects(feed: Feed, records: Sequence[dict[str, str | None]]) -> list[str | None]:
    """Return what each record is marked as."""
    names = ["_defect", "a", "b", "c", "_op", "_seq"]
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE landed ({', '.join(f'{name} VARCHAR' for name in names)})")
        rows = [[record.get(name) for name in names] for record in records]
        con.executemany(f"INSERT INTO landed VALUES ({', '.join('?' * len(names))})", rows)
        found = con.execute(f"SELECT _defect FROM {unavailable_marked_sql(feed, 'landed')}")
        return [one for (one,) in found.fetchall()]


OCTETS = PLACEHOLDER.encode()
WRITINGS = [
    PLACEHOLDER,
    json.dumps([PLACEHOLDER]),
    json.dumps({PLACEHOLDER: PLACEHOLDER}, separators=(",", ":")),
    base64.b64encode(OCTETS).decode(),
    base64.urlsafe_b64encode(OCTETS).decode(),
    OCTETS.hex(),
]


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("part", ["a", "c"])
def test_every_writing_in_any_part_is_seen(writing: str, part: str) -> None:
    """As text, in a list, in a map, and as the writings of bytes."""
    records = [{"_op": "U", part: writing}, {"_op": "U", "a": "x", "c": f"{writing} x"}]
    assert defects(changes(), records) == ["unavailable", None]


def test_a_deletion_needs_no_more_than_its_key() -> None:
    """It is left as it is; any other operation, known or not, is not."""
    records = [{"_op": op, "a": PLACEHOLDER} for op in ("D", "I", "x", None)]
    assert defects(changes(), records) == [None, "unavailable", "unavailable", "unavailable"]


def test_a_placeholder_may_be_declared() -> None:
    """Then the usual one is a text like any other."""
    records = [{"_op": "U", "a": "it's gone"}, {"_op": "U", "a": PLACEHOLDER}]
    assert defects(changes(unavailable="it's gone"), records) == ["unavailable", None]


def test_an_upsert_may_hold_one_too() -> None:
    """A snapshot is not written by change capture."""
    records = [{"a": PLACEHOLDER}, {"a": "x"}]
    assert defects(make_feed(kind="upsert"), records) == ["unavailable", None]
    assert unavailable_marked_sql(make_feed(), "landed") == "landed"


def test_a_record_that_is_a_defect_stays_the_defect_it_is() -> None:
    """The first reason is the one that is told."""
    records = [{"_op": "U", "_defect": "encoding", "a": PLACEHOLDER}]
    assert defects(changes(), records) == ["encoding"]
