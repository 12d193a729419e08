"""Table shapes: columns in DuckDB's words and in Delta's, there and back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from storage.delta.table_shape import (
    Column,
    Shape,
    arrow_schema,
    authoritative_shape,
    column_type,
    columns_of,
    delta_schema,
    empty_select,
)
from tests.city.resources import catalog_of, element, person, visit

TYPES = (
    "VARCHAR", "BIGINT", "DATE", "TIMESTAMP", "BOOLEAN", "DECIMAL(18,4)", "VARCHAR[]", "BIGINT[]",
)  # fmt: skip
COLUMNS = tuple(
    Column(f"c{place}", kind, f"第{place}列", key=place == 0) for place, kind in enumerate(TYPES)
)
BROUGHT_BY = (Column("_delivery", "VARCHAR"), Column("_row", "BIGINT"))


def test_columns_come_back_from_a_stored_schema() -> None:
    """Name, type, comment and whether it is part of the key survive Delta."""
    assert columns_of(delta_schema(COLUMNS)) == COLUMNS


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.type)
def test_no_rows_have_the_declared_type(column: Column) -> None:
    """What stands for a table that is not there yet has its columns, and no row."""
    found = duckdb.sql(f"FROM {empty_select([column])}")

    assert (found.columns, found.types) == ([column.name], [column.type])
    assert found.fetchall() == []


def test_a_moment_has_no_zone() -> None:
    """The local time that was delivered is stored, which no reader shifts."""
    assert arrow_schema([Column("at", "TIMESTAMP")]).field("at").type.tz is None


def test_an_authoritative_table_holds_what_its_resource_owns() -> None:
    """The key first, then owned items, then the lineage; what is only referred to is left out."""
    catalog = catalog_of()

    shape = authoritative_shape(catalog, visit())

    assert shape.names == ("resident_id", "visit_no", "visit_day", "outcome", "_delivery", "_row")
    assert [c.name for c in shape.columns if c.key] == ["resident_id", "visit_no", "visit_day"]
    assert authoritative_shape(catalog, person()).names[0] == "resident_id"


def test_a_decimal_has_the_scale_of_its_element() -> None:
    """Two digits where none is declared."""
    plain = element("income")

    assert column_type(plain) == "DECIMAL(18,2)"
    assert column_type(plain.model_copy(update={"scale": 0})) == "DECIMAL(18,0)"
    assert column_type(element("seen_at")) == "TIMESTAMP"


def test_a_log_is_kept_as_long_as_declared(tmp_path: Path) -> None:
    """Change data are on; without days of its own a table keeps Delta's."""
    kept = Shape("表", "说明", COLUMNS, log_days=9).configuration
    DeltaTable.create(tmp_path / "t", delta_schema(COLUMNS), configuration=dict(kept))

    stored = DeltaTable(tmp_path / "t").metadata().configuration
    assert stored["delta.logRetentionDuration"] == "interval 9 days"
    assert stored["delta.enableChangeDataFeed"] == "true"
    assert "delta.logRetentionDuration" not in Shape("表", "说明", COLUMNS).configuration


def test_a_hash_is_of_what_the_key_names() -> None:
    """Of no key and no lineage, of nulls as well, and the same whatever type a value came in."""
    shape = Shape("t", "", (Column("k", "VARCHAR", key=True), Column("v", "BIGINT"), *BROUGHT_BY))

    def hashed(row: str) -> object:
        return duckdb.sql(f"SELECT {shape.hash_sql} FROM ({row})").fetchall()

    same = hashed("SELECT 'a' AS k, 7 AS v, 'd' AS _delivery, 1 AS _row")
    assert hashed("SELECT 'b' AS k, '7' AS v, 'e' AS _delivery, 2 AS _row") == same
    assert hashed("SELECT 'a' AS k, NULL AS v, 'd' AS _delivery, 1 AS _row") != same
    assert [one.name for one in shape.values] == ["v"]
    assert hashed("SELECT 'a' AS k, 8 AS v, 'd' AS _delivery, 1 AS _row") != same
    alone = Shape("t", "", (Column("k", "VARCHAR", key=True),))
    assert duckdb.sql(f"SELECT {alone.hash_sql} FROM range(2)").fetchall() == [(0,), (0,)]
