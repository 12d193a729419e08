"""Typing: a text is cast strictly or not at all, and what was given stays known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.models.resource import Resource
from feeds.columns import feed_columns
from feeds.reader import rows_schema
from landing.landed_file import landed_schema, write_rows
from storage.delta.written_files import Target
from storage.engines.workbench import Limits, open_workbench
from storage.sql import identifier
from tests.city.resources import catalog_of, fed, firm, person
from values.delivered import delivered_sql
from values.shapes import arrow_schema, given_of, typed_schema
from values.typed import Landed, feed_sql, typed_rows

MOMENT = datetime(2024, 2, 29, 4, 5, 6)  # noqa: DTZ001 - the delivered clock


def rows_file(path: Path, resource: Resource, records: list[dict[str, Any]]) -> Path:
    """Write records as rows.parquet."""
    numbered = [{"_row": number, **record} for number, record in enumerate(records, start=1)]
    schema = rows_schema(feed_columns(resource.feed))
    pq.write_table(pa.Table.from_pylist(numbered, schema=schema), path)
    return path


def cast(tmp_path: Path, resource: Resource, item: str, texts: Sequence[str | None]) -> list[Any]:
    """Return what an item's texts become, and check that it is known which were given."""
    rows = rows_file(tmp_path / "rows.parquet", resource, [{item: text} for text in texts])
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql(
            f"SELECT {identifier(item)}, {identifier(given_of(item))} FROM feed ORDER BY _row"
        ).fetchall()
    assert [given for _, given in found] == [bool(text) or None for text in texts]
    return [value for value, _ in found]


def test_null_markers_are_no_value(tmp_path: Path) -> None:
    """A cell that is wholly a null marker is NULL, as text and as value; others stay."""
    resource = fed(person(), nulls=["", "NULL", "it's"])
    records = [{"name": text, "children": text} for text in ("", "NULL", "it's", "NULLS", None)]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql("SELECT name, children, _given_children FROM feed ORDER BY _row").fetchall()
        kept = con.sql(
            f"SELECT raw FROM ({delivered_sql(resource, rows)}) ORDER BY _row"
        ).fetchall()
    assert found == [(None,) * 3] * 3 + [("NULLS", None, True), (None,) * 3]
    assert '"name":"NULL"' in kept[1][0]
    assert '"name":null' in kept[4][0]


def test_composed_items(tmp_path: Path) -> None:
    """Parts are padded, never cut, and an item is NULL when one of its parts is."""
    columns = {
        "姓名": "name",
        "号": "resident_id",
        "年": "y",
        "月": "m",
        "日": "d",
        "时": "h",
    }
    resource = fed(
        person(),
        columns=columns,
        compose={"birth_date": "{y}-{m:02}-{d:02}", "seen_at": "{y:04}-{m:02}-{d:02} {h:02}:00:00"},
    )
    records: list[dict[str, Any]] = [
        {"y": "2024", "m": "2", "d": "29", "h": "4"},
        {"y": "2024", "m": "02", "d": "129", "h": "4"},
        {"y": "2024", "m": "", "d": "1", "h": "4"},
    ]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql("SELECT _given_birth_date, birth_date, seen_at FROM feed ORDER BY _row")
        assert found.fetchall() == [
            (True, date(2024, 2, 29), MOMENT.replace(minute=0, second=0)),
            (True, None, None),
            (None, None, None),
        ]
        raw = con.sql(f"SELECT raw FROM ({delivered_sql(resource, rows)}) ORDER BY _row").fetchone()
    assert raw == ('{"姓名":null,"号":null,"年":"2024","月":"2","日":"29","时":"4"}',)


def test_cells_of_what_a_file_turned_out_to_be(tmp_path: Path) -> None:
    """A workbook named .csv has typed cells: a date may be a midnight, truth is true and false."""
    resource = fed(person(), date_format="%Y/%m/%d", true=["是"], false=["否"])
    record = {"birth_date": "2024-02-29 00:00:00", "resident": "true"}
    late = {"birth_date": "2024-02-29 00:00:01", "resident": "false"}
    rows = rows_file(tmp_path / "rows.parquet", resource, [record, late])
    with duckdb.connect() as con:
        for read_as, expected in (
            ("csv", [(None, None), (None, None)]),
            ("xlsx", [(date(2024, 2, 29), True), (None, False)]),
            ("csv arrow", [(date(2024, 2, 29), True), (None, False)]),
        ):
            typed_rows(con, catalog_of(resource), resource, Landed(rows, read_as))
            found = con.sql("SELECT birth_date, resident FROM feed ORDER BY _row").fetchall()
            assert found == expected


def test_normalised_texts_may_be_canonical(tmp_path: Path) -> None:
    """What a step writes is a value; what it does not understand is none, whatever form it has."""
    resource = fed(
        person(),
        date_format="%d.%m.%Y",
        datetime_format="%d.%m.%Y %H:%M",
        true=["是"],
        false=["否"],
        nulls=["", "无"],
        normalise={
            "*": ["trim"],
            "birth_date": [{"dates": {"formats": ["%Y%m%d"]}}],
            "seen_at": [{"moments": {"formats": ["%Y%m%d%H%M%S"]}}],
            "resident": [{"booleans": {"true": ["Y"], "false": ["N"]}}],
            "children": [{"number": {"units": True}}],
        },
    )
    items = ("birth_date", "seen_at", "resident", "children")
    records = [
        (" 20240229", "20240229040506", "Y ", "1.2万"),
        ("29.02.2024", "29.02.2024 04:05", "是", "12000"),
        ("20240230", "2024-02-29", "y", "1.23456万"),
        (" 无 ", " ", "无", "无"),
    ]
    rows = rows_file(
        tmp_path / "rows.parquet",
        resource,
        [dict(zip(items, record, strict=True)) for record in records],
    )
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql(f"SELECT {', '.join(items)} FROM feed ORDER BY _row").fetchall()
        given = con.sql("SELECT _given_birth_date, _given_children FROM feed ORDER BY _row")
        assert given.fetchall() == [(True, True)] * 3 + [(None, None)]
        raw = con.sql(f"SELECT raw FROM ({delivered_sql(resource, rows)}) ORDER BY _row").fetchone()
    assert found == [
        (date(2024, 2, 29), MOMENT, True, 12000),
        (None, None, None, 12000),
        (None,) * 4,
        (None,) * 4,
    ]
    assert raw is not None
    assert '"birth_date":" 20240229"' in raw[0]


def test_a_moment_is_moved_by_one_step_only(tmp_path: Path) -> None:
    """What a step has read, a later one of its kind does not read again: it would move it twice."""
    zones = ("America/New_York", "UTC")
    steps = [{"moments": {"formats": ["%Y-%m-%d %H:%M:%S"], "zone": zone}} for zone in zones]
    resource = fed(person(), normalise={"seen_at": steps})
    # summer time leaves 02:30 out in New York, and not in UTC
    texts = ["2024-02-29 04:05:06", "2024-03-10 02:30:00", "2024-02-29"]
    assert cast(tmp_path, resource, "seen_at", texts) == [
        MOMENT.replace(hour=17),
        datetime(2024, 3, 10, 10, 30),  # noqa: DTZ001
        None,
    ]


def test_typed_cells_are_of_the_declared_zone(tmp_path: Path) -> None:
    """A cell that is a moment has no offset: it is of the step's zone, and else not understood."""
    texts = ["2024-02-29 04:05:06", "2024-02-29", "29.02.2024 04:05"]
    for step, hours in (
        ({"formats": ["%d.%m.%Y %H:%M"], "zone": "UTC"}, (12, 8, 12)),
        ({"formats": ["%d.%m.%Y %H:%M"]}, (4, 0, 4)),
        ({"formats": ["%Y-%m-%d %H:%M:%S%z"]}, (None, None, None)),
    ):
        made = fed(person(), format="xlsx", normalise={"seen_at": [{"moments": step}]})
        found = cast(tmp_path, made, "seen_at", texts)
        assert tuple(one and one.hour for one in found) == hours


def test_typed_dates_and_truth_values_need_no_format(tmp_path: Path) -> None:
    """Dates and truth values of cells are understood; where a format reads another day, none is."""
    steps = {
        "birth_date": [{"dates": {"formats": ["%Y-%d-%m", "%Y年%m月%d日"]}}],
        "resident": [{"booleans": {"true": ["有"], "false": ["无"]}}],
    }
    made = fed(person(), format="xlsx", normalise=steps)
    days = [
        "2024-02-29",
        "2024-02-29 00:00:00",
        "2024年2月29日",
        "2024-05-01",
        "2024-02-29 04:00:00",
    ]
    day = date(2024, 2, 29)
    assert cast(tmp_path, made, "birth_date", days) == [day, day, day, None, None]
    assert cast(tmp_path, made, "resident", ["true", "无", "是"]) == [True, False, None]
    plain = fed(person(), format="xlsx", date_format="%Y-%d-%m")
    assert cast(tmp_path, plain, "birth_date", ["2024-29-02", "2024-02-29"]) == [day, day]
    assert cast(tmp_path, plain, "birth_date", ["2024-05-01", "2024-05-05"]) == [
        None,
        date(2024, 5, 5),
    ]


def test_what_is_made_of_left_over_parts_is_no_value(tmp_path: Path) -> None:
    """A part that its step did not understand spoils every typed item that is made of it."""
    resource = fed(
        person(),
        columns={"日": "day", "时": "hour", "号": "resident_id"},
        normalise={"day": [{"dates": {"formats": ["%d.%m.%Y"]}}]},
        compose={"seen_at": "{day} {hour:02}:00:00"},
        split={"birth_date": {"part": "day", "pattern": "(.*)"}},
    )
    records = [{"day": day, "hour": "4"} for day in ("29.02.2024", "2024-02-29")]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql("SELECT seen_at, birth_date FROM feed ORDER BY _row").fetchall()
    assert found == [(datetime(2024, 2, 29, 4), date(2024, 2, 29)), (None, None)]  # noqa: DTZ001


def test_split_and_constant_items(tmp_path: Path) -> None:
    """A piece that is not there or is a null marker is no value; a defect has no constants."""
    resource = fed(
        person(),
        columns={"人": "person_of", "时": "times", "号": "resident_id"},
        split={
            "name": {"part": "person_of", "separator": " ", "index": 2},
            "children": {"part": "person_of", "pattern": "([0-9]+)次"},
            "day": {"part": "times", "separator": "T", "index": 1},
        },
        compose={"birth_date": "{day}"},
        constants={"income": "1.50", "resident": "true"},
        nulls=["", "无"],
        normalise={"person_of": ["halfwidth"]},
    )
    records: list[dict[str, Any]] = [
        {"person_of": "7次\u3000张三", "times": "2024-02-29T04:05"},
        {"person_of": "张三", "times": "T"},
        {"person_of": "x次 无", "times": None},
        {"_defect": "field_count", "_raw": "a"},
    ]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql(
            "SELECT name, children, birth_date, income, resident FROM feed ORDER BY _row"
        ).fetchall()
    assert found == [
        ("张三", 7, date(2024, 2, 29), Decimal("1.50"), True),
        (None, None, None, Decimal("1.50"), True),
        (None, None, None, Decimal("1.50"), True),
        (None,) * 5,
    ]


def test_change_feeds_say_what_happened(tmp_path: Path) -> None:
    """The feed's words become I, U, D; an unknown word is NULL; sequence is a whole number."""
    resource = firm()
    changes = {"operation": "操作", "sequence": "序号", "insert": ["新增", "I"], "delete": ["删除"]}
    resource = fed(resource, changes=changes)
    texts = [("新增", "1"), ("I", "02"), ("U", "x"), ("删除", ""), ("D", "4"), ("", "5.0")]
    records: list[dict[str, Any]] = [{"_op": op, "_seq": seq} for op, seq in texts]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql("SELECT _op, _seq FROM feed ORDER BY _row")
        assert found.fetchall() == [
            ("I", 1),
            ("I", 2),
            ("U", None),
            ("D", None),
            (None, 4),
            (None, None),
        ]
        raw = con.sql(f"SELECT raw FROM ({delivered_sql(resource, rows)}) ORDER BY _row").fetchone()
    assert raw is not None
    assert '"操作":"新增","序号":"1"' in raw[0]


def test_defects_keep_their_own_text(tmp_path: Path) -> None:
    """A defective record has no values; what was delivered is its raw text."""
    resource = person()
    records: list[dict[str, Any]] = [{"_defect": "field_count", "_raw": "a,b"}, {"children": "1"}]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        found = con.sql("SELECT _row, _defect, _raw, children FROM feed ORDER BY _row").fetchall()
        kept = con.sql(
            f"SELECT raw FROM ({delivered_sql(resource, rows)}) ORDER BY _row"
        ).fetchall()
    assert found == [(1, "field_count", "a,b", None), (2, None, None, 1)]
    assert kept[0] == ("a,b",)


def test_schemas_agree(tmp_path: Path) -> None:
    """The declared types are those of the feed, in SQL and in Arrow."""
    resource = person()
    catalog = catalog_of(resource)
    rows = rows_file(tmp_path / "rows.parquet", resource, [{}])
    types = typed_schema(catalog, resource)
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW feed AS {feed_sql(catalog, resource, rows)}")
        described = {n: kind for n, kind, *_ in con.sql("DESCRIBE feed").fetchall()}
        arrow = con.sql(f"SELECT {', '.join(types)} FROM feed").to_arrow_table().schema
    assert {name: described[name] for name in types} == types
    assert list(types) == [item.code for item in resource.items]
    assert arrow == arrow_schema(catalog, resource, types)


def test_columns_declared_after_landing_are_null(tmp_path: Path) -> None:
    """What was landed before the catalogue gained a column is typed without it, bundled or not."""
    resource = person()
    columns = dict(list(resource.feed.columns.items())[:2])
    earlier = rows_file(tmp_path / "a.parquet", fed(resource, columns=columns), [{}, {}])
    later = rows_file(tmp_path / "b.parquet", resource, [{}])
    with duckdb.connect() as con:
        for rows in ([earlier], [earlier, later]):
            typed_rows(con, catalog_of(resource), resource, Landed(rows))
            assert con.sql("SELECT count(*) FROM feed").fetchone() == (len(rows) + 1,)
            raws = con.sql(f"SELECT raw FROM ({delivered_sql(resource, rows)})").fetchall()
            assert len(raws) == len(rows) + 1


@pytest.mark.parametrize("filed", [False, True], ids=["table", "files"])
def test_wide_records_are_typed_within_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filed: bool
) -> None:
    """A refused delivery has each record twice, as fields and as it came: some at a time fit."""
    monkeypatch.setattr("landing.landed_file.VECTOR_BYTES", 1 << 20)
    resource, width, count = person(), 12_000, 3_000
    columns = feed_columns(resource.feed)
    chance = random.Random(1)

    def batches() -> Iterator[pa.Table]:
        for first in range(0, count, 50):
            texts = [chance.randbytes(width // 2).hex() for _ in range(50)]
            records = [
                {"_row": row, "_raw": text, "name": text}
                for row, text in enumerate(texts, start=first + 1)
            ]
            yield pa.Table.from_pylist(records, schema=landed_schema(columns))

    write_rows(batches(), columns, tmp_path / "rows.parquet")
    (tmp_path / "typed").mkdir()
    with open_workbench(tmp_path, Limits("64MB")) as con:
        landed = Landed(tmp_path / "rows.parquet")
        target = Target(tmp_path / "typed") if filed else None
        typed = typed_rows(con, catalog_of(resource), resource, landed, target=target)
        assert con.sql(f"SELECT count(name) FROM {typed.feed.sql}").fetchone() == (count,)
