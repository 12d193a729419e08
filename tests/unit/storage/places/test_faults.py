"""Faults of a store: each is told under its own code, before work begins, by every vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
import pyarrow as pa
import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.tables import snapshot
from storage.engines.connection import EngineError, in_memory
from storage.places.faults import fault_behind
from storage.places.object_path import ObjectPath
from tests.harness.object_store import reaching, server
from tests.tiers import then_thorough
from tests.unit.storage.delta.numbered import SHAPE, rows

NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
WRONG = {"AWS_SECRET_ACCESS_KEY": "mistyped-secret"}
CASES = [
    ({}, "s3://no-such-bucket/a", StoreFault.NO_BUCKET),
    (WRONG, "s3://quanshu-tests/a", StoreFault.FORBIDDEN),
    (NOWHERE, "s3://quanshu-tests/a", StoreFault.UNREACHABLE),
]


def _read(place: ObjectPath) -> None:
    place.read_bytes()


def _list(place: ObjectPath) -> None:
    [*place.iterdir()]


def _open(place: ObjectPath) -> None:
    snapshot(place)


def _append(place: ObjectPath) -> None:
    append(place, rows(1), Commit("a", 1), SHAPE)


@pytest.mark.parametrize("act", then_thorough([_open, _append], [_read, _list]))
@pytest.mark.parametrize(("changes", "address", "fault"), CASES)
def test_a_fault_has_one_code(
    changes: Mapping[str, str], address: str, fault: StoreFault, act: Callable[[ObjectPath], None]
) -> None:
    """A bucket that is not there, wrong keys and silence are never an absent table."""
    with reaching(server(), **changes), pytest.raises(ObjectStoreError) as raised:
        act(ObjectPath(address))
    assert raised.value.code is fault


@pytest.mark.parametrize(("changes", "address", "fault"), CASES)
def test_the_engine_tells_the_same(
    changes: Mapping[str, str], address: str, fault: StoreFault
) -> None:
    """A scan that fails is told in our words; where DuckDB knows less, it says less."""
    with reaching(server(), **changes):
        _forgotten = ObjectPath(address)
        with pytest.raises(ObjectStoreError):
            _read(_forgotten)
        con = in_memory()
        with pytest.raises(EngineError) as raised:
            con.execute(f"FROM read_parquet('{address}/x.parquet')").fetchall()
    told = fault_behind(raised.value)
    if fault is StoreFault.NO_BUCKET:  # to DuckDB an object is gone: who looks for it learns more
        assert told is None
    else:
        assert told is not None
        assert told.code in {fault, StoreFault.FAILED}


@pytest.mark.parametrize("harm", [ObjectPath.unlink, lambda file: file.write_bytes(b"PAR1")])
def test_an_object_that_is_gone_or_cut_off_is_no_fault_of_the_store(
    store: ObjectPath, harm: Callable[[ObjectPath], object]
) -> None:
    """It answered, whichever engine asked: the table is damaged, as it would be on a disk."""
    append(store / "table", rows(1), Commit("a", 1), SHAPE)
    found = snapshot(store / "table")
    assert found is not None
    con = in_memory()
    harm(ObjectPath(found.files[0]))
    with pytest.raises(EngineError) as raised:
        con.execute(f"FROM {found.scan_sql()}").fetchall()
    assert fault_behind(raised.value) is None
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each vendor has a tree of its own
        pl.read_parquet(found.files[0])
    assert fault_behind(raised.value) is None


def test_an_error_that_is_no_store_s_is_none() -> None:
    """A damaged file on a disk, and a mistake of our own, are not the store's."""
    assert fault_behind(pa.ArrowInvalid("Parquet magic bytes not found")) is None
    assert fault_behind(FileNotFoundError("there is no s3://quanshu-tests/a")) is None
    assert fault_behind(ValueError("S3 Forbidden")) is None


def test_no_message_holds_a_key() -> None:
    """What a vendor says of a refused request is not told: it may hold signed addresses."""
    with reaching(server(), **WRONG), pytest.raises(ObjectStoreError) as raised:
        snapshot(ObjectPath("s3://quanshu-tests/a"))
    told = f"{raised.value}{raised.value.__cause__}"
    assert not any(word in told for word in ("mistyped-secret", "Signature", "Credential"))
