"""Reading of objects: DuckDB signs by the environment's keys, which stand nowhere afterwards."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.engines.connection import in_memory, on_values
from storage.engines.object_reading import reach_objects, require_reader
from storage.engines.workbench import open_workbench
from storage.places.object_path import ObjectPath
from storage.sql import parquet
from tests.harness.fixtures import store
from tests.harness.object_store import server

__all__ = ["store"]


def test_every_connection_reads_objects(store: ObjectPath, tmp_path: Path) -> None:
    """The extension is loaded from its package, with its signature checked."""
    pq.write_table(pa.table({"n": [1, 2]}), tmp_path / "file.parquet")
    (store / "file.parquet").upload(tmp_path / "file.parquet")
    query = f"SELECT sum(n) FROM {parquet(str(store / 'file.parquet'))}"
    with open_workbench(tmp_path) as bench:
        found = [con.execute(query).fetchall() for con in (in_memory(), on_values(), bench)]
    assert found == [[(3,)]] * 3


def test_keys_are_redacted_and_never_stored(store: ObjectPath, tmp_path: Path) -> None:
    """A file that the connection wrote holds no key, and a listing of secrets hides it."""
    assert not store.exists()
    key = server().environment["AWS_SECRET_ACCESS_KEY"]
    with duckdb.connect(tmp_path / "file.duckdb") as con:
        reach_objects(con)
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
        listed = con.execute("SELECT secret_string, persistent FROM duckdb_secrets()").fetchall()
    assert len(listed) == 1
    assert key not in str(listed)
    assert not listed[0][1]
    assert key.encode() not in (tmp_path / "file.duckdb").read_bytes()


def test_without_the_extension_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code names the version that is wanted, and what to install."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ObjectStoreError) as raised:
        require_reader()
    assert raised.value.code is StoreFault.NO_EXTRA
    assert duckdb.__version__ in raised.value.where
