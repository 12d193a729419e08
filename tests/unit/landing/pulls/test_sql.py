"""Pulling from SQLite: by watermark none missed and none doubled, and no secret told."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import PullError, QuanshuError, SettingsError, TransientError
from landing.pulls import pulled
from register.records import VerdictKind
from register.verdicts import VERDICTS
from tests.city.registers import verdict_on
from tests.unit.landing.pulling import REF, SECRET, Source, change, pulled_feed, sql

TABLE = "CREATE TABLE firm (uscc, name, capital, changed, secret)"
INSERT = "INSERT INTO firm VALUES (?, ?, ?, ?, 'never asked for')"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a SQLite file with an empty table of firms."""
    path = tmp_path / f"{SECRET}.db"
    change(path, TABLE)
    return path


def source(database: Path, pull: dict[str, Any] | None = None, **fields: Any) -> Source:
    """Return the firms of a SQLite file as a resource."""
    environment = {"FIRM_DB": f"sqlite:///{database}"}
    return Source(database.parent / "home", pulled_feed(pull or sql(), **fields), environment)


def add(database: Path, *rows: tuple[str, Any]) -> None:
    """Add firms by key and watermark."""
    change(database, INSERT, [(key, f"企{key}", "1.50", mark) for key, mark in rows])


def test_rows_become_a_delivery(database: Path) -> None:
    """What a table holds in declared columns is landed, with origin, watermark and a dated name."""
    change(database, INSERT, [("a", "甲", 1.5, 1), ("b", None, 2.0, 2), ("c", "", 1e15, None)])

    firms = source(database)
    landed = firms.pull()

    assert landed is not None
    assert firms.rows(landed) == [
        ("a", "甲", "1.5"),
        ("b", None, "2"),
        ("c", "", "1000000000000000"),
    ]
    assert (landed.origin, landed.watermark, landed.rows) == ("sql", "integer:2", 3)
    assert landed.files == ("firm-20260302T173000.parquet",)
    assert landed.headers == ("uscc", "name", "capital")


def test_nothing_new_is_no_delivery(database: Path) -> None:
    """A second pull of an unchanged source leaves no trace."""
    add(database, ("a", 1), ("b", 2), ("c", None))
    firms = source(database)

    assert firms.keys(firms.pull()) == ["a", "b", "c"]
    assert firms.pull() is None
    assert len(firms.deliveries) == 1
    assert not list((firms.layout.work / "pulls").iterdir())


def test_rows_of_the_last_moment_are_not_missed(database: Path) -> None:
    """A row that comes later under the very watermark taken last is taken, and it alone."""
    moment = "2026-03-01 08:00:00"
    add(database, ("a", moment), ("b", moment))
    firms = source(database)
    assert firms.keys(firms.pull()) == ["a", "b"]

    add(database, ("c", moment), ("d", "2026-03-01 08:00:00.5"))
    assert firms.keys(firms.pull()) == ["c", "d"]
    assert firms.deliveries[-1].watermark == "text:2026-03-01 08:00:00.5"

    # committed late, and no overlap was asked for: the last day is looked at all the same
    add(database, ("e", moment), ("f", "2026-02-28 08:00:00"))
    assert firms.keys(firms.pull()) == ["e"]


def test_equal_rows_are_counted(database: Path) -> None:
    """Of three equal rows, two of them taken, one is new."""
    add(database, ("a", 1), ("a", 1))
    firms = source(database)
    assert firms.keys(firms.pull()) == ["a", "a"]

    add(database, ("a", 1))
    assert firms.keys(firms.pull()) == ["a"]
    assert firms.pull() is None


@pytest.mark.parametrize(
    ("overlap", "last", "late", "too_late"),
    [
        (3, 10, 7, 6),
        (60, "2026-03-01 00:00:30", "2026-02-28 23:59:30", "2026-02-27 23:59:30"),
        (60, "2026-03-01T08:00:30.25+08:00", "2026-02-28T23:59:30Z", "2026-02-26T07:59:29-0000"),
        (3, "110", "107", "99"),
        (2, "2026-03-01", "2026-02-27", "2026-02-26"),
    ],
)
def test_an_overlap_finds_what_was_committed_late(
    database: Path, overlap: int, last: Any, late: Any, too_late: Any
) -> None:
    """Behind the watermark, as far as the overlap reaches, new rows are found, and no old twice."""
    add(database, ("a", last), ("b", late))
    firms = source(database, sql(overlap=overlap))
    assert firms.keys(firms.pull()) == ["a", "b"]

    add(database, ("c", late), ("d", too_late))
    assert firms.keys(firms.pull()) == ["c"]
    assert firms.pull() is None


def test_an_overlap_of_words_is_refused(database: Path) -> None:
    """Behind a text that is no moment nothing can be counted back."""
    add(database, ("a", "alpha"))

    with pytest.raises(PullError, match="overlap"):
        source(database, sql(overlap=1)).pull()


def test_a_moment_yet_to_come_does_not_move_the_watermark(database: Path) -> None:
    """A row dated 9999 is taken once, and later rows are still found."""
    add(database, ("a", "2026-03-01 08:00:00"), ("z", "9999-12-31 00:00:00"))
    firms = source(database)
    assert firms.keys(firms.pull()) == ["a", "z"]

    add(database, ("b", "2026-03-01 09:00:00"))
    assert firms.keys(firms.pull()) == ["b"]
    assert firms.deliveries[-1].watermark == "text:2026-03-01 09:00:00"


def test_what_was_to_come_is_not_taken_twice_when_it_came(database: Path) -> None:
    """A row taken before its moment is still known when the moment has passed."""
    add(database, ("a", "2026-03-01 08:00:00"), ("z", "2026-03-09 00:00:00"))
    firms = source(database)
    assert firms.keys(firms.pull()) == ["a", "z"]

    firms.now = firms.now.replace(day=20)
    add(database, ("b", "2026-03-19 09:00:00"))
    assert firms.keys(firms.pull()) == ["b"]


def test_a_changed_row_is_taken_again(database: Path) -> None:
    """An update with a newer watermark brings the row's new state."""
    add(database, ("a", 1), ("b", 1))
    firms = source(database)
    firms.pull()

    change(database, "UPDATE firm SET name = '新', changed = 2 WHERE uscc = 'a'")
    assert firms.rows(firms.pull()) == [("a", "新", "1.50")]


def test_what_was_taken_and_went_leaves_the_watermark(database: Path) -> None:
    """Rows that vanish from the source do not make it fall back."""
    add(database, ("a", 1), ("b", 5))
    firms = source(database)
    firms.pull()

    change(database, "DELETE FROM firm WHERE uscc = 'b'")
    add(database, ("c", 5))
    assert firms.keys(firms.pull()) == ["c"]
    assert firms.deliveries[-1].watermark == "integer:5"


def test_a_rejected_delivery_is_pulled_again(database: Path) -> None:
    """What the gate rejected was not taken in: it comes again with what is new, but not alone."""
    add(database, ("a", 1))
    firms = source(database)
    firms.pull()
    add(database, ("b", 2))
    rejected = firms.pull()
    assert rejected is not None

    VERDICTS.record(firms.layout, (verdict_on(rejected, VerdictKind.REJECTED),))
    assert firms.pull() is None
    add(database, ("c", 3))
    assert firms.keys(firms.pull()) == ["b", "c"]


def test_another_question_begins_anew(database: Path) -> None:
    """When the catalogue asks otherwise, what was taken says nothing about the answer."""
    add(database, ("a", 1), ("b", 2))
    firms = source(database)
    firms.pull()

    query = "SELECT uscc, name || '!' AS name, capital, changed FROM firm -- all\n;"
    other = replace(firms, feed=pulled_feed(sql(query=query)))
    landed = other.pull()
    assert other.rows(landed) == [("a", "企a!", "1.50"), ("b", "企b!", "1.50")]
    assert landed is not None
    assert landed.headers == ("uscc", "name", "capital")


def test_a_snapshot_is_taken_whole_or_not_at_all(database: Path) -> None:
    """Without a watermark everything comes when anything changed, and a former state comes back."""
    add(database, ("a", 1), ("b", 2))
    firms = source(database, sql(watermark=None), kind="snapshot")
    assert firms.keys(firms.pull()) == ["a", "b"]

    change(database, "DELETE FROM firm WHERE uscc = 'a'")
    add(database, ("a", 1))  # the same content in another order
    assert firms.pull() is None

    add(database, ("c", 3))
    assert firms.keys(firms.pull()) == ["a", "b", "c"]
    change(database, "DELETE FROM firm WHERE uscc = 'c'")
    assert firms.keys(firms.pull()) == ["a", "b"]


def test_an_empty_snapshot_is_refused_at_landing(database: Path) -> None:
    """A source without rows says so, and the gate's refusal is on record once."""
    firms = source(database, sql(watermark=None), kind="snapshot")

    landed = firms.pull()

    assert landed is not None
    assert landed.refusal == "GATE-104"
    assert firms.pull() is None


def test_a_declared_column_that_went_is_the_gates_to_refuse(database: Path) -> None:
    """The pull brings what there is; landing names what is missing; mended, all of it comes."""
    add(database, ("a", 1))
    change(database, "ALTER TABLE firm RENAME COLUMN name TO title")
    firms = source(database)
    landed = firms.pull()
    assert landed is not None
    assert landed.refusal == "GATE-102"
    assert firms.pull() is None

    change(database, "ALTER TABLE firm RENAME COLUMN title TO name")
    assert firms.rows(firms.pull()) == [("a", "企a", "1.50")]


def test_bytes_that_are_no_text_are_named_by_their_column(database: Path) -> None:
    """A text that is none ends the pull; nothing is taken as if it were one."""
    add(database, ("a", 1))
    change(database, "UPDATE firm SET name = CAST(x'ff41' AS TEXT)")
    firms = source(database)

    with pytest.raises(PullError, match="the column name holds bytes"):
        firms.pull()
    query = "SELECT uscc, hex(name) AS name, capital, changed FROM firm"
    mended = replace(firms, feed=pulled_feed(sql(query=query)))
    assert mended.rows(mended.pull()) == [("a", "FF41", "1.50")]


@pytest.mark.parametrize(
    ("pull", "error"),
    [
        ({"query": "nothing"}, PullError),
        ({"query": "DROP TABLE firm"}, PullError),
        ({"query": "SELECT * FROM firm WHERE name = 'geheim-7f3a' AND"}, PullError),
        ({"watermark": "nowhere"}, PullError),
        ({"watermark": "capital"}, PullError),
        ({"url": "NOT_SET"}, SettingsError),
        ({"url": "OTHER"}, SettingsError),
        ({"url": "GONE"}, TransientError),
    ],
)
def test_no_error_tells_a_secret(
    database: Path,
    pull: dict[str, Any],
    error: type[QuanshuError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every failure names the variable or the declaration, never an address or a vendor's words."""
    change(database, INSERT, [("a", SECRET, 1.5, 1), ("b", SECRET, "x", 2)])
    firms = source(database, sql(**pull))
    firms.environment |= {
        "OTHER": f"mysql://root:{SECRET}@host/db",
        "GONE": f"sqlite:////nowhere/{SECRET}.db",
    }

    with caplog.at_level(logging.DEBUG), pytest.raises(error) as raised:
        firms.pull()

    told = f"{raised.value}{raised.value.__cause__}{caplog.text}"
    assert SECRET not in told
    assert pull.get("url", REF) in told
    assert firms.deliveries == ()
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_the_source_is_never_written(database: Path) -> None:
    """A pull leaves the source's file as it was, to the byte, and makes none where none is."""
    add(database, ("a", 1))
    before = database.read_bytes()
    source(database).pull()

    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == [database.name, "home"]


def test_what_a_killed_pull_left_is_swept(database: Path) -> None:
    """Leftovers of an earlier pull are neither landed nor in the way."""
    add(database, ("a", 1))
    firms = source(database)
    pulls = firms.layout.work / "pulls"
    with pulled(firms.layout, firms.errand) as found:
        assert found is not None
        shutil.copytree(found.path.parent, pulls / "pull-left")

    assert firms.keys(firms.pull()) == ["a"]
    assert len(firms.deliveries) == 1
    assert not list(pulls.iterdir())


def test_a_locked_file_is_a_passing_failure(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process holds the file alone, a pull ends with an error that passes."""
    monkeypatch.setattr("landing.pulls.sqlite.BUSY_MILLISECONDS", 1)
    add(database, ("a", 1))
    firms = source(database)
    hold = (
        "import sqlite3, sys; other = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "other.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(TransientError) as raised:
            firms.pull()
        other.communicate()

    assert SECRET not in str(raised.value)
    assert firms.keys(firms.pull()) == ["a"]
