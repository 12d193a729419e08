"""Rows of files: read once while they lie as they lay, and never more than there is room for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.delta import kept_rows
from storage.delta.kept_rows import rows_of_files

SCHEMA = pa.schema([("resource", pa.string()), ("n", pa.int64())])


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing kept."""
    monkeypatch.setattr(kept_rows, "_kept", kept_rows._Kept())


def written(path: Path, *numbers: int) -> str:
    """Write a file of two resources' numbers."""
    names = ["even" if n % 2 == 0 else "odd" for n in numbers]
    pq.write_table(pa.table([names, [*numbers]], schema=SCHEMA), path)
    return str(path)


def numbers(*files: str, only: tuple[str, str] | None = None) -> list[int]:
    """Return the numbers in files."""
    return [int(n) for n in rows_of_files(files, SCHEMA, ("n",), only)["n"].to_pylist()]


def test_the_same_rows_are_the_same_object(tmp_path: Path) -> None:
    """Another file, column or text is another question."""
    one, two = written(tmp_path / "1.parquet", 1, 2), written(tmp_path / "2.parquet", 3)
    asked = rows_of_files((one, two), SCHEMA, ("n",), None)
    assert rows_of_files((one, two), SCHEMA, ("n",), None) is asked
    assert asked["n"].to_pylist() == [1, 2, 3]
    assert numbers(two, one) == [3, 1, 2]
    assert numbers(one, only=("resource", "even")) == [2]
    assert rows_of_files((one,), SCHEMA, ("resource",), None).column_names == ["resource"]


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    """Damage is not hidden by what was read before it."""
    one = written(tmp_path / "1.parquet", 1)
    assert numbers(one) == [1]
    written(tmp_path / "1.parquet", 7, 8)
    assert numbers(one) == [7, 8]
    Path(one).write_bytes(b"damaged")
    with pytest.raises(pa.ArrowInvalid):
        numbers(one)
    Path(one).unlink()
    with pytest.raises(FileNotFoundError):
        numbers(one)


def test_no_more_is_kept_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for last stays; what is large is never kept."""
    monkeypatch.setattr(kept_rows, "ROOM", 2 * (kept_rows._ENTRY + 16))
    files = [written(tmp_path / f"{n}.parquet", n) for n in range(3)]
    zero = rows_of_files(files[:1], SCHEMA, ("n",), None)
    one = rows_of_files(files[1:2], SCHEMA, ("n",), None)
    assert rows_of_files(files[:1], SCHEMA, ("n",), None) is zero
    numbers(files[2])
    assert rows_of_files(files[:1], SCHEMA, ("n",), None) is zero
    assert rows_of_files(files[1:2], SCHEMA, ("n",), None) is not one

    large = written(tmp_path / "large.parquet", *range(1000))
    asked = rows_of_files((large,), SCHEMA, ("n",), None)
    assert rows_of_files((large,), SCHEMA, ("n",), None) is not asked
