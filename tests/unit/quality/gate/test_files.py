"""Typed files: where the first load of a table lies, so that it need not be written twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.catalog import Catalog
from quality.accepted import Judged
from quality.gate.gate import open_gate
from register.bundles import Bundle
from register.outcomes import Promotion
from register.records import Delivery
from storage.delta.table_shape import authoritative_shape
from storage.delta.tables import live_files, snapshot
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import NIGHT, PERSON, REGION
from tests.city.deliveries import landed
from tests.city.records import csv_of, good_people
from tests.city.resources import catalog_of, firm, person
from tests.city.tables import fill_regions


def delivered(layout: Layout, catalog: Catalog, *changes: dict[str, str | None]) -> Delivery:
    """Land people of whom each is changed as given."""
    if not (layout.authoritative(REGION) / "_delta_log").exists():
        fill_regions(layout, catalog, "350502")
    return landed(layout, catalog, PERSON, csv_of(catalog.resource(PERSON), good_people(*changes)))


def taken(layout: Layout, catalog: Catalog, delivery: Delivery) -> tuple[Judged, Promotion]:
    """Judge and promote one delivery."""
    bundle = Bundle((delivery,))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(bundle)
        judged = gate.judged(bundle)
        kept = judged.quarantined if judged.kept else None
        candidate = Candidate(bundle, judged.accepted, kept, files=judged.files)
        (done,) = promote(layout, catalog, candidate, Origin("tests", NIGHT))
    return judged, done


def test_a_clean_first_load_is_committed_as_it_was_typed(layout: Layout) -> None:
    """No row is written again; every reader of the table sees its columns and no others."""
    catalog = catalog_of(person())
    delivery = delivered(layout, catalog, {}, {"sex": None}, {})
    judged, done = taken(layout, catalog, delivery)
    assert (done.inserted, done.unchanged) == (3, 0)
    (file,) = live_files(layout.authoritative(PERSON))
    assert Path(file).stat().st_size == judged.files[0].bytes
    assert {"_flags_0", "_raw"} <= {*pq.read_schema(file).names}
    shape = authoritative_shape(catalog, catalog.resource(PERSON))
    table = DeltaTable(str(layout.authoritative(PERSON)))
    assert table.to_pyarrow_table().column_names == [*shape.names]
    assert pl.read_delta(str(layout.authoritative(PERSON))).columns == [*shape.names]
    found = snapshot(layout.authoritative(PERSON))
    assert found
    with open_workbench(layout.work) as con:
        rows = con.sql(f"FROM {found.scan_sql()} ORDER BY _row")
        assert rows.columns == [*shape.names]
        assert rows.project("sex, _delivery, _row").fetchall() == [
            (sex, delivery.delivery, number) for number, sex in enumerate(("1", None, "1"), start=1)
        ]


def test_what_follows_a_first_load_sees_no_difference(layout: Layout) -> None:
    """A second delivery is compared and merged with such a table as with any other."""
    catalog = catalog_of(person())
    taken(layout, catalog, delivered(layout, catalog, *({} for _ in range(30))))
    changes = [{"sex": "2"}, *({} for _ in range(28))]
    judged, done = taken(layout, catalog, delivered(layout, catalog, *changes))
    assert judged.files == ()
    assert (done.inserted, done.updated, done.deleted, done.unchanged) == (0, 1, 1, 28)
    table = DeltaTable(str(layout.authoritative(PERSON)))
    kinds = table.load_cdf(1).read_all().column("_change_type").to_pylist()
    assert sorted(kinds) == ["delete", "update_postimage", "update_preimage"]


@pytest.mark.parametrize(
    ("changes", "inserted"),
    [
        pytest.param([{}, {"sex": "7"}], 1, id="a row is quarantined"),
        pytest.param([{}, {"resident_id": None}], 1, id="a key is missing"),
        pytest.param([{}, {"resident_id": "same"}, {"resident_id": "same"}], 2, id="twice"),
    ],
)
def test_other_first_loads_are_written_without_what_does_not_count(
    layout: Layout, changes: list[dict[str, str | None]], inserted: int
) -> None:
    """A quarantined record, and the first of two that say the same, are in no file of the table."""
    catalog = catalog_of(person())
    same = good_people({}, {}, {})[2]["resident_id"]
    given = [c | {"resident_id": same} if c.get("resident_id") == "same" else c for c in changes]
    _, done = taken(layout, catalog, delivered(layout, catalog, *given))
    assert done.inserted == inserted
    (file,) = live_files(layout.authoritative(PERSON))
    shape = authoritative_shape(catalog, catalog.resource(PERSON))
    assert pq.read_schema(file).names == [*shape.names]
    assert pq.read_metadata(file).num_rows == inserted


def test_a_change_feed_is_never_committed_as_it_lies(layout: Layout) -> None:
    """Its deletions are no rows of the table."""
    made = firm()
    catalog = catalog_of(made)
    rows = [{"_op": "I", "_seq": "1", "uscc": "91350100M000100Y43", "firm_name": "甲"}]
    delivery = landed(layout, catalog, made.ref, csv_of(made, rows))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))
        assert gate.judged(Bundle((delivery,))).files == ()
