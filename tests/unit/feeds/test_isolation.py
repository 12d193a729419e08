"""Reading in a process: limits hold, deaths are told, nothing is left behind."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import IntakeError, TransientError
from feeds.columns import feed_columns
from feeds.isolation import IsolatedReader
from feeds.readers import Source, reader_for
from feeds.untrusted.limits import ReadingLimits
from tests.unit.feeds.feeds import make_feed
from tests.unit.feeds.nurseries import ended, family
from tests.unit.feeds.workbooks import ods, written, xls, xlsx

FEED = make_feed("a", format="parquet")
COLUMNS = feed_columns(FEED)


def rows_of(source: Source) -> int:
    """Read a file to its end and count."""
    with reader_for(source.format).open(source) as opened:
        return sum(table.num_rows for table in opened.batches(COLUMNS, whole=False))


@pytest.fixture
def parquet(tmp_path: Path) -> Source:
    """Return a Parquet file of 300,000 rows in three groups."""
    table = pa.table({"A": [f"text {n}" for n in range(300_000)]})
    pq.write_table(table, tmp_path / "f.parquet", row_group_size=100_000)
    return Source(tmp_path / "f.parquet", FEED)


def test_a_file_is_read_in_pieces(parquet: Source) -> None:
    """All rows come, in order, numbered."""
    with IsolatedReader().open(parquet) as opened:
        tables = list(opened.batches(COLUMNS, whole=False))
    rows = pa.concat_tables(tables)
    assert len(tables) > 3
    assert rows.column("_row").to_pylist() == list(range(1, 300_001))
    assert rows.column("a")[299_999].as_py() == "text 299999"


def test_stopping_early_leaves_no_process(parquet: Source) -> None:
    """Whoever reads no further ends the process, before any record or amid them."""
    with IsolatedReader().open(parquet) as opened:
        assert family()
        next(iter(opened.batches(COLUMNS, whole=False)))
    with IsolatedReader().open(parquet):
        pass
    assert not family()


def test_files_are_read_side_by_side(parquet: Source) -> None:
    """Several threads may read at once."""
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(rows_of(parquet))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [300_000] * 4


_TIGHT = 1 << 26
"""Bytes of address space below what the reading process starts with: nothing can be added to it."""


def test_memory_is_bounded(parquet: Source) -> None:
    """A file that needs more memory than the limit is refused."""
    with pytest.raises(IntakeError) as caught:
        rows_of(replace(parquet, limits=ReadingLimits(memory=_TIGHT)))
    assert caught.value.code == "GATE-103"


def test_processor_time_is_bounded(parquet: Source) -> None:
    """A file that needs more time than the limit is refused."""
    with pytest.raises(IntakeError, match="processor time") as caught:
        rows_of(replace(parquet, limits=ReadingLimits(cpu_seconds=0)))
    assert caught.value.code == "GATE-103"


def test_silence_is_bounded(parquet: Source) -> None:
    """A process that does not answer in time is given up."""
    with pytest.raises(IntakeError, match="longer than the limit") as caught:
        rows_of(replace(parquet, limits=ReadingLimits(silent_seconds=0.0)))
    assert caught.value.code == "GATE-103"
    assert not family()


@pytest.mark.parametrize(
    ("number", "error"), [(11, IntakeError), (9, IntakeError), (15, TransientError)]
)
def test_deaths_are_told(parquet: Source, number: int, error: type[Exception]) -> None:
    """A crash refuses the file; being stopped from outside is no fault of the file."""
    with IsolatedReader().open(parquet) as opened:
        (child,) = family()
        ended(child, number)
        with pytest.raises(error):
            list(opened.batches(COLUMNS, whole=False))


def test_what_is_not_there_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """A file that vanished raises what the system says, not a refusal."""
    for form in ("parquet", "arrow", "xlsx"):
        with pytest.raises(FileNotFoundError):
            rows_of(Source(tmp_path / "none", make_feed("a", format=form)))


MAGIC = {
    "parquet": [b"PAR1", b"PAR1" + bytes(100)],
    "arrow": [b"ARROW1\0\0", b"\xff\xff\xff\xff\x80\0\0\0", b"\xff\xff\xff\xff\xff\xff\xff\x7f"],
    "xlsx": [b"PK\x03\x04", b"PK\x05\x06"],
    "ods": [b"PK\x03\x04"],
    "xls": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
}


@pytest.mark.parametrize(("form", "marks"), MAGIC.items())
def test_random_bytes_are_refused(tmp_path: Path, form: str, marks: list[bytes]) -> None:
    """Whatever follows a format's first bytes, a file is refused and nothing crashes."""
    noise = random.Random(form)
    for mark in marks:
        for size in (0, 10, 600, 20_000):
            data = mark + noise.randbytes(size) + mark
            path = written(tmp_path / "f", data)
            with pytest.raises(IntakeError) as caught:
                rows_of(Source(path, make_feed("a", format=form)))
            assert caught.value.code in {"GATE-101", "GATE-103", "GATE-110"}


def sound(form: str, folder: Path) -> bytes:
    """Return a sound file of a format."""
    grid: list[list[Any]] = [["A"], *([f"text {n}"] for n in range(2000))]
    match form:
        case "xlsx":
            return xlsx({"甲": grid})
        case "xls":
            return xls(grid)
        case "ods":
            return ods([[{"valuetype": "string", "text": c}] for (c,) in grid[:200]])
        case "parquet":
            pq.write_table(pa.table({"A": [c for (c,) in grid]}), folder / "w")
        case _:
            table = pa.table({"A": [c for (c,) in grid]})
            with pa.ipc.new_file(folder / "w", table.schema) as writer:
                writer.write_table(table)
    return (folder / "w").read_bytes()


@pytest.mark.parametrize("form", ["parquet", "arrow", "xlsx", "xls", "ods"])
def test_files_cut_off_are_refused(tmp_path: Path, form: str) -> None:
    """A file without its end is never read as if it were whole."""
    data = sound(form, tmp_path)
    for share in (0.1, 0.5, 0.9, 0.999):
        path = written(tmp_path / "f", data[: int(len(data) * share)])
        with pytest.raises(IntakeError) as caught:
            rows_of(Source(path, make_feed("a", format=form)))
        assert caught.value.code in {"GATE-101", "GATE-103", "GATE-110"}


@pytest.mark.parametrize("form", ["parquet", "arrow", "xlsx", "xls"])
def test_flipped_bytes_never_crash_the_reader(tmp_path: Path, form: str) -> None:
    """A damaged file is read or refused; the process that asked lives on."""
    data = sound(form, tmp_path)
    noise = random.Random(form)
    for _ in range(25):
        damaged = bytearray(data)
        for _ in range(noise.choice([1, 4, 32])):
            damaged[noise.randrange(len(data))] = noise.randrange(256)
        path = written(tmp_path / "f", bytes(damaged))
        try:
            rows_of(Source(path, make_feed("a", format=form)))
        except IntakeError as error:
            assert error.code in {"GATE-101", "GATE-102", "GATE-103", "GATE-110"}  # noqa: PT017
