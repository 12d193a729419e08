"""Files that turned up are read by what they are, whatever they are called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from outlets.handover.found_files import look_at
from outlets.handover.watermark import NOTE
from outlets.open_data.packages import write_csv
from outlets.open_data.workbooks import write_workbook
from storage.delta.extracts import sink_sorted
from storage.digests import sha256_of_file
from storage.engines.connection import EngineError
from storage.engines.database_files import opened_unknown

ROWS = pl.DataFrame({"id": ["01", "02", "03"], "名称": ["甲", "=乙", None]})
TOKEN = "ab" * 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same rows in every format, under names that say nothing."""
    made = tmp_path_factory.mktemp("found")
    sink_sorted(ROWS.lazy(), made / "1", notes={NOTE: TOKEN})
    write_csv(made / "1", made / "2", [pl.all()], "\r\n")
    assert write_workbook(made / "1", made / "3", datetime(2026, 3, 2, tzinfo=UTC), TOKEN) is None
    text = (made / "2").read_text(encoding="utf-8-sig")
    (made / "4").write_bytes(text.encode("gb18030"))
    (made / "5").write_text(text.replace(",", ";"), encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "marks"), [("1", (TOKEN,)), ("2", ()), ("3", (TOKEN,)), ("4", ()), ("5", ())]
)
def test_every_format_shows_its_rows_and_marks(
    folder: Path, name: str, marks: tuple[str, ...]
) -> None:
    """Parquet, CSV, XLSX, GB 18030 and another separator; ids keep their zeros."""
    seen = look_at(folder / name)
    assert (seen.sha256, seen.marks) == (sha256_of_file(folder / name), marks)
    assert seen.rows is not None
    assert seen.rows.columns == ROWS.columns
    assert seen.rows.rows() == ROWS.rows()


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x80", b"PAR1", b"PK\x03\x04", b'a,b\n"'])
def test_what_cannot_be_read_has_a_digest_all_the_same(tmp_path: Path, content: bytes) -> None:
    """Nothing that somebody found keeps the command from an answer."""
    (tmp_path / "x").write_bytes(content)
    seen = look_at(tmp_path / "x")
    assert seen.sha256 == sha256_of_file(tmp_path / "x")
    assert seen.marks == ()


def test_a_database_shows_its_largest_table_and_runs_nothing(tmp_path: Path) -> None:
    """A view could read any file: it is not asked. What is broken has its digest alone."""
    file, secret = tmp_path / "x.bin", tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect(file) as con:
        con.execute("CREATE TABLE small AS SELECT 1 AS a")
        con.execute("CREATE TABLE large AS SELECT range AS n FROM range(9)")
        con.execute(f"CREATE VIEW reads AS FROM read_csv('{secret}')")
    seen = look_at(file)
    assert seen.marks == ()
    assert seen.rows is not None
    assert seen.rows["n"].to_list() == list(range(9))
    with opened_unknown(file) as con, pytest.raises(EngineError, match="disabled"):
        con.execute("FROM reads")
    file.write_bytes(file.read_bytes()[:9000])
    assert look_at(file).rows is None
