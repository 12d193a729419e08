"""Seventy-seven ways of getting more out of a grant's file than was granted: none gets anything."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flow.derived import refresh_share
from outlets.shares.project import Projection
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, compiled
from tests.city.grants import decide_as_typed
from tests.city.homes import city_of
from tests.city.records import person_id
from tests.city.tables import fill, someone
from tests.flow.needles import Finder
from tests.unit.outlets.shares.ways import BY_BYTES, BY_QUESTION, FILE, asked

WIDE = change(
    resources__0__items=["resident_id", "name", "sex", "birth_date", "residence", "income"],
    resources__0__masks={name: {"mask": "keep"} for name in ("resident_id", "name", "birth_date")},
    resources__0__where=...,
)
OFFLINE = {"autoinstall_known_extensions": "false"}
"""No test fetches anything."""
INSIDE, OUTSIDE = range(20), range(20, 40)
"""Persons whose rows are granted, and who live elsewhere."""


def planted(number: int) -> dict[str, object]:
    """Return a person whose every value is found nowhere else."""
    return someone(
        number,
        name=f"鸑鷟{number:03}",
        birth_date=date(1903, 1 + number % 12, 1 + number % 28),
        residence="350502" if number in INSIDE else "990100",
        income=Decimal(f"73100{number:03}.25"),
        children=None,
    )


def forbidden() -> Finder:
    """Return a finder of what was not granted: ids, names, days, incomes, rows from elsewhere."""
    people = [planted(number) for number in (*INSIDE, *OUTSIDE)]
    values = [str(one[name]) for one in people for name in ("name", "birth_date", "income")]
    values += [repr(one["birth_date"]) for one in people]
    return Finder({*values, *(person_id(n) for n in (*INSIDE, *OUTSIDE)), "990100"})


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a grant that was once much wider, taken away from its home."""
    folder = tmp_path_factory.mktemp("lake")
    wide, narrow = compiled(**{GRANT_FILE: WIDE}), compiled()
    city = city_of(wide, folder)
    fill(city.layout, wide, PERSON, [planted(number) for number in (*INSIDE, *OUTSIDE)])
    first = refresh_share(city, GRANT)
    assert isinstance(first, Projection)
    assert first.rows == 40
    assert forbidden().found([("", repr(_rows(city.layout.share_file(GRANT))).encode())])
    decide_as_typed(city.layout, narrow)
    done = refresh_share(city_of(narrow, folder, decide=False), GRANT)
    assert isinstance(done, Projection)
    assert done.rows == 20
    away = tmp_path_factory.mktemp("consumer") / FILE
    shutil.copy(city.layout.share_file(GRANT), away)
    return away


@pytest.fixture
def copy(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of it in an empty folder, which is where the consumer works."""
    box = tmp_path / "box"
    box.mkdir()
    monkeypatch.chdir(box)
    return Path(shutil.copy(file, box / FILE))


def _rows(file: Path) -> list[object]:
    with duckdb.connect(file, read_only=True) as con:
        place = con.execute(
            "SELECT DISTINCT concat_ws('.', table_schema, table_name)"
            " FROM information_schema.columns WHERE column_name = 'birth_date'"
            " AND table_name NOT LIKE '%（%' ORDER BY 1"
        ).fetchone()
        assert place
        return con.sql(f"FROM {place[0]}").fetchall()


def test_the_file_has_what_was_granted(file: Path) -> None:
    """Twenty persons, under pseudonyms, initials and years; there are sixty ways and more."""
    assert len(_rows(file)) == len(INSIDE)
    assert "1903" in repr(_rows(file))
    assert len(BY_QUESTION) + len(BY_BYTES) == 77


def test_the_search_finds_what_a_wide_file_shows(copy: Path) -> None:
    """The same questions and the same carving find each planted value where it lies open."""
    with duckdb.connect(copy, config=OFFLINE) as con:
        con.execute("CREATE TABLE leak AS SELECT '鸑鷟007' AS a, DATE '1903-08-08' AS b, 'x' AS c")
        found = forbidden().found(
            (name, got) for name, q in BY_QUESTION.items() for got in (b"", *asked(con, q))
        )
    assert {"rows by number", "extremes", "a summary", "the row as a whole"} <= found.keys()
    got = [(name, b"".join(way(copy))) for name, way in BY_BYTES.items() if name == "its bytes"]
    assert forbidden().found(got)


def test_no_question_gets_more(copy: Path) -> None:
    """Of the catalogue, of storage, of rows and columns, of versions, of files around it."""
    with duckdb.connect(copy, config=OFFLINE) as con:
        got = [(name, b"\n".join(asked(con, text))) for name, text in BY_QUESTION.items()]
    assert forbidden().found(got) == {}
    answered = {name for name, what in got if what}
    assert len(answered) > len(BY_QUESTION) / 2, "questions that fail ask nothing"


@pytest.mark.parametrize("way", BY_BYTES)
def test_no_carving_gets_more(copy: Path, way: str) -> None:
    """Its bytes, its headers, its free blocks, exports and copies of it."""
    got = []
    try:
        got += BY_BYTES[way](copy)
    except (duckdb.Error, OSError):
        got.append(b"")
    assert forbidden().found([("", b"\n".join(got))]) == {}
