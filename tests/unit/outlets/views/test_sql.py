"""The SQL of the analysts' views, each asked over a few rows and over none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from catalog_specs.catalog import Catalog
from outlets.views.lookups import code_tables
from outlets.views.sql import (
    Commented,
    quarantine_counts,
    resource_view,
    subject_views,
)
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import Snapshot, snapshot
from storage.layout import Layout
from tests.city import PERSON, REGION, VISIT
from tests.city.declared import change, compiled
from tests.city.records import person_id
from tests.city.tables import fill, someone

PERSON_FILE, SUBJECTS = f"resources/{PERSON}.yaml", "subjects.yaml"
EVIL = """a"b'c; DROP TABLE x --"""


def made(*views: Commented) -> duckdb.DuckDBPyConnection:
    """Make views and tables as the analysts' file does."""
    con = duckdb.connect()
    for view in views:
        for statement in view.statements():
            con.execute(statement)
    return con


def rows(view: Commented) -> list[tuple[Any, ...]]:
    """Return what a view yields; its columns are those it says it has, with their types."""
    with made(view) as con:
        found = con.sql(f'FROM "{view.schema}"."{view.name}"')
        assert found.columns == [column.name for column in view.columns]
        return sorted(found.fetchall(), key=str)


def table(layout: Layout, ref: str) -> Snapshot:
    """Return a stored table."""
    found = snapshot(layout.authoritative(ref))
    assert found
    return found


def subject(catalog: Catalog, layout: Layout | None = None, refs: Sequence[str] = ()) -> Commented:
    """Return the view of persons over some stored tables."""
    tables = {ref: table(layout, ref) for ref in refs} if layout else {}
    [view] = subject_views(catalog, tables)
    return view


def test_names_and_comments_are_text() -> None:
    """Whatever stands in them: nothing of a name is ever run."""
    view = Commented(EVIL, EVIL, "SELECT 1 AS n", EVIL, (Column("n", "INTEGER", EVIL),))

    with made(view) as con:
        assert con.execute("SELECT comment FROM duckdb_views() WHERE NOT internal").fetchall() == [
            (EVIL,)
        ]
        [(shown,)] = con.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'n'"
        ).fetchall()
    assert shown == EVIL


def test_a_stored_one_is_a_table_and_a_column_without_words_has_no_comment() -> None:
    """A view otherwise; the schema is made where it is not there yet."""
    columns = (Column("n", "INTEGER"),)
    said = [*Commented("s", "t", "SELECT 1 AS n", "说明", columns, stored=True).statements()]

    assert len(said) == 3
    assert said[0] == 'CREATE SCHEMA IF NOT EXISTS "s"'
    assert said[1].startswith('CREATE TABLE "s"."t" AS ')
    assert said[2] == """COMMENT ON TABLE "s"."t" IS '说明'"""


def test_a_resource_has_a_view_before_its_first_delivery(tmp_path: Path) -> None:
    """Empty, with its columns; then with its rows. A warning begins its comment."""
    layout, catalog = Layout(tmp_path), compiled()
    region = catalog.resource(REGION)
    assert rows(resource_view(catalog, region, {})) == []

    fill(layout, catalog, REGION, [{"code": "350502", "name": "鲤城区"}])
    view = resource_view(catalog, region, {REGION: table(layout, REGION)}, "【外部写入】")

    assert [row[:2] for row in rows(view)] == [("350502", "鲤城区")]
    assert (view.schema, view.name) == ("civil_affairs", "region")
    assert view.comment == "【外部写入】行政区划信息（民政局）：全市县级以上行政区划的代码与名称。"


def test_a_subject_view_holds_every_key_of_exactly_its_subject(tmp_path: Path) -> None:
    """A resource with a longer key takes no part; key and lineage stand once or not at all."""
    layout, catalog = Layout(tmp_path), compiled()
    fill(layout, catalog, PERSON, [someone(1), someone(2)])
    fill(layout, catalog, VISIT, [{"resident_id": "9", "visit_no": "1"}])
    view = subject(catalog, layout, (PERSON, VISIT))

    assert (view.schema, view.name) == ("subjects", "人口")
    names = [column.name for column in view.columns]
    assert names[:3] == ["resident_id", "name", "sex"]
    assert not {"visit_no", "_delivery", "_row"} & {*names}
    with made(*code_tables(catalog), view) as con:
        found = con.execute('SELECT resident_id, name FROM subjects."人口" ORDER BY ALL').fetchall()
    assert found == [(person_id(n), f"张某{n:06}") for n in (1, 2)]


def test_a_code_stands_beside_its_meaning(tmp_path: Path) -> None:
    """Null where the list does not have it; and no second column where the name is taken."""
    layout, catalog = Layout(tmp_path), compiled()
    fill(layout, catalog, PERSON, [someone(1, sex="1"), someone(2, sex="9")])
    view = subject(catalog, layout, (PERSON,))
    with made(*code_tables(catalog), view) as con:
        found = con.execute('SELECT sex, sex_label FROM subjects."人口" ORDER BY ALL').fetchall()
    assert found == [("1", "男性"), ("9", None)]

    taken = compiled(**{PERSON_FILE: change(items__1__code="sex_label")})
    names = [column.name for column in subject(taken).columns]
    assert names.count("sex_label") == 1


OTHER = {
    "code": "145-350500-0009",
    "resource": "file",
    "name": "人事信息",
    "provider": "data_office",
    "summary": "人事档案。",
    "subject": "natural_person",
    "key": ["id_no"],
    "update_cycle": "daily",
    "published_on": "2024-01-02",
    "share": {"type": "unconditional", "methods": ["query"]},
    "aggregation": {"mode": "realtime"},
    "feed": {"kind": "snapshot", "format": "csv", "columns": {"证件号": "id_no", "收入": "income"}},
    "items": [
        {"code": "id_no", "element": "resident_id", "source": f"{PERSON}.resident_id"},
        {"code": "income", "element": "visit_count"},
    ],
}


def test_two_owners_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """By the resource's name; the source of the key comes first, and the keys of all are there."""
    layout = Layout(tmp_path)
    catalog = compiled(**{"resources/data_office/file.yaml": OTHER})
    fill(layout, catalog, PERSON, [someone(1, income=None)])
    fill(
        layout,
        catalog,
        "data_office/file",
        [{"id_no": person_id(n), "income": n} for n in (1, 7)],
    )
    view = subject(catalog, layout, (PERSON, "data_office/file"))

    assert "人口基本信息、人事信息" in view.comment
    with made(*code_tables(catalog), view) as con:
        found = con.execute(
            'SELECT resident_id, name, file_income FROM subjects."人口" ORDER BY ALL'
        ).fetchall()
    assert found == [(person_id(1), "张某000001", 1), (person_id(7), None, 7)]
    [told] = [column.comment for column in view.columns if column.name == "file_income"]
    assert told.endswith("（数字办·人事信息）")


def test_a_view_that_would_lack_rows_is_left_out() -> None:
    """Where a table of it is broken; a warning about a member begins the view's comment."""
    catalog = compiled()

    assert subject_views(catalog, {}, broken={PERSON}) == ()
    [view] = subject_views(
        catalog, {}, broken={REGION}, warnings={PERSON: "【待调整】", VISIT: "无"}
    )
    assert view.comment.startswith("【待调整】自然人的主体视图")


def test_a_subject_without_a_view_or_a_resource_has_none() -> None:
    """Nothing is shown of what nobody provides."""
    assert subject_views(compiled(**{SUBJECTS: change(**{"1__view": ...})}), {}) == ()
    assert subject_views(compiled(**{PERSON_FILE: None}), {}) == ()


def test_quarantined_records_are_counted_by_rule(tmp_path: Path) -> None:
    """One that several rules quarantine counts with each; its text does not travel."""
    layout = Layout(tmp_path)
    columns = (
        Column("delivery", "VARCHAR"), Column("rules", "VARCHAR[]"), Column("raw", "VARCHAR"),
    )  # fmt: skip
    kept = {
        "delivery": ["d1", "d1", "d2"],
        "rules": [["a:x", "b:y"], ["a:x"], ["a:x"]],
        "raw": ["秘密"] * 3,
    }
    stored = pa.table(kept, schema=arrow_schema(columns))
    append(layout.quarantine(PERSON), stored, Commit("d1", 1), Shape("隔离", "", columns))
    found = snapshot(layout.quarantine(PERSON))
    assert found

    view = quarantine_counts({PERSON: found})

    assert view.stored
    assert rows(view) == [
        (PERSON, "d1", "a:x", 2), (PERSON, "d1", "b:y", 1), (PERSON, "d2", "a:x", 1),
    ]  # fmt: skip
    assert rows(quarantine_counts({})) == []
