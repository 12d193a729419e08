"""Partitions of which a write broke off, was undone, or was changed by somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from audit.acts import Operation
from catalog_specs.errors import ForeignCommitError
from flow.acts import about_resource, at_work
from flow.derived import refresh_share
from flow.run import run
from flow.upkeep.tidying import tidy
from outlets.shares.project import Projection
from storage.delta.log_entries import commit_replacement
from storage.foreign_commits import accept
from tests.city.grants import decide_as_typed
from tests.city.one_feed import REF, deliver, take
from tests.city.taps import HEADER, Taps, made
from tests.tiers import then_thorough

LATE = ("b,2026-01-06,南", "c,2026-04-01,北")
"""A correction of one month, and the first record of another."""
CORRECTED = {
    ("a", "2026-01-05", "东"),
    ("b", "2026-01-06", "南"),
    ("a", "2026-02-05", "东"),
    ("a", "2026-03-05", "东"),
    ("c", "2026-04-01", "北"),
}
MERGED = "storage.delta.merging."


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Return taps of three months, with a grant of them that is decided."""
    taps = made(tmp_path)
    city = taps.city
    decide_as_typed(city.layout, city.catalog)
    return taps


def lying(taps: Taps) -> set[str]:
    """Return the data files in the table's folder, whether a log names them or not."""
    found = taps.found.path.rglob("*.parquet")
    return {str(one) for one in found if not {"_delta_log", "_change_data"} & {*one.parts}}


def shared(taps: Taps) -> set[tuple[str, ...]]:
    """Bring the share up to date; return what it hands out."""
    city = taps.city
    assert isinstance(refresh_share(city, "taps"), Projection)
    with duckdb.connect(city.layout.share_file("taps"), read_only=True) as con:
        name = city.catalog.resource(REF).name
        return {*con.execute(f'SELECT card, tapped_on::VARCHAR, stop FROM "{name}"').fetchall()}


BROKEN = [
    (f"{MERGED}write_content", "no file is written yet"),
    (f"{MERGED}commit_replacement", "the files are written"),
    ("storage.delta.log_entries._put", "the entry is made"),
]


@pytest.mark.parametrize("broken", then_thorough(BROKEN[1:2], (BROKEN[0], BROKEN[2])))
def test_a_write_that_breaks_off_leaves_every_partition(
    taps: Taps, broken: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Table and share are as before; the next run applies the delivery, and no file stays."""
    place, when = broken
    before, rows, version = shared(taps), taps.rows, taps.found.version

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, when)

    with monkeypatch.context() as patched:
        patched.setattr(place, full)
        with pytest.raises(OSError, match=when):
            taps.take(*LATE)
    assert (taps.rows, taps.found.version, shared(taps)) == (rows, version, before)

    with taps.opened() as (city, gate):
        [outcome] = take(city, gate)

    assert (outcome.updated, outcome.inserted) == (1, 1)
    assert taps.rows == shared(taps) == CORRECTED
    later = datetime.now(tz=UTC) + timedelta(days=9)
    tidy(replace(city, clock=lambda: later))
    assert lying(taps) == {*taps.found.files}


def test_a_refused_commit_is_compared_again_and_leaves_no_file(
    taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer was first: what was written for the lost commit is removed at once."""
    before, tried = lying(taps), []

    def late(*said: Any) -> int:
        tried.append(lying(taps))
        if len(tried) == 1:
            raise CommitFailedError("somebody else committed in between")
        return commit_replacement(*said)

    monkeypatch.setattr(f"{MERGED}commit_replacement", late)
    outcome = taps.take(*LATE)

    assert (outcome.updated, outcome.inserted, len(tried)) == (1, 1, 2)
    assert [len(files - before) for files in tried] == [2, 2]
    assert lying(taps) == before | {*taps.found.files}
    assert taps.rows == CORRECTED


def test_a_commit_that_nobody_recorded_is_not_made_twice(
    taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off behind the commit, the next run records what the log says it did."""

    def lost(*_: Any) -> None:
        raise OSError(28, "lost")

    with monkeypatch.context() as broken:
        broken.setattr("flow.promotion.record_outcomes", lost)
        with pytest.raises(OSError, match="lost"):
            taps.take(*LATE)
    version = taps.found.version
    assert taps.rows == CORRECTED

    with taps.opened() as (city, gate):
        [outcome] = take(city, gate)

    assert (outcome.updated, outcome.inserted, taps.found.version) == (1, 1, version)
    said = [json.loads(one["deliveries"]) for one in DeltaTable(str(taps.found.path)).history()]
    assert len({name for [(name, *_)] in said}) == len(said) == 2


def restored(table: DeltaTable) -> None:
    """Go back to before the correction."""
    table.restore(0)


def month_deleted(table: DeltaTable) -> None:
    """Delete a whole partition."""
    table.delete("_partition = '2026-02'")


def month_replaced(table: DeltaTable) -> None:
    """Write one partition anew, with other rows."""
    rows = table.to_pyarrow_table(filters=[("_partition", "=", "2026-01")])
    stop = rows.schema.get_field_index("stop")
    changed = rows.set_column(stop, rows.schema.field(stop), pa.array(["北"] * len(rows)))
    write_deltalake(table, changed, mode="overwrite", predicate="_partition = '2026-01'")


def month_added(table: DeltaTable) -> None:
    """Add a row of a month that nobody delivered."""
    row = table.to_pyarrow_table().slice(0, 1)
    place = row.schema.get_field_index("_partition")
    moved = row.set_column(place, row.schema.field(place), pa.array(["2025-12"]))
    day = moved.schema.get_field_index("tapped_on")
    moment = pa.array([datetime(2025, 12, 31, tzinfo=UTC).date()])
    write_deltalake(table, moved.set_column(day, moved.schema.field(day), moment), mode="append")


ACTS: dict[Callable[[DeltaTable], None], tuple[str, set[tuple[str, ...]], int]] = {
    restored: ("RESTORE", {("a", "2026-01-05", "东"), ("b", "2026-01-06", "西")}, 4),
    month_deleted: ("DELETE", {("a", "2026-03-05", "东"), ("c", "2026-04-01", "北")}, 4),
    month_replaced: ("WRITE", {("a", "2026-01-05", "北"), ("b", "2026-01-06", "北")}, 5),
    month_added: ("WRITE", CORRECTED, 6),
}
"""What somebody else does → its operation, rows that stand after it, and how many there are."""


@pytest.mark.parametrize(
    "act", then_thorough([restored], [month_replaced, month_deleted, month_added])
)
def test_what_a_stranger_did_to_partitions_waits_for_a_document(
    taps: Taps, act: Callable[[DeltaTable], None]
) -> None:
    """Until then nothing is applied; then shares follow it, and deliveries go on from there."""
    taps.take(*LATE)
    assert shared(taps) == CORRECTED
    run(taps.city)
    operation, some, many = ACTS[act]

    act(DeltaTable(str(taps.found.path)))

    with pytest.raises(ForeignCommitError, match=operation):
        taps.take("d,2026-01-07,东", "d,2026-05-01,东")
    city = taps.city
    assert [one.code for one in run(city).failures if one.subject == REF] == ["TAB-002"]
    with city.lock(REF), at_work(city, about_resource(city, Operation.MAINTAIN, REF)):
        accept(city.layout, REF, "批〔2026〕3号", city.actor, city.clock())
    rows = taps.rows
    assert (len(rows), some - rows) == (many, set())
    assert shared(taps) == rows
    with taps.opened() as (city, gate):
        assert [one.inserted for one in take(city, gate)] == [2]
    after = {("d", "2026-01-07", "东"), ("d", "2026-05-01", "东")}
    assert taps.rows == shared(taps) == rows | after


def test_what_is_not_accepted_is_rebuilt_from_landing(taps: Taps) -> None:
    """The table is moved away: every partition is what was delivered, and the share follows."""
    taps.take(*LATE)
    run(taps.city)
    partitions = taps.found.partitions()
    month_replaced(DeltaTable(str(taps.found.path)))
    city = taps.city
    deliver(city, {"9.csv": f"{HEADER}d,2026-05-01,东\n".encode()})
    assert run(city).failures

    taps.found.path.rename(taps.folder / "aside")
    assert run(taps.city).failures == ()

    assert taps.rows == shared(taps) == CORRECTED | {("d", "2026-05-01", "东")}
    assert taps.found.partitions() == {**partitions, "2026-05": 1}
