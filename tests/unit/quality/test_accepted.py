"""What the gate hands on: the typed feed, parted by what the quarantine holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from authoritative.promotion import Candidate, Origin, promote
from quality.accepted import Judged, accepted_sql, divide
from register.bundles import ROW_SPAN, Bundle
from register.records import Delivery
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema, authoritative_shape
from storage.delta.tables import live_files, snapshot
from storage.delta.written_files import Target, write_files
from storage.engines.connection import Connection
from storage.engines.relation import as_view
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import literal, parquet
from tests.city import NOW, PERSON, VISIT
from tests.city.by_hand import OF, ByHand
from tests.city.registers import delivery as receipt
from tests.city.resources import catalog_of, person
from tests.city.tables import feed as typed_feed
from tests.city.tables import someone
from values.typed import Typed

BAD = ("some:rule",)
CATALOG = catalog_of(person())
ONE = receipt(PERSON, 1, 9)


@pytest.fixture
def con(layout: Layout) -> Iterator[Connection]:
    """Yield a workbench."""
    with open_workbench(layout.work) as made:
        yield made


def quarantine(layout: Layout, delivery: str, rows: Sequence[int]) -> None:
    """Put records into the quarantine of persons."""
    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    stored = pa.table({"delivery": [delivery] * len(rows), "row": rows})
    shape = Shape("隔离", "", columns)
    rows_of = stored.cast(arrow_schema(columns))
    append(layout.quarantine(PERSON), rows_of, Commit(delivery, 1), shape)


def typed_into(con: Connection, folder: Path, *parts: range) -> Typed:
    """Type the persons with these record numbers, those of each part into a file of its own."""
    folder.mkdir()
    records = [someone(n) for n in range(1, max(part.stop for part in parts))]
    feed = typed_feed(con, CATALOG, PERSON, records)
    files = []
    for part in parts:
        marked = f"SELECT *, {literal(ONE.delivery)} AS _delivery FROM {feed.sql}"
        chosen = f"_row BETWEEN {part.start} AND {part.stop - 1}"
        files += write_files(con, [f"{marked} WHERE {chosen}"], Target(folder))
    view = as_view(con, "t_feed", f"FROM {parquet([file.path for file in files])}")
    return Typed(view, tuple(files))


def rows_of(con: Connection, judged: Judged) -> tuple[list[int], list[int]]:
    """Return the record numbers that are accepted, and those that are quarantined."""
    return tuple(  # type: ignore[return-value]
        sorted(row for (row,) in con.execute(f"SELECT _row FROM {part.sql}").fetchall())
        for part in (judged.accepted, judged.quarantined)
    )


def lying(path: str | Path) -> int:
    """Return which file of the disk this is, whatever it is called there."""
    return Path(path).stat().st_ino


def promoted(layout: Layout, judged: Judged) -> tuple[int, ...]:
    """Promote a first load; return which files of the disk are the table's."""
    candidate = Candidate(
        Bundle((ONE,)),
        judged.accepted,
        judged.quarantined,
        files=judged.files,
        beside=judged.beside,
    )
    (done,) = promote(layout, CATALOG, candidate, Origin("tests", NOW))
    assert (done.inserted, done.unchanged) == (9 - judged.kept, 0)
    return tuple(lying(file) for file in live_files(layout.authoritative(PERSON)))


def test_records_of_a_bundle_are_parted_by_delivery(layout: Layout, con: Connection) -> None:
    """A number means a record of its own delivery, whatever others have in quarantine."""
    feed = typed_feed(con, CATALOG, PERSON, [someone(n) for n in range(3)])
    second = as_view(
        con,
        "t_both",
        f"FROM {feed.sql} UNION ALL SELECT * REPLACE (_row + {ROW_SPAN} AS _row) FROM {feed.sql}",
    )
    for number, rows in ((1, [2]), (2, [1, 3]), (3, [1, 2, 3])):
        quarantine(layout, receipt(PERSON, number).delivery, rows)
    bundle = Bundle((receipt(PERSON, 1), receipt(PERSON, 2)))

    judged = divide(layout, bundle, Typed(second))

    assert judged.kept == 3
    assert rows_of(con, judged) == ([1, 3, ROW_SPAN + 2], [2, ROW_SPAN + 1, ROW_SPAN + 3])
    assert (judged.files, judged.beside) == ((), None)


def test_files_without_a_quarantined_record_become_the_tables_as_they_lie(
    layout: Layout, con: Connection, tmp_path: Path
) -> None:
    """Of three files the one that holds two is written again, without them."""
    typed = typed_into(con, tmp_path / "typed", range(1, 4), range(4, 7), range(7, 10))
    quarantine(layout, ONE.delivery, [4, 6])

    judged = divide(layout, Bundle((ONE,)), typed)
    files = promoted(layout, judged)

    first, _, last = (file.path for file in typed.files)
    assert [file.path for file in judged.files] == [first, last]
    assert {lying(first), lying(last)} < {*files}
    assert len(files) == 3
    assert rows_of(con, judged) == ([1, 2, 3, 5, 7, 8, 9], [4, 6])
    found = snapshot(layout.authoritative(PERSON))
    assert found
    shape = authoritative_shape(CATALOG, CATALOG.resource(PERSON))
    assert [column.name for column in found.columns] == [*shape.names]
    stored = con.execute(f"SELECT _row, children FROM {found.scan_sql()} ORDER BY 1").fetchall()
    assert stored == [(n, n) for n in (1, 2, 3, 5, 7, 8, 9)]


def test_a_file_of_quarantined_records_alone_leaves_nothing(
    layout: Layout, con: Connection, tmp_path: Path
) -> None:
    """No file is made in its place."""
    typed = typed_into(con, tmp_path / "typed", range(1, 8), range(8, 10))
    quarantine(layout, ONE.delivery, [8, 9])

    judged = divide(layout, Bundle((ONE,)), typed)

    assert promoted(layout, judged) == (lying(typed.files[0].path),)


def test_where_every_file_holds_one_all_is_written(
    layout: Layout, con: Connection, tmp_path: Path
) -> None:
    """Then none can be taken as it lies, and the table has files of its own."""
    typed = typed_into(con, tmp_path / "typed", range(1, 6), range(6, 10))
    quarantine(layout, ONE.delivery, [1, 9])

    judged = divide(layout, Bundle((ONE,)), typed)

    assert judged.files == ()
    assert {*promoted(layout, judged)}.isdisjoint(lying(file.path) for file in typed.files)


def test_what_quarantine_has_too_much_is_counted(layout: Layout, con: Connection) -> None:
    """So that whoever compares with the verdict notices, though no record is parted by it."""
    feed = typed_feed(con, CATALOG, PERSON, [someone(1)])
    quarantine(layout, ONE.delivery, [1, 2])

    judged = divide(layout, Bundle((ONE,)), Typed(feed))

    assert (judged.kept, rows_of(con, judged)) == (2, ([], [1]))


# ── from landing again ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def home(layout: Layout) -> ByHand:
    """Return an empty home of visits."""
    return ByHand(layout, catalog_of(), VISIT)


def visits(*names: str) -> list[dict[str, str]]:
    """Return a record for each outcome."""
    return [{"resident_id": str(n), "visit_no": "1", "outcome": o} for n, o in enumerate(names)]


def reread(home: ByHand, con: Connection, *passed: Delivery) -> list[list[tuple[str, int, str]]]:
    """Return delivery, record and outcome of what was accepted, by relation."""
    found = accepted_sql(home.layout, home.catalog, home.resource, passed)
    query = "SELECT _delivery[:6], _record, outcome FROM {} ORDER BY ALL"
    return [con.execute(query.format(sql)).fetchall() for sql in found]


def test_what_was_accepted_is_read_from_landing_again(home: ByHand, con: Connection) -> None:
    """With its delivery and its number there, and without what the quarantine holds of it."""
    first = home.judge(home.land(*visits("甲", "乙")), {1: BAD})
    second = home.judge(home.land(*visits("丙", "丁")), {2: BAD})

    assert reread(home, con) == []
    assert reread(home, con, second) == [[("000002", 1, "丙")]]
    assert reread(home, con, first, second) == [[("000001", 2, "乙"), ("000002", 1, "丙")]]


def test_what_was_read_as_other_formats_is_read_apart(home: ByHand, con: Connection) -> None:
    """Cells with types of their own are understood otherwise, so they share no relation."""
    first = home.judge(home.land(*visits("甲")))
    second = home.judge(home.replay({**visits("乙")[0], OF: (first.delivery, 1)}))
    third = home.judge(home.land(*visits("丙")))

    found = reread(home, con, first, second, third)

    assert [[outcome for *_, outcome in some] for some in found] == [["甲"], ["乙"], ["丙"]]


def test_many_deliveries_are_read_a_few_at_a_time(
    home: ByHand, con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One scan over thousands of files would hold all of them open."""
    monkeypatch.setattr("quality.accepted.TOGETHER", 2)
    made = [home.judge(home.land(*visits(str(n)))) for n in range(5)]

    found = reread(home, con, *made)

    assert [len(some) for some in found] == [2, 2, 1]
    assert [outcome for some in found for *_, outcome in some] == list("01234")


@pytest.mark.parametrize("kept", [(), (2,)])
def test_records_are_handed_on_as_they_lie_where_none_is_quarantined(
    con: Connection, layout: Layout, tmp_path: Path, kept: Sequence[int]
) -> None:
    """Their order tells that no key occurs twice; what a join does with them would hide it."""
    typed = typed_into(con, tmp_path / "typed", range(1, 4), range(4, 7))
    if kept:
        quarantine(layout, ONE.delivery, kept)

    judged = divide(layout, Bundle((ONE,)), typed)

    plan = str(con.execute(f"EXPLAIN FROM {judged.accepted.sql}").fetchall())
    assert ("JOIN" in plan) is bool(kept)
