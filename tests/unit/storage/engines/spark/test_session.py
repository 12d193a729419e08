"""Writing behind Spark Connect: what comes back is whole, or nothing is used."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import SecondEngineError
from storage.engines.spark.address import Address
from storage.engines.spark.rendering import LANDED, Said
from storage.engines.spark.session import Job, Session
from tests.harness.edges import read_elsewhere
from tests.harness.sail import sail, serving

SLOW = "SELECT sum(a.n * b.n * c.n) AS n FROM landed_records a, landed_records b, landed_records c"


def job(folder: Path, sql: str = "SELECT n FROM landed_records", rows: int = 3, of: int = 3) -> Job:
    """Return a job over `of` numbers, in a folder with a blank and Chinese in its name."""
    source = folder / "来源 1.parquet"
    pq.write_table(pa.table({"n": range(of)}), source)
    return Job(Said(sql, {}), {LANDED: [source]}, folder / "写出 1", rows, "office/things")


def test_what_is_asked_is_written_and_counted(tmp_path: Path) -> None:
    """A folder of Parquet files, which others read as they lie."""
    session = Session(sail())
    files = session.write(job(tmp_path))
    session.close()
    assert sorted(pa.concat_tables(map(pq.read_table, files))["n"].to_pylist()) == [0, 1, 2]


def test_a_tables_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every type, however its values are packed."""
    back, wanted = read_elsewhere(sail(), tmp_path)
    assert back == wanted


def test_another_number_of_rows_is_not_used(tmp_path: Path) -> None:
    """Whatever the engine says, its files are counted before anybody reads them."""
    session = Session(sail())
    with pytest.raises(SecondEngineError, match="wrote 3 rows where there are 4"):
        session.write(replace(job(tmp_path), rows=4))
    session.close()


def test_a_folder_that_is_there_is_never_written_into(tmp_path: Path) -> None:
    """What a write that died left behind is not mistaken for what was asked."""
    asked = job(tmp_path)
    asked.folder.mkdir()
    pq.write_table(pa.table({"n": [7]}), asked.folder / "left.parquet")
    session = Session(sail())
    with pytest.raises(SecondEngineError, match="failed"):
        session.write(asked)
    session.close()


def test_a_query_that_fails_is_told_without_its_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Rules hold literals, and an engine's own words quote values: class and place are told."""
    session = Session(sail())
    with pytest.raises(SecondEngineError) as failed:
        session.write(job(tmp_path, "SELECT CAST('鸑鷟' AS BIGINT) AS n FROM landed_records"))
    session.close()
    told = capfd.readouterr()
    assert failed.value.__cause__ is None
    assert "127.0.0.1" in str(failed.value)
    assert "鸑鷟" not in str(failed.value) + told.out + told.err


def test_nobody_there_is_told_at_once(tmp_path: Path) -> None:
    """The client itself would try for many minutes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = Address(f"sc://127.0.0.1:{free.getsockname()[1]}/;token=secret")
    with pytest.raises(SecondEngineError, match="does not answer") as failed:
        Session(address).write(job(tmp_path))
    assert "secret" not in str(failed.value)


def test_a_server_that_dies_in_mid_job_is_told_within_seconds(tmp_path: Path) -> None:
    """And nothing that it left behind is used."""
    with serving() as (address, server):
        begun = time.monotonic()
        Timer(1.0, server.process.kill).start()
        with pytest.raises(SecondEngineError, match="went away"):
            Session(address).write(job(tmp_path, SLOW, 1, of=20_000))
        assert time.monotonic() - begun < 15


def test_a_query_has_a_deadline_and_can_be_given_up(tmp_path: Path) -> None:
    """By the setting, or because the run is stopped; the server lives on for others."""
    with serving() as (address, _):
        session = Session(replace(address, seconds=1))
        with pytest.raises(SecondEngineError, match="took too long"):
            session.write(job(tmp_path, SLOW, 1, of=20_000))
        session = Session(address)
        Timer(0.5, session.interrupt).start()
        with pytest.raises(SecondEngineError, match="was interrupted"):
            session.write(replace(job(tmp_path, SLOW, 1, of=20_000), folder=tmp_path / "other"))


@pytest.mark.parametrize("name", ["a*b", "{x}", "50%", "a,b"])
def test_a_path_that_a_cluster_would_read_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    """Its file systems take some signs for patterns, lists and escapes."""
    asked = replace(job(tmp_path), folder=tmp_path / name / "rows")
    with pytest.raises(SecondEngineError, match="character"):
        Session(sail()).write(asked)
