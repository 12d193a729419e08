"""Quarantine rows say where each record lies, in tables of every age."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from quality.gate.gate import open_gate
from quality.quarantine.table import quarantine_shape
from register.bundles import Bundle
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Shape, arrow_schema
from storage.delta.tables import scan_sql, snapshot
from storage.engines.workbench import Limits, open_workbench
from storage.layout import Layout
from tests.city import NIGHT, PERSON
from tests.city.deliveries import landed
from tests.city.records import csv_of, good_people
from tests.city.resources import catalog_of, person
from tests.city.tables import fill_regions

ADDED = ("line", "member", "origin_delivery", "origin_row")


def test_a_quarantined_record_has_its_line(tmp_path: Path) -> None:
    """The line is where the record begins, whatever line ends the records before it hold."""
    layout, catalog = Layout(tmp_path), catalog_of(person())
    fill_regions(layout, catalog, "350502")
    text = csv_of(
        person(), good_people({"name": "两\n行"}, {"sex": "8"}, {"name": "三\n\n行"}, {"sex": "7"})
    )
    delivery = landed(layout, catalog, PERSON, text)

    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))

    with open_workbench(layout.work) as con:
        rows = con.sql(
            'SELECT "row", line, member, origin_delivery, raw FROM '
            f"{scan_sql(layout.quarantine('civil_affairs/person'))} ORDER BY 1"
        ).fetchall()
    lines = text.split("\n")
    assert [row[0] for row in rows] == [2, 4]
    assert [lines[row[1] - 1].split(",")[1] in row[4] for row in rows] == [True, True]
    assert {row[2:4] for row in rows} == {(None, None)}


def test_a_table_of_an_earlier_release_gains_the_new_columns(tmp_path: Path) -> None:
    """Its rows stay, the new columns null; the rows that come are whole."""
    layout, catalog = Layout(tmp_path), catalog_of(person())
    fill_regions(layout, catalog, "350502")
    shape = quarantine_shape(catalog, person())
    old = Shape(shape.name, "", tuple(c for c in shape.columns if c.name not in ADDED))
    before = {"delivery": "000000-old", "row": 1, "file": "old.csv", "rules": ["a:b"], "raw": "{}"}
    table = pa.Table.from_pylist([before], schema=arrow_schema(old.columns))
    append(layout.quarantine(PERSON), table, Commit("old", 1), old)

    text = csv_of(person(), good_people({"sex": "8"}))
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))

    found = snapshot(layout.quarantine(PERSON))
    assert found
    assert {column.name for column in found.columns} == set(shape.names)
    with open_workbench(layout.work) as con:
        rows = con.sql(f"SELECT delivery, line FROM {found.scan_sql()} ORDER BY 1").fetchall()
    assert rows == [("000000-old", None), (delivery.delivery, 2)]


@pytest.mark.thorough
def test_memory_follows_bytes_where_all_is_quarantined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery many times what the engine may hold is quarantined whole, each record once."""
    monkeypatch.setattr("register.bundles.STRETCH_BYTES", 4 << 20)
    layout, catalog, rows = Layout(tmp_path), catalog_of(person()), 40_000
    fill_regions(layout, catalog, "350502")
    wide = good_people({"name": "x" * 3_000, "children": "many", "sex": "8"}) * rows
    delivery = landed(layout, catalog, PERSON, csv_of(person(), wide))

    with open_gate(layout, catalog, Limits("96MB", 1), NIGHT) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
        (again,) = gate.judge(Bundle((delivery,)))

    assert (verdict.quarantined, again.quarantined) == (rows, rows)
    found = snapshot(layout.quarantine(PERSON))
    assert found is not None
    assert found.rows() == rows
    stretches = Bundle((delivery,)).stretches(layout)
    assert len(stretches) > 20
    assert [end for _, end in stretches[:-1]] == [first for first, _ in stretches[1:]]
