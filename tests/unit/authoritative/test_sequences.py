"""A change feed keeps its order, however its events are parted into deliveries."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from authoritative import sequences
from authoritative.promotion import Candidate, promote
from register.bundles import ROW_SPAN, Bundle
from storage.delta.tables import snapshot
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.city import FIRM
from tests.city.registers import delivery
from tests.city.resources import catalog_of, firm
from tests.city.tables import ORIGIN, apply, bench, feed, stored

KEYS = 1_000
Event = dict[str, Any]


def _event(key: str, sequence: int, operation: str = "U") -> Event:
    name = None if operation == "D" else f"{key}-{sequence}"
    return {"uscc": key, "firm_name": name, "_op": operation, "_seq": sequence}


def _histories(seed: int) -> list[Event]:
    """Return the events of many keys: each of one to five changes and deletions."""
    source = random.Random(seed)
    return [
        _event(f"{key:04}", sequence, source.choice("IUUD"))
        for key in range(KEYS)
        for sequence in source.sample(range(-3, 40), source.randint(1, 5))
    ]


def _parted(events: list[Event], seed: int, deliveries: int) -> list[list[Event]]:
    """Return every event in one delivery or more, all of them in any order."""
    source = random.Random(seed)
    parts: list[list[Event]] = [[] for _ in range(deliveries)]
    for event in events:
        for place in source.sample(range(deliveries), source.choice((1, 1, 1, 2))):
            parts[place].append(event)
    for part in parts:
        source.shuffle(part)
    return parts


def _last(events: list[Event]) -> dict[str, str]:
    latest: dict[str, Event] = {}
    for event in sorted(events, key=lambda one: one["_seq"]):
        latest[event["uscc"]] = event
    return {key: one["firm_name"] for key, one in latest.items() if one["_op"] != "D"}


def _names(con: Any, layout: Layout) -> dict[str, str]:
    return {row["uscc"]: row["firm_name"] for row in stored(con, layout, catalog_of(firm()), FIRM)}


def _bundle(con: Any, layout: Layout, parts: list[list[Event]], first: int) -> Any:
    con.execute("DROP TABLE IF EXISTS bundle_feed")
    for place, records in enumerate(parts):
        feed(con, catalog_of(firm()), FIRM, records)
        con.execute(f"UPDATE feed SET _row = _row + {place * ROW_SPAN}")
        con.execute("CREATE TEMP TABLE IF NOT EXISTS bundle_feed AS FROM feed WHERE FALSE")
        con.execute("INSERT INTO bundle_feed FROM feed")
    bundle = Bundle(tuple(delivery(FIRM, first + n) for n in range(len(parts))))
    return promote(
        layout, catalog_of(firm()), Candidate(bundle, Relation(con, "bundle_feed")), ORIGIN
    )


@pytest.mark.parametrize("files", [64, 0])
def test_any_parting_of_a_thousand_histories_ends_in_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    """The highest sequence per key counts: in any order, bundle or repetition; also made anew."""
    monkeypatch.setattr(sequences, "_FILES", files)
    events = _histories(files)
    parts = _parted(events, files + 1, 6)
    layout = Layout(tmp_path)
    with bench(tmp_path) as con:
        first = [*_bundle(con, layout, parts[:1], 1), *_bundle(con, layout, parts[1:4], 2)]
        done = [*first, *_bundle(con, layout, parts[4:], 5)]
        assert _names(con, layout) == _last(events)
        for one, part in zip(done, parts, strict=True):
            assert one.inserted + one.updated + one.deleted + one.unchanged == len(part)
        shutil.rmtree(layout.authoritative(FIRM))
        again = [_bundle(con, layout, [part], n)[0] for n, part in enumerate(parts, start=1)]
        assert _names(con, layout) == _last(events)
        assert [one.inserted for one in again[:1]] == [one.inserted for one in done[:1]]


def test_late_changes_are_unchanged_and_a_deleted_key_stays_deleted(tmp_path: Path) -> None:
    """A file that comes late neither overwrites nor revives; a newer one does both."""
    layout, catalog = Layout(tmp_path), catalog_of(firm())
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(FIRM, 1), [_event("a", 10), _event("b", 20, "D")])
        late = [_event("a", 5), _event("b", 4, "I")]
        done = apply(con, layout, catalog, delivery(FIRM, 2), late)
        assert (done.inserted, done.updated, done.deleted, done.unchanged) == (0, 0, 0, 2)
        done = apply(con, layout, catalog, delivery(FIRM, 3), [_event("a", 11, "D")])
        assert done.deleted == 1
        apply(con, layout, catalog, delivery(FIRM, 4), [_event("a", 10), _event("b", 21, "I")])
        assert _names(con, layout) == {"b": "b-21"}


def test_a_run_that_died_before_its_commit_finds_the_same_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a delivery itself had remembered does not make it late when it is applied again."""
    layout, catalog = Layout(tmp_path), catalog_of(firm())

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(FIRM, 1), [_event("a", 1)])
        parts = [[_event("a", 9)], [_event("a", 3), _event("c", 2, "D")]]
        with monkeypatch.context() as patched:
            patched.setattr("authoritative.promotion._Task.apply", die)
            with pytest.raises(KeyboardInterrupt):
                _bundle(con, layout, parts, 2)
        _bundle(con, layout, parts[:1], 2)
        _bundle(con, layout, parts[1:], 3)
        assert _names(con, layout) == {"a": "a-9"}
        apply(con, layout, catalog, delivery(FIRM, 4), [_event("c", 1, "I")])
        assert _names(con, layout) == {"a": "a-9"}


def test_what_is_remembered_follows_the_change_and_not_the_table(tmp_path: Path) -> None:
    """A redelivery adds no row, a change adds its own keys, and files are joined in time."""
    layout, catalog = Layout(tmp_path), catalog_of(firm())
    path = layout.sequences(FIRM)
    with bench(tmp_path) as con:
        whole = [_event(f"{n}", 1) for n in range(50)]
        apply(con, layout, catalog, delivery(FIRM, 1), whole)
        apply(con, layout, catalog, delivery(FIRM, 2), whole)
        apply(con, layout, catalog, delivery(FIRM, 3), [_event("7", 2)])
        found = snapshot(path)
        assert found is not None
        assert found.rows() == 51


def test_a_table_of_another_key_is_written_anew(tmp_path: Path) -> None:
    """Where the catalogue changed the key, what was remembered of the former is not asked."""
    layout, catalog = Layout(tmp_path), catalog_of(firm())
    key = {"key": ("uscc", "firm_name")}
    wider = catalog_of(firm().model_copy(update=key))
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(FIRM, 1), [_event("a", 9)])
        shutil.rmtree(layout.authoritative(FIRM))
        apply(con, layout, wider, delivery(FIRM, 1), [_event("a", 9)])
        apply(con, layout, wider, delivery(FIRM, 2), [_event("a", 9) | {"_seq": 3}])
        found = snapshot(layout.sequences(FIRM))
        assert found is not None
        assert [column.name for column in found.columns][:2] == ["uscc", "firm_name"]
        assert found.rows() == 1
