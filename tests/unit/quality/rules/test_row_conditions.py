"""Row conditions as Great Expectations takes them, against how grants and open sets filter."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from catalog_specs.models.condition import Condition
from governance.row_filters import render_filter
from quality.engine import load_vendor, open_engine
from quality.gate.conditions import rendered
from quality.rules.row_conditions import about, filter_sql
from storage.engines.connection import in_memory
from tests.city.resources import catalog_of, element, firm, person
from values.shapes import arrow_schema

VARIANTS, ROWS = 1_000, 60
VALUES: dict[str, tuple[Any, ...]] = {
    "name": ("张三", "张", "李四", "O'Neil", "", "\ud7ff", "\ue000", "\U0010ffff", "\U0010ffffa"),
    "birth_date": (date(1949, 12, 31), date(2026, 3, 3), date(2026, 3, 4)),
    "income": (Decimal("0.09"), Decimal("0.10"), Decimal(1), Decimal("1000.01")),
    "seen_at": (datetime(2026, 3, 3), datetime(2026, 3, 3, 23, 59, 59)),  # noqa: DTZ001 - wall clock
    "resident": (True, False),
    "children": (-1, 0, 3, 10),
}
ORDERED = ("lt", "le", "gt", "ge")


def some_condition(chance: random.Random) -> Condition:
    """Return a condition that the laws allow."""
    item = chance.choice([*VALUES])
    ops = ["eq", "ne", "in", "is_null", "not_null"]
    ops += ["starts_with"] if item == "name" else []
    ops += ORDERED if item != "resident" else ()
    op = chance.choice(ops)
    if op in {"is_null", "not_null"}:
        return Condition.model_validate({"item": item, "op": op})
    written = [str(v) if isinstance(v, Decimal | datetime) else v for v in VALUES[item]]
    value = chance.sample(written, 2) if op == "in" else chance.choice(written)
    return Condition.model_validate({"item": item, "op": op, "value": value})


def test_a_condition_means_what_it_means_in_a_grant() -> None:
    """Of 1,000 lists of conditions each chooses the rows that the filter of a grant chooses."""
    load_vendor()  # as the product imports it, without what warns of its own
    from great_expectations.expectations.row_conditions import deserialize_row_condition

    chance = random.Random(7)
    made = person()
    catalog = catalog_of(made)
    types = {item.code: element(item.element).type for item in made.items}
    columns = {
        item: [chance.choice([*values, None]) for _ in range(ROWS)]
        for item, values in VALUES.items()
    }
    rows = (
        pl.from_dict(columns).select(pl.all()).to_arrow().cast(arrow_schema(catalog, made, VALUES))
    )
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    with in_memory() as con:
        con.register("given", rows)
        con.execute("CREATE TABLE feed AS SELECT *, NULL::VARCHAR AS _defect FROM given")
        engine = open_engine(con)
        seen = 0
        for _ in range(VARIANTS):
            where = [some_condition(chance) for _ in range(chance.randint(1, 3))]
            part = about(made, types, where, only_key=False)
            clause = engine.condition_to_filter_clause(deserialize_row_condition(part))
            found = con.execute(f"SELECT count(*) FROM feed WHERE {rendered(clause)}").fetchone()
            wanted = frame.filter(render_filter(catalog, made, where)).height
            assert found == (wanted,), where
            of_stored = f"SELECT count(*) FROM feed WHERE {filter_sql(types, where)}"
            assert con.execute(of_stored).fetchone() == (wanted,), where
            seen += bool(wanted)
        engine.close()
    assert seen > VARIANTS / 4


def test_deletions_and_records_with_a_defect_are_left_out() -> None:
    """A deletion holds its key alone, so only a rule about the key sees it."""
    whole = about(firm(), {}, (), only_key=False)["conditions"]
    assert [part["column"]["name"] for part in whole] == ["_defect", "_op"]
    key = about(firm(), {}, (), only_key=True)["conditions"]
    assert [part["column"]["name"] for part in key] == ["_defect"]


def test_a_set_of_numbers_that_would_be_rounded_is_refused() -> None:
    """Great Expectations takes no decimals in a set, and another number would be looked for."""
    types = {"income": element("income").type}
    where = [Condition(item="income", op="in", value=("0.1234567890123456",))]
    with pytest.raises(ValueError, match="digits"):
        about(person(), types, where, only_key=False)
