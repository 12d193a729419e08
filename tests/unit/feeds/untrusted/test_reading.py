"""The conversation of a reading process: the job is done, or the parent is told why not."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.jobs import Job, ReadJob, UnpackJob
from feeds.untrusted.messages import (
    BROKEN,
    END,
    LINES,
    OPENED,
    PIECE,
    REFUSED,
    UNPACKED,
    piece_from,
)
from feeds.untrusted.reading import answer
from tests.unit.feeds.untrusted.test_messages import received


def told(job: Job, request: Any = None) -> list[tuple[bytes, Any]]:
    """Return the messages about a job, those that are JSON as values; the parent asks once."""
    asked = io.BytesIO(b"" if request is None else json.dumps(request).encode() + b"\n")
    answers = io.BytesIO()
    answer(job, asked, answers)
    return [
        (tag, load if tag in {PIECE, LINES} else json.loads(load))
        for tag, load in received(answers)
    ]


def reading(path: Path, form: str = "parquet") -> ReadJob:
    """Return the job of reading a file of which one header is declared."""
    return ReadJob(str(path), form, "Asia/Shanghai", ("A",))


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Return a file of two records."""
    pq.write_table(pa.table({"A": ["x", "y"], "B": [1, 2]}), tmp_path / "f")
    return tmp_path / "f"


def test_a_file_is_told_from_its_headers_to_its_end(parquet: Path) -> None:
    """Of the headers that are asked for, and no other."""
    opened, (tag, payload), end = told(reading(parquet), ["B"])
    assert opened == (OPENED, [["A", "B"], [], {}])
    texts = piece_from(bytearray(payload), None).texts
    assert {header: column.to_pylist() for header, column in texts.items()} == {"B": ["1", "2"]}
    assert (tag, end) == (PIECE, (END, {}))


def test_a_parent_that_asks_for_no_records_gets_none(parquet: Path) -> None:
    """It wanted the headers."""
    assert [tag for tag, _ in told(reading(parquet))] == [OPENED]


def test_an_archive_is_told_by_its_members(tmp_path: Path) -> None:
    """Each with the number of its file."""
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr("甲.csv", "A\n")
    job = UnpackJob(str(tmp_path / "f"), "zip", str(tmp_path), "f")
    assert told(job) == [(UNPACKED, [["甲.csv", "1"]])]


def test_a_refusal_is_told_with_its_remedy(tmp_path: Path) -> None:
    """Reason, what happened, what to do."""
    (tmp_path / "f").write_bytes(b"PAR1junkPAR1")
    ((tag, (reason, what, remedy)),) = told(reading(tmp_path / "f"))
    assert (tag, reason) == (REFUSED, DeliveryRefusal.UNREADABLE)
    assert what
    assert remedy


def test_an_error_is_told_by_its_kind_and_number_alone(tmp_path: Path) -> None:
    """Its text may quote the file; the number says whether the system is at fault."""
    assert told(reading(tmp_path / "none")) == [(BROKEN, ["FileNotFoundError", 2])]
    assert told(reading(tmp_path / "none", "no format")) == [(BROKEN, ["KeyError", None])]


def test_a_refusal_amid_the_records_is_the_last_message(tmp_path: Path) -> None:
    """A column that has no text is met when it is asked for."""
    pq.write_table(pa.table({"A": [[1]]}), tmp_path / "f")
    assert [tag for tag, _ in told(reading(tmp_path / "f"), ["A"])] == [OPENED, REFUSED]


class Closed(io.BytesIO):
    """A pipe whose other end is closed."""

    def write(self, _: Any, /) -> int:
        """Fail as the system does."""
        raise BrokenPipeError


def test_a_parent_that_is_gone_is_told_nothing(parquet: Path) -> None:
    """That is no error."""
    answer(reading(parquet), io.BytesIO(), Closed())
