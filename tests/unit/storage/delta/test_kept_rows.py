"""Rows of files: read once while they lie as they lay, and never more than there is room for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.delta import kept_rows
from storage.delta.kept_rows import Wanted, rows_of_files

SCHEMA = pa.schema([("resource", pa.string()), ("n", pa.int64())])
NUMBER = Wanted(SCHEMA, ("n",))


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
    found: list[int] = rows_of_files(files, Wanted(SCHEMA, ("n",), only))["n"].to_pylist()
    return found


def test_the_same_rows_are_the_same_object(tmp_path: Path) -> None:
    """Another file, column or text is another question."""
    one, two = written(tmp_path / "1.parquet", 1, 2), written(tmp_path / "2.parquet", 3)
    asked = rows_of_files((one, two), NUMBER)
    assert rows_of_files((one, two), NUMBER) is asked
    assert asked["n"].to_pylist() == [1, 2, 3]
    assert numbers(two, one) == [3, 1, 2]
    assert numbers(one, only=("resource", "even")) == [2]
    assert rows_of_files((one,), Wanted(SCHEMA, ("resource",))).column_names == ["resource"]


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


def test_of_many_files_the_fresh_one_alone_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order that was asked for, whatever order they lie in."""
    files = [written(tmp_path / f"{n}.parquet", 5 - n, n) for n in range(3)]
    by_number = Wanted(SCHEMA, ("n",), order=("n",))
    assert rows_of_files(files[:2], by_number)["n"].to_pylist() == [0, 1, 4, 5]
    read: list[str] = []
    opened = pq.ParquetFile
    monkeypatch.setattr(pq, "ParquetFile", lambda file: read.append(str(file)) or opened(file))
    assert rows_of_files(files, by_number)["n"].to_pylist() == [0, 1, 2, 3, 4, 5]
    assert read == files[2:]
    assert rows_of_files(files[:1], by_number)["n"].to_pylist() == [0, 5]
    assert rows_of_files(files[:1], NUMBER)["n"].to_pylist() == [5, 0]


def test_no_more_is_kept_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for last stays; what is large is never kept."""
    monkeypatch.setattr(kept_rows, "ROOM", 4 * (kept_rows._ENTRY + 8))
    files = [written(tmp_path / f"{n}.parquet", n) for n in range(4)]
    zero = rows_of_files(files[:1], NUMBER)
    one = rows_of_files(files[1:2], NUMBER)  # each with its one file: there is no more room
    assert rows_of_files(files[:1], NUMBER) is zero
    for file in files[2:]:
        numbers(file)
        assert rows_of_files(files[:1], NUMBER) is zero
    assert rows_of_files(files[1:2], NUMBER) is not one

    large = written(tmp_path / "large.parquet", *range(1000))
    asked = rows_of_files((large,), NUMBER)
    assert rows_of_files((large,), NUMBER) is not asked
