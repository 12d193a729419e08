"""Behaviour of the analysts' file: what it shows, when it is built, how it is replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from catalog_specs.loader import load
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.families import FAMILIES
from catalog_specs.rules.refusals import DeliveryRefusal
from outlets.views.city_file import build_city_views
from register.approvals import HELD, Held
from register.records import Verdict, VerdictKind
from register.verdicts import VERDICTS
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema, authoritative_shape
from storage.layout import Layout
from tests.city import NOW, PERSON, REGION, STAFF
from tests.city.declared import write_catalog
from tests.city.records import person_id
from tests.city.registers import delivery, verdict_on
from tests.city.resources import catalog_of, firm, person, resource, staff, visit
from tests.city.tables import apply, bench, someone


def ask(layout: Layout, sql: str) -> list[tuple[Any, ...]]:
    """Ask the file as an analyst's plain DuckDB would: read-only and without extensions."""
    config = dict.fromkeys(("autoinstall_known_extensions", "autoload_known_extensions"), "false")
    with duckdb.connect(layout.city_views, read_only=True, config={**config}) as con:
        return con.execute(sql).fetchall()


def test_every_resource_has_a_commented_view(tmp_path: Path) -> None:
    """A view per resource, also before its first delivery, with names and comments in Chinese."""
    layout, catalog = Layout(tmp_path / "家 1"), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(4)])
    built = build_city_views(layout, catalog, NOW)
    assert (built.built, built.path) == (True, layout.city_views)
    assert ask(layout, "SELECT count(*), max(seen_at)::VARCHAR FROM civil_affairs.person") == [
        (4, "2024-01-01 23:30:00.123456")
    ]
    assert ask(layout, "SELECT uscc, capital FROM data_office.firm") == []
    comments = ask(
        layout,
        "SELECT comment FROM duckdb_views() WHERE schema_name = 'civil_affairs' ORDER BY view_name",
    )
    assert comments[0] == ("person信息（民政局）：person的说明",)
    assert ask(
        layout,
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'person' "
        "AND column_name = 'income'",
    ) == [("登记收入",)]


def test_the_codes_of_the_ledgers_are_explained_beside_them(tmp_path: Path) -> None:
    """`quality.codes` holds every code with its words, what to do, and the clause where one is."""
    layout = Layout(tmp_path)
    build_city_views(layout, catalog_of(), NOW)
    found = ask(layout, "SELECT code, meaning, meaning_en, remedy, clause FROM quality.codes")
    assert len(found) == sum(len(family.codes) for family in FAMILIES)
    told = {code: rest for code, *rest in found}
    marked = DeliveryRefusal.MARKED
    words = [marked.label, marked.english, marked.remedy_zh, "一(二)"]
    assert (told["GATE-106"], told["RUN-003"][-1]) == (words, None)
    assert told["record:quoting"][0] == DefectCode.QUOTING.label


def test_a_subject_view_joins_what_is_known_of_one_subject(tmp_path: Path) -> None:
    """Every key once, every owner's facts beside it, no two columns of one name."""
    layout = Layout(tmp_path)
    other = resource("data_office/licence", "snapshot", ["resident_id"], ["resident_id", "post"])
    catalog = catalog_of(person(), visit(), firm(), staff(), other)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1), someone(2)])
        posts = [{"resident_id": person_id(n), "post": "岗"} for n in (2, 3)]
        apply(con, layout, catalog, delivery(STAFF, 1), posts)
    build_city_views(layout, catalog, NOW)
    found = ask(
        layout,
        'SELECT resident_id, name, staff_post, post FROM subjects."人口" ORDER BY resident_id',
    )
    assert found == [
        (person_id(1), someone(1)["name"], None, None),
        (person_id(2), someone(2)["name"], "岗", None),
        (person_id(3), None, "岗", None),
    ]
    columns = [row[0] for row in ask(layout, 'SELECT column_name FROM (DESCRIBE subjects."人口")')]
    assert len(columns) == len(set(columns))
    assert not {"visit_no", "_delivery", "_row"} & set(columns)
    assert ask(layout, 'SELECT count(*) FROM subjects."法人"') == [(0,)]


def test_codes_stand_beside_their_meanings_and_tables_beside_their_age(tmp_path: Path) -> None:
    """Code lists are tables, a subject view says what a code means, and every table has its age."""
    layout, catalog = Layout(tmp_path), load(write_catalog(tmp_path))
    row = {"resident_id": "350502199001010014", "sex": "1"}
    shape = authoritative_shape(catalog, catalog.resource(PERSON))
    table = pa.Table.from_pylist(
        [{name: row.get(name) for name in shape.names}], schema=arrow_schema(shape.columns)
    )
    append(layout.authoritative(PERSON), table, Commit("t", 1), shape)
    build_city_views(layout, catalog, NOW)
    assert ask(layout, "FROM codes.sex ORDER BY code")[:2] == [("1", "男性"), ("2", "女性")]
    assert ask(layout, 'SELECT sex, sex_label FROM subjects."人口"') == [("1", "男性")]
    fresh = dict(ask(layout, "SELECT resource, rows FROM quality.freshness"))
    assert fresh[PERSON] == 1
    assert fresh[REGION] == 0
    assert ask(
        layout,
        "SELECT count(*) FROM quality.freshness WHERE as_of > TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    ) == [(1,)]
    assert ask(layout, "SELECT count(*) FROM duckdb_columns() WHERE column_name = 'as_of'") == [
        (1,)
    ]


def test_quality_shows_counts_and_never_raw_records(tmp_path: Path) -> None:
    """Verdicts and counts of what was quarantined are there; the records' text is not."""
    layout, catalog = Layout(tmp_path), catalog_of()
    columns = (
        Column("delivery", "VARCHAR"),
        Column("row", "BIGINT"),
        Column("rules", "VARCHAR[]"),
        Column("raw", "VARCHAR"),
    )
    kept = {
        "delivery": ["d1", "d1"],
        "row": [1, 2],
        "rules": [["a:x", "b:y"], ["a:x"]],
        "raw": ["秘密原文", "秘密原文"],
    }
    append(
        layout.quarantine(PERSON),
        pa.table(kept, schema=arrow_schema(columns)),
        Commit("d1", 1),
        Shape("隔离", "", columns),
    )
    VERDICTS.record(
        layout,
        [Verdict(PERSON, "d1", 1, VerdictKind.PASSED, 5, 3, 2, ("a:x",), "", "")],
    )
    build_city_views(layout, catalog, NOW)
    assert ask(layout, "FROM quality.quarantine_counts ORDER BY rule") == [
        (PERSON, "d1", "a:x", 2),
        (PERSON, "d1", "b:y", 1),
    ]
    assert ask(layout, "SELECT kind, reasons FROM quality.verdicts") == [("passed", ["a:x"])]
    assert ask(layout, "SELECT count(*) FROM quality.deliveries") == [(0,)]
    assert ask(layout, "SELECT count(*) FROM quality.reconciliation") == [(0,)]
    assert ask(layout, "SELECT count(*) FROM quality.undeclared") == [(0,)]
    assert "秘密原文".encode() not in layout.city_views.read_bytes()
    assert b"quarantine/civil" not in layout.city_views.read_bytes()


def test_what_a_killed_run_left_goes_even_when_nothing_is_built(tmp_path: Path) -> None:
    """It may have died after the new file was in place, so that nothing is left to build."""
    layout, catalog = Layout(tmp_path), catalog_of()
    assert build_city_views(layout, catalog, NOW).built
    (layout.city_views.parent / f".{layout.city_views.name}.0123.building").mkdir()
    assert not build_city_views(layout, catalog, NOW).built
    assert [path.name for path in layout.city_views.parent.iterdir()] == [layout.city_views.name]


def test_the_file_is_built_only_when_something_changed(tmp_path: Path) -> None:
    """A table's new version or another catalogue builds it anew; time alone does not."""
    layout, catalog = Layout(tmp_path), catalog_of()
    assert build_city_views(layout, catalog, NOW).built
    assert not build_city_views(layout, catalog, NOW + timedelta(days=1)).built
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
    assert build_city_views(layout, catalog, NOW).built
    assert not build_city_views(layout, catalog, NOW).built
    assert build_city_views(layout, replace(catalog, digest="1" * 64), NOW).built
    layout.city_views.write_bytes(b"no database")
    assert build_city_views(layout, catalog, NOW).built
    assert [path.name for path in layout.city_views.parent.iterdir()] == ["city.duckdb"]


def test_a_file_that_lost_something_is_built_again(tmp_path: Path) -> None:
    """A file with the right digest that lacks a view or a row is not taken for the right one."""
    layout, catalog = Layout(tmp_path), catalog_of()
    for damage in (
        "DROP VIEW civil_affairs.person",
        "DELETE FROM _meta.built",
        "DROP TABLE _meta.contents",
    ):
        assert build_city_views(layout, catalog, NOW).built
        with duckdb.connect(layout.city_views) as con:
            con.execute(damage)
    assert build_city_views(layout, catalog, NOW).built
    assert not build_city_views(layout, catalog, NOW).built
    assert ask(layout, "SELECT count(*) FROM civil_affairs.person") == [(0,)]


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    """Replacing the file does not disturb whoever has the old one open."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        build_city_views(layout, catalog, NOW)
        with duckdb.connect(layout.city_views, read_only=True) as reader:
            apply(con, layout, catalog, delivery(PERSON, 2), [someone(1), someone(2)])
            assert reader.execute("SELECT count(*) FROM civil_affairs.person").fetchall() == [(1,)]
            shown = layout.city_views.read_bytes()
        build_city_views(layout, catalog, NOW)
    assert layout.city_views.read_bytes() != shown
    assert ask(layout, "SELECT count(*) FROM civil_affairs.person") == [(2,)]


def test_a_catalogue_ahead_of_the_table_shows_nulls(tmp_path: Path) -> None:
    """A column the catalogue has gained is null until the table has it."""
    layout = Layout(tmp_path)
    with bench(tmp_path) as con:
        apply(con, layout, catalog_of(), delivery(PERSON, 1), [someone(1)])
    build_city_views(layout, catalog_of(person(more=["outcome"])), NOW)
    assert ask(layout, "SELECT outcome FROM civil_affairs.person") == [(None,)]


def test_what_waits_is_told_with_its_reason(tmp_path: Path) -> None:
    """A delivery shows from its landing till it is over; who is held, and who is behind it."""
    layout, catalog = Layout(tmp_path), catalog_of()
    made = [delivery(PERSON, n, 3) for n in (1, 2, 3)]
    for one in made:
        layout.delivery(one.resource, one.delivery).mkdir(parents=True)
    build_city_views(layout, catalog, NOW)
    shown = "SELECT sequence, state, behind, deleted FROM quality.waiting ORDER BY sequence"
    assert ask(layout, shown) == [(n, "landed", None, None) for n in (1, 2, 3)]

    VERDICTS.record(layout, [verdict_on(one, VerdictKind.PASSED) for one in made[1:]])
    VERDICTS.record(layout, [verdict_on(made[0], VerdictKind.REJECTED)])
    at = NOW.isoformat()
    HELD.record(layout, (Held(PERSON, made[1].delivery, 2, 9, 10, None, at),))
    HELD.record(layout, (Held(PERSON, made[2].delivery, 3, 0, 10, made[1].delivery, at),))
    assert build_city_views(layout, catalog, NOW).built
    assert ask(layout, shown) == [
        (2, "held", None, 9),
        (3, "behind", made[1].delivery, None),
    ]
    assert not build_city_views(layout, catalog, NOW).built
