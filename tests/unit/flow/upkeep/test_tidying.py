"""Tidying: what no version in use needs goes, table by table, and is recorded first."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from flow.city import City
from flow.upkeep.tidying import lake_tables, tidy
from register.records import VerdictKind
from register.verdicts import VERDICTS
from storage.delta.tables import version
from storage.layout import Layout
from storage.tidied import TIDIED
from tests.city import PERSON
from tests.city.homes import KEYS
from tests.city.registers import delivery, verdict_on
from tests.city.resources import catalog_of
from tests.city.tables import apply, bench, someone

FORMER = "gone/gone"
TABLE = f"authoritative/{PERSON}"


def at_work(home: Path, days: int) -> City:
    """Return a city so many days after today, by the machine's clock, by which Delta writes."""
    later = datetime.now(tz=UTC) + timedelta(days=days)
    return City(catalog_of(), Layout(home), KEYS, lambda: later, actor="收数岗")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home with a table of two versions, and what a killed writer left in it."""
    layout = Layout(tmp_path)
    with bench(tmp_path) as con:
        for number in (1, 2):
            people = [someone(n, children=number) for n in range(5)]
            apply(con, layout, catalog_of(), delivery(PERSON, number), people)
    leave(layout.authoritative(PERSON) / "part-orphan.parquet")
    return layout


def leave(path: Path) -> None:
    """Leave an old file that no table knows of."""
    path.write_bytes(b"x" * 1000)
    os.utime(path, (1e9, 1e9))


def judged(layout: Layout) -> None:
    """Let there be a ledger."""
    assert VERDICTS.record(layout, (verdict_on(delivery(PERSON, 1), VerdictKind.PASSED),))


def files(table: Path) -> set[str]:
    """Return the names of a table's data files, dead or alive."""
    return {path.name for path in table.glob("*.parquet*")}


def test_what_the_newest_version_does_not_use_goes(layout: Layout) -> None:
    """The table stays what it is; what went is on record; a second time there is nothing."""
    table = layout.authoritative(PERSON)
    made = at_work(layout.home, 2)

    [done] = tidy(made)

    assert (done.table, done.files >= 2, done.bytes > 1000) == (TABLE, True, True)
    assert files(table) == {Path(uri).name for uri in DeltaTable(str(table)).file_uris()}
    assert version(table) == 1
    [entry] = TIDIED.read(layout)
    assert (entry.resource, entry.files, entry.bytes) == (TABLE, done.files, done.bytes)
    assert entry.actor == "收数岗"
    assert tidy(made) == ()


def test_what_would_go_is_told_without_going(layout: Layout) -> None:
    """The same figures, and nothing is recorded."""
    made, before = at_work(layout.home, 2), files(layout.authoritative(PERSON))

    would = tidy(made, dry_run=True)

    assert files(layout.authoritative(PERSON)) == before
    assert TIDIED.read(layout) == ()
    assert tidy(made) == would


@pytest.mark.parametrize(("passed", "days", "count"), [(0, 1, 1), (2, 1, 2), (2, 3, 1), (9, 3, 2)])
def test_a_file_has_its_days_from_when_the_table_dropped_it(
    layout: Layout, passed: int, days: int, count: int
) -> None:
    """Whoever reads the version before has so long to end; what was never in it goes at once."""
    [done] = tidy(at_work(layout.home, passed), days, dry_run=True)

    assert done.files == count


def _foreign(table: Path) -> None:
    DeltaTable(str(table)).delete("children = 2")


def _broken(table: Path) -> None:
    max((table / "_delta_log").glob("*.json")).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(("harm", "said"), [(_foreign, "held"), (_broken, "unreadable")])
def test_of_a_table_that_is_in_question_nothing_goes(
    layout: Layout, harm: Callable[[Path], None], said: str
) -> None:
    """Its files are what shows what happened; every other table is tidied all the same."""
    table = layout.authoritative(PERSON)
    harm(table)
    before = files(table)
    judged(layout)
    leave(layout.ledger("verdicts") / "part-orphan.parquet")

    told = {one.table: one for one in tidy(at_work(layout.home, 2))}

    assert getattr(told[TABLE], said)
    assert (told[TABLE].files, files(table)) == (0, before)
    assert told["ledgers/verdicts"].files == 1


def test_every_table_of_the_lake_is_found(layout: Layout) -> None:
    """Those of resources that the catalogue no longer has, of every kind, and all ledgers."""
    kinds = (layout.authoritative, layout.sequences, layout.quarantine, layout.holding)
    for kind in kinds:
        (kind(FORMER) / "_delta_log").mkdir(parents=True)
    judged(layout)
    (layout.authoritative("x/no_table")).mkdir(parents=True)

    assert {name for _, name in lake_tables(layout)} == {
        TABLE,
        f"authoritative/{FORMER}",
        f"sequences/{FORMER}",
        f"quarantine/{FORMER}",
        f"holding/{FORMER}",
        "ledgers/verdicts",
    }
