"""Outside the catalogue: nothing is taken in unseen, and only an exception has it stored."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from authoritative.holding import HOLDING, store_excepted
from catalog_specs.catalog import Catalog
from catalog_specs.models.exceptions import CollectionException
from catalog_specs.models.resource import Resource
from landing.landing import land
from landing.undeclared import EXCEPTED_FILE
from register.records import Delivery
from register.undeclared import UNDECLARED, Outside, record_undeclared
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import PERSON
from tests.city.records import HEADER, LINE
from tests.city.resources import catalog_of, fed, person
from tests.city.tables import bench

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REF = PERSON
FLOOD = CollectionException(
    code="flood",
    resource=REF,
    headers=("安置点", "血型"),
    reason="防汛救灾",
    approver="数据管理科科长",
    document="应急〔2026〕1号",
    valid_from=date(2026, 3, 1),
    valid_to=date(2026, 3, 2),
)


def catalog(resource: Resource, *exceptions: CollectionException) -> Catalog:
    """Return a city of one resource with exceptions."""
    return replace(catalog_of(resource), exceptions={one.code: one for one in exceptions})


def landed(layout: Layout, content: str | bytes, catalog: Catalog, now: datetime = NOW) -> Delivery:
    """Deliver a file that was not delivered before."""
    path = layout.inbox(REF) / "a.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = land(layout, catalog, catalog.resource(REF), path, now)
    assert isinstance(result, Delivery)
    return result


def lines(header: str, *more: str) -> str:
    """Return a CSV with further columns behind the declared ones."""
    rows = [f"{LINE.format(n)},{extra}" for n, extra in enumerate(more, start=1)]
    return "\n".join([f"{HEADER},{header}", *rows, ""])


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path)


def test_undeclared_columns_are_counted_and_not_taken_in(layout: Layout) -> None:
    """The receipt names each header with its cells that hold a value; null markers hold none."""
    resource = fed(person(), nulls=["", "无"])
    delivery = landed(layout, lines("备注,手机", "x,", ",无", "y,1"), catalog(resource))
    assert (delivery.refusal, delivery.rows) == (None, 3)
    assert delivery.undeclared == {"备注": 2, "手机": 1}
    assert delivery.excepted == {}
    assert not (layout.delivery(REF, delivery.delivery) / EXCEPTED_FILE).exists()


def test_a_declared_file_has_no_findings(layout: Layout) -> None:
    """What the catalogue declares is no finding."""
    delivery = landed(layout, f"{HEADER}\n{LINE.format(1)}\n", catalog(person()))
    assert delivery.undeclared == {}
    assert not record_undeclared(layout, [delivery])
    assert UNDECLARED.read(layout) == ()


def test_columns_without_a_name_of_their_own_are_findings(layout: Layout) -> None:
    """They are called by their place; a column with neither name nor value is none."""
    given = catalog(person())
    text = lines("备注,,备注,,血型,备注", "一,二,三,,四,", "五,六,,,,")

    delivery = landed(layout, text, given)

    assert delivery.undeclared == {"备注": 2, "#12": 2, "备注#13": 1, "血型": 1, "备注#16": 0}
    assert delivery.malformed == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "arrow"])
def test_every_format_tells_its_columns_apart(layout: Layout, kind: str) -> None:
    """A name that stands twice, outside the catalogue, hides nothing."""
    names = [*HEADER.split(","), "备注", "", "备注"]
    cells = [*LINE.format(1).split(","), "一", "二", "三"]
    made = io.BytesIO()
    if kind == "csv":
        made.write("\n".join([",".join(names), ",".join(cells)]).encode())
    elif kind == "xlsx":
        with xlsxwriter.Workbook(made) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, names)
            sheet.write_row(1, 0, cells)
    else:
        table = pa.table([[cell] for cell in cells], names=names)
        if kind == "parquet":
            pq.write_table(table, made)
        else:
            with pa.ipc.new_file(made, table.schema) as writer:
                writer.write_table(table)

    delivery = landed(layout, made.getvalue(), catalog(person()))

    assert delivery.undeclared == {"备注": 1, "#12": 1, "备注#13": 1}
    assert (delivery.refusal, delivery.rows, delivery.malformed) == (None, 1, 0)


def test_keys_of_json_records_are_findings(layout: Layout) -> None:
    """An undeclared key is found like a column, whatever its value is."""
    names = HEADER.split(",")
    fields = ", ".join(f'"{name}": "1"' for name in names)
    text = f'{{{fields}, "籍贯": {{"省": "闽"}}}}\n{{{fields}, "籍贯": null}}\n'
    delivery = landed(layout, text, catalog(fed(person(), format="jsonl")))
    assert delivery.undeclared == {"籍贯": 1}


def test_other_sheets_are_findings(layout: Layout) -> None:
    """A further sheet that holds cells is named; nobody reads it, so nobody counts it."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        first = made.add_worksheet("人员")
        first.write_row(0, 0, [*HEADER.split(","), "备注"])
        first.write_row(1, 0, [*LINE.format(1).split(","), "x"])
        made.add_worksheet("附表").write(0, 0, "y")
        made.add_worksheet("空表")
    delivery = landed(layout, book.getvalue(), catalog(fed(person(), format="xlsx")))
    assert delivery.undeclared == {"备注": 1, "sheet:附表": None}
    assert record_undeclared(layout, [delivery])
    assert [(one.header, one.cells) for one in UNDECLARED.read(layout)] == [
        ("sheet:附表", None),
        ("备注", 1),
    ]


def test_long_headers_are_cut(layout: Layout) -> None:
    """A receipt is no place for a text of thousands of characters."""
    delivery = landed(layout, lines("长" * 5000, "x"), catalog(person()))
    assert delivery.undeclared == {"长" * 200: 1}


def test_numbers_of_persons_are_not_named_as_headers(layout: Layout) -> None:
    """Records keyed by somebody's number are found and counted, and the number stays untold."""
    header = "备注20260101,11010519491231002X,13800138000"
    delivery = landed(layout, lines(header, "a,b,c"), catalog(person()))
    assert delivery.undeclared == {"备注20260101": 1, "*": 2}


def test_a_live_exception_has_its_cells_stored(layout: Layout) -> None:
    """Covered cells lie in holding with delivery, row and header, exactly once; others do not."""
    header = "安置点,手机,血型"
    delivery = landed(layout, lines(header, "一中,1,", ",2,", "二中,,A"), catalog(person(), FLOOD))
    assert delivery.undeclared == {"安置点": 2, "手机": 2, "血型": 1}
    assert delivery.excepted == {"安置点": "flood", "血型": "flood"}
    store_excepted(layout, delivery)
    store_excepted(layout, delivery)
    found = snapshot(layout.holding(REF))
    assert found is not None
    assert {column.name for column in found.columns} == set(HOLDING.names)
    with bench(layout.home) as con:
        cells = con.sql(f'SELECT header, "row", value FROM {found.scan_sql()} ORDER BY ALL')
        assert cells.fetchall() == [("安置点", 1, "一中"), ("安置点", 3, "二中"), ("血型", 3, "A")]


def test_rows_are_numbered_through_an_archive(layout: Layout) -> None:
    """A held cell names the record's number in the delivery, not in its member."""
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("1.csv", lines("安置点", "一中", "二中"))
        archive.writestr("2.csv", lines("安置点", "三中"))
    delivery = landed(layout, made.getvalue(), catalog(person(), FLOOD))
    store_excepted(layout, delivery)
    found = snapshot(layout.holding(REF))
    assert found is not None
    with bench(layout.home) as con:
        cells = con.sql(f'SELECT "row", value FROM {found.scan_sql()} ORDER BY ALL').fetchall()
    assert cells == [(1, "一中"), (2, "二中"), (3, "三中")]


@pytest.mark.parametrize(
    ("day", "live"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), False),
    ],
)
def test_an_exception_covers_its_days_in_the_citys_time(
    layout: Layout, day: datetime, live: bool
) -> None:
    """First and last day are included; before and after nothing is held."""
    delivery = landed(layout, lines("安置点", "一中"), catalog(person(), FLOOD), day)
    assert bool(delivery.excepted) is live
    assert (layout.delivery(REF, delivery.delivery) / EXCEPTED_FILE).exists() is live


def test_an_unreadable_file_holds_nothing(layout: Layout) -> None:
    """A delivery that is refused half-way leaves no held cells."""
    book = io.BytesIO()
    import zipfile

    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("1.csv", lines("安置点", "一中"))
        archive.writestr("2.csv", b"%PDF-1.7 ...")
    delivery = landed(layout, book.getvalue(), catalog(person(), FLOOD))
    assert delivery.refusal == "GATE-110"
    assert not (layout.delivery(REF, delivery.delivery) / EXCEPTED_FILE).exists()
    store_excepted(layout, delivery)
    assert snapshot(layout.holding(REF)) is None


def test_findings_are_recorded_once(layout: Layout) -> None:
    """Each delivery's findings stand in the ledger once, whatever is recorded with it again."""
    rules = catalog(person(), FLOOD)
    first = landed(layout, lines("安置点,手机", "一中,1"), rules)
    second = landed(layout, lines("手机", "2", "3"), rules)
    assert record_undeclared(layout, [first])
    assert record_undeclared(layout, [first, second])
    assert not record_undeclared(layout, [first, second])
    assert UNDECLARED.read(layout, REF) == (
        Outside(REF, first.delivery, "安置点", 1, excepted=True, exception="flood"),
        Outside(REF, first.delivery, "手机", 1, excepted=False, exception=None),
        Outside(REF, second.delivery, "手机", 2, excepted=False, exception=None),
    )
    assert UNDECLARED.read(layout, "civil/other") == ()
