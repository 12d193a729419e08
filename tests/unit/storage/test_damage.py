"""Damaged files: from any error to the place in the home that cannot be read, or to none."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from catalog_specs.errors import UnreadableError
from storage.damage import Damages
from storage.layout import Layout
from tests.city import PERSON, VISIT
from tests.city.by_hand import ByHand
from tests.city.registers import delivery
from tests.city.resources import catalog_of
from tests.city.tables import apply, bench, someone

TABLE = f"lake/authoritative/{PERSON}"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home with a table of persons, and one delivery of visits."""
    made = Layout(tmp_path)
    with bench(tmp_path) as con:
        apply(con, made, catalog_of(), delivery(PERSON, 1), [someone(n) for n in range(9)])
    ByHand(made, catalog_of(), VISIT).land({"resident_id": "1"})
    return made


def files(layout: Layout, below: str) -> list[Path]:
    """Return the data files below a place."""
    return sorted((layout.home / below).rglob("*.parquet"))


def cut(layout: Layout, below: str) -> None:
    """Cut the end off every data file."""
    for file in files(layout, below):
        file.write_bytes(file.read_bytes()[:-20])


def scrambled(layout: Layout, below: str) -> None:
    """Change bytes in the middle, where a footer says nothing of them."""
    for file in files(layout, below):
        data = bytearray(file.read_bytes())
        data[4 : len(data) // 3] = bytes(byte ^ 0x5A for byte in data[4 : len(data) // 3])
        file.write_bytes(data)


def gone(layout: Layout, below: str) -> None:
    """Remove every data file."""
    for file in files(layout, below):
        file.unlink()


def log_broken(layout: Layout, below: str) -> None:
    """Write into a table's log what no engine can read."""
    log = layout.home / below / "_delta_log"
    max(log.glob("*.json")).write_text('{"add": ', encoding="utf-8")


def behind(layout: Layout, error: BaseException, subject: str = PERSON) -> tuple[str, str] | None:
    """Return place and words of the damage behind an error."""
    found = Damages(layout).behind(subject, error)
    return (found.where, found.what) if found else None


def vendor(said: str) -> BaseException:
    """Return an error of an engine that reads files."""
    return duckdb.IOException(said)


Harm = Callable[[Layout, str], None]


@pytest.mark.parametrize(
    ("harm", "what"),
    [(cut, "damaged"), (scrambled, "damaged"), (gone, "missing"), (log_broken, "")],
)
def test_a_place_that_an_error_names_is_read_again(layout: Layout, harm: Harm, what: str) -> None:
    """The place is told as what is wrong with it, and none of the vendor's words."""
    harm(layout, TABLE)

    found = behind(layout, vendor(f"鸑鷟 in {layout.home}/{TABLE}/part-1.parquet"), "x/y")

    assert found is not None
    assert (found[0], what in found[1], "鸑鷟" in found[1]) == (TABLE, True, False)


def test_a_landed_delivery_is_a_place_too(layout: Layout) -> None:
    """Its folder is named, whoever met its rows; without a name it is found by the subject."""
    place = f"lake/landing/{VISIT}/000001-{'a' * 12}"
    cut(layout, place)

    assert (behind(layout, pa.ArrowInvalid("no place at all"), VISIT) or ("",))[0] == place
    gone(layout, place)
    assert (behind(layout, pa.ArrowInvalid(f"{place}/rows.parquet")) or ("",))[0] == place


def test_an_error_that_names_no_place_is_searched_for(layout: Layout) -> None:
    """What carries the subject's name comes first; everything else follows."""
    cut(layout, TABLE)

    for subject in (PERSON, "office"):
        assert (behind(layout, vendor("bad page header"), subject) or ("",))[0] == TABLE


def test_a_place_is_read_once_however_many_things_meet_it(layout: Layout) -> None:
    """What was damaged stays told for this run, even after somebody put it right."""
    kept = {file: file.read_bytes() for file in files(layout, TABLE)}
    cut(layout, TABLE)
    damages = Damages(layout)
    first = damages.behind(PERSON, vendor(TABLE))
    for file, data in kept.items():
        file.write_bytes(data)

    again = damages.behind("views", vendor(TABLE))

    assert first is not None
    assert again is not None
    assert again.where == first.where
    assert Damages(layout).behind(PERSON, vendor(TABLE)) is None


def test_the_search_ends_after_so_many_bytes(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault is told at last, however large the lake; a place that is named is always read."""
    cut(layout, TABLE)
    monkeypatch.setattr("storage.damage._SEARCHED", 1)

    assert behind(layout, vendor("bad page header")) is None
    assert behind(layout, vendor(TABLE)) is not None


def test_the_cause_of_an_error_is_searched_too(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wraps a vendor's error need not repeat its words."""
    monkeypatch.setattr("storage.damage._SEARCHED", 1)  # so that nothing is found but by a name
    cut(layout, TABLE)
    error = OSError("the view cannot be built")
    error.__cause__ = vendor(f"cannot open {TABLE}/x.parquet")

    assert (behind(layout, error, "views") or ("",))[0] == TABLE


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        ValueError(TABLE),
        vendor(TABLE),
        vendor("lake/../../etc/passwd"),
        vendor("lake/authoritative/no/such"),
        FileNotFoundError(2, "no such file", "/elsewhere/x.parquet"),
        PermissionError(13, "denied", "/elsewhere/x.parquet"),
    ],
)
def test_where_nothing_is_damaged_nothing_is_told(layout: Layout, error: BaseException) -> None:
    """A sound table that an error names, a place outside the home, an error of no reader."""
    assert behind(layout, error) is None


def test_a_fault_beside_damage_is_no_damage(layout: Layout) -> None:
    """An error that reads nothing is not put down to a table that happens to be broken."""
    cut(layout, TABLE)

    assert behind(layout, KeyError("x")) is None


def test_what_the_system_refuses_is_named_below_the_home(layout: Layout) -> None:
    """The file, and no word of the system's."""
    place = layout.share_file("office")
    error = PermissionError(13, "鸑鷟", str(place))

    assert behind(layout, error) == (
        "shares/office.duckdb",
        "reading or writing is not permitted",
    )


def test_what_says_itself_what_is_unreadable_is_believed(layout: Layout) -> None:
    """Its place is told as below the home, and one elsewhere as it is."""
    here = UnreadableError("the receipt cannot be read", where=f"{layout.home}/lake/x")
    elsewhere = UnreadableError("it cannot be read", where="/elsewhere")

    assert behind(layout, here) == ("lake/x", "the receipt cannot be read")
    assert behind(layout, elsewhere) == ("/elsewhere", "it cannot be read")


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "no such file", "/somewhere/else/f.csv"),
        PermissionError(13, "not permitted", "/somewhere/else"),
        ConnectionRefusedError(111, "refused"),
        TimeoutError(110, "timed out"),
        socket.gaierror(-2, "unknown name"),
    ],
)
def test_what_failed_elsewhere_has_nothing_of_the_home_read(layout: Layout, error: OSError) -> None:
    """Damage of the home is not behind it, and is found by whoever meets it."""
    cut(layout, TABLE)
    assert Damages(layout).behind(PERSON, error) is None
    assert Damages(layout).behind(PERSON, OSError("bad footer")) is not None
