"""The cut: the log, the tables and the store of one moment, while others are at work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pyarrow as pa
import pytest

from audit.acts import Operation
from audit.lake import unexplained
from catalog_specs.errors import AuditError
from flow.acts import about_city, at_work
from flow.backup.cutting import cut
from flow.backup.making import make
from flow.backup.restoring import build
from flow.city import City
from storage.backup.repository import Repository
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from tests.city.homes import city_of
from tests.city.resources import catalog_of
from tests.unit.flow.backup.conftest import Backed

SHAPE = Shape("表", "表", (Column("n", "BIGINT", "数"),))


def _writer(city: City, stop: Event) -> int:
    """Enter act after act, and commit to two tables under each, until told to stop."""
    done = 0
    while not stop.is_set():
        done += 1
        act = about_city(city, Operation.CLEAN, "用途", "内容")
        with at_work(city, act):
            for name in ("second", "first"):  # what `first` has, `second` has too
                commit = Commit(f"{name}/{done}", 1, {})
                append(city.layout.ledger(name), pa.table({"n": [done]}), commit, SHAPE, 64)
    return done


def test_a_backup_while_a_writer_commits_is_one_moment(tmp_path: Path, shared: Backed) -> None:
    """In each generation the later table has what the earlier has, and every commit its act."""
    city, stop = city_of(catalog_of(), tmp_path / "home", decide=False), Event()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_writer, city, stop)
        try:
            made = [make(city, tmp_path / "to", shared.recipient) for _ in range(3)]
        finally:
            stop.set()
        assert writing.result()
    repository = Repository.open(tmp_path / "to")
    seen = []
    for one in made:
        built = replace(city, layout=Layout(tmp_path / f"home-{one.head.generation}"))
        tables = build(built, repository, one.head, shared.identity).tables
        rows = [tables.get(f"ledgers/{name}", (0, 0))[1] for name in ("first", "second")]
        assert rows[1] - rows[0] in {0, 1}
        assert list(unexplained(built.audit)) == []
        seen.append(rows[1])
    assert seen == sorted(seen)


def test_a_home_without_a_log_has_nothing_to_hold_on_to(tmp_path: Path) -> None:
    """There is no cut of what never began."""
    city = city_of(catalog_of(), tmp_path / "home", decide=False)
    (tmp_path / "kept").mkdir()
    with pytest.raises(AuditError), cut(city, tmp_path / "kept"):
        pass
