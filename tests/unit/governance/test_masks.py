"""Masks: each does what it says, in Polars and in SQL alike, and never lets a value through."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from catalog_specs.errors import AccessError
from catalog_specs.models.masking import Constant, Drop, Mask, Partial, Pseudonym
from catalog_specs.vocabulary import ItemType
from governance.keys import KeyRing
from governance.masks.render import render
from governance.masks.sql import pseudonym_variables, render_sql

KEYS = KeyRing({1: b"k" * 32})
KEY = KEYS.derive("grant:one")
OTHER_KEY = KEYS.derive("grant:two")

_MASK: TypeAdapter[Mask] = TypeAdapter(Mask)
_POLARS: dict[ItemType, Any] = {
    ItemType.STRING: pl.String,
    ItemType.INTEGER: pl.Int64,
    ItemType.DECIMAL: pl.Decimal(18, 2),
    ItemType.DATE: pl.Date,
    ItemType.DATETIME: pl.Datetime("us"),
    ItemType.BOOLEAN: pl.Boolean,
}
_DUCKDB = {
    ItemType.STRING: "VARCHAR",
    ItemType.INTEGER: "BIGINT",
    ItemType.DECIMAL: "DECIMAL(18,2)",
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
    ItemType.BOOLEAN: "BOOLEAN",
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES: dict[ItemType, st.SearchStrategy[Any]] = {
    ItemType.STRING: TEXT | st.from_regex(r"\A[0-9]{0,12}\Z"),
    ItemType.INTEGER: st.integers(-(10**12), 10**12),
    ItemType.DECIMAL: st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-2)),
    ItemType.DATE: st.dates(date(1000, 1, 1)),
    ItemType.DATETIME: st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001 - the delivered clock
    ItemType.BOOLEAN: st.booleans(),
}
ANY: list[dict[str, Any]] = [
    {"mask": "keep"},
    {"mask": "constant", "value": "不'公开"},
    {"mask": "partial"},
    {"mask": "partial", "keep_first": 1},
    {"mask": "partial", "keep_first": 2, "keep_last": 3, "fill": "$"},
    {"mask": "partial", "keep_last": 4, "fill": "\\"},
    {"mask": "pseudonym"},
    {"mask": "pseudonym", "length": 64},
]
TIMES: list[dict[str, Any]] = [
    {"mask": "generalise_date", "to": to} for to in ("decade", "year", "quarter", "month")
]
NUMBERS: list[dict[str, Any]] = [
    {"mask": "generalise_number", "width": 1},
    {"mask": "generalise_number", "width": 7},
    {"mask": "generalise_number", "breaks": [0]},
    {"mask": "generalise_number", "breaks": [-5, 0, 18, 65]},
]
REGIONS: list[dict[str, Any]] = [
    {"mask": "generalise_region", "to": to} for to in ("province", "city", "county", "town")
]
REDACTING: list[dict[str, Any]] = [
    {"mask": "redact"},
    {"mask": "redact", "fill": "$0\\1"},
]
FITTING: dict[ItemType, list[dict[str, Any]]] = {
    ItemType.STRING: ANY + REGIONS + REDACTING,
    ItemType.INTEGER: ANY + NUMBERS,
    ItemType.DECIMAL: ANY + NUMBERS,
    ItemType.DATE: ANY + TIMES,
    ItemType.DATETIME: ANY + TIMES,
    ItemType.BOOLEAN: ANY,
}


def mask(**written: Any) -> Mask:
    """Return a mask as a catalogue writes it."""
    return _MASK.validate_python(written)


def masked(
    chosen: Mask, values: list[Any], kind: ItemType = ItemType.STRING, key: Any = KEY
) -> list[Any]:
    """Return what Polars makes of values."""
    frame = pl.DataFrame({"v": values}, schema={"v": _POLARS[kind]})
    return frame.select(render(chosen, "v", kind, key)).get_column("v").to_list()


def by_sql(masks: list[Mask], values: list[Any], kind: ItemType) -> list[list[Any]]:
    """Return what DuckDB makes of values, a list for each mask."""
    with duckdb.connect() as con:
        for name, value in pseudonym_variables(KEY).items():
            con.execute(f"SET VARIABLE {name} = ?", [value])
        con.execute(f"CREATE TABLE t (i BIGINT, v {_DUCKDB[kind]})")
        con.executemany("INSERT INTO t VALUES (?, ?)", [[i, v] for i, v in enumerate(values)])
        rendered = ", ".join(render_sql(chosen, "v", kind) for chosen in masks)
        rows = con.execute(f"SELECT {rendered} FROM t ORDER BY i").fetchall()
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("kind", list(FITTING))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_polars_and_sql_agree(kind: ItemType, data: st.DataObject) -> None:
    """Every mask gives the same result as a Polars expression and as DuckDB SQL."""
    values = data.draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=8))
    masks = [mask(**written) for written in FITTING[kind]]
    for chosen, expected in zip(masks, by_sql(masks, values, kind), strict=True):
        assert masked(chosen, values, kind) == expected, chosen


@settings(max_examples=60, deadline=None)
@given(values=st.lists(TEXT, min_size=1, max_size=8))
def test_pseudonym_is_hmac_sha256(values: list[str]) -> None:
    """A pseudonym is the HMAC-SHA256 of the text under the derived key, as the stdlib computes."""
    expected = [
        hmac.new(KEY.text.encode(), value.encode(), hashlib.sha256).hexdigest()[:20]
        for value in values
    ]
    assert masked(Pseudonym(mask="pseudonym", length=20), values) == expected


@settings(max_examples=60, deadline=None)
@given(values=st.lists(TEXT, min_size=2, max_size=8, unique=True))
def test_pseudonyms_join_within_a_grant_only(values: list[str]) -> None:
    """Equal values get equal pseudonyms under one key, and no pseudonym occurs under two keys."""
    chosen = Pseudonym(mask="pseudonym")
    first = masked(chosen, values + values)
    assert first[: len(values)] == first[len(values) :]
    assert len(set(first)) == len(values)
    assert not set(first) & set(masked(chosen, values, key=OTHER_KEY))


@settings(max_examples=100, deadline=None)
@given(
    value=TEXT.filter(lambda text: text.strip("*") != ""),
    first=st.integers(0, 6),
    last=st.integers(0, 6),
)
def test_partial_never_passes_a_value(value: str, first: int, last: int) -> None:
    """A partial mask keeps the length, shows at most the ends, and fills a short text whole."""
    [shown] = masked(Partial(mask="partial", keep_first=first, keep_last=last), [value])
    assert shown != value or set(value[first : len(value) - last]) == {"*"}
    assert len(shown) == len(value)
    if len(value) <= first + last:
        assert set(shown) <= {"*"}
    else:
        assert shown == value[:first] + "*" * (len(value) - first - last) + value[-last:] * bool(
            last
        )


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.none() | TEXT, min_size=1, max_size=8))
def test_constant_says_nothing(values: list[str | None]) -> None:
    """Under a constant every value, a missing one too, becomes the same text."""
    assert set(masked(Constant(mask="constant", value="不公开"), values)) == {"不公开"}


@pytest.mark.parametrize(
    ("written", "kind", "value", "expected"),
    [
        ({"mask": "partial", "keep_first": 1}, "string", "王小明", "王**"),
        ({"mask": "partial", "keep_first": 1}, "string", "王", "*"),
        (
            {"mask": "partial", "keep_first": 3, "keep_last": 4},
            "string",
            "13812345678",
            "138****5678",
        ),
        ({"mask": "partial", "keep_first": 1}, "string", "a\nb", "a**"),
        ({"mask": "generalise_date", "to": "decade"}, "date", date(1987, 6, 5), "1980s"),
        ({"mask": "generalise_date", "to": "year"}, "date", date(1987, 6, 5), "1987"),
        ({"mask": "generalise_date", "to": "quarter"}, "date", date(1987, 6, 5), "1987-Q2"),
        ({"mask": "generalise_date", "to": "month"}, "date", date(1987, 6, 5), "1987-06"),
        ({"mask": "generalise_number", "width": 10}, "integer", 29, "[20,30)"),
        ({"mask": "generalise_number", "width": 10}, "integer", 30, "[30,40)"),
        ({"mask": "generalise_number", "width": 10}, "integer", -1, "[-10,0)"),
        ({"mask": "generalise_number", "width": 10}, "decimal", Decimal("-0.01"), "[-10,0)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "integer", -1, "(-∞,0)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "decimal", Decimal("17.99"), "[0,18)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "integer", 18, "[18,+∞)"),
        ({"mask": "generalise_region", "to": "province"}, "string", "350502", "35"),
        ({"mask": "generalise_region", "to": "city"}, "string", "350502", "3505"),
        ({"mask": "generalise_region", "to": "county"}, "string", "350502001002", "350502"),
        ({"mask": "generalise_region", "to": "town"}, "string", "350502001002", "350502001"),
        ({"mask": "generalise_region", "to": "town"}, "string", "350502", None),
        ({"mask": "generalise_region", "to": "city"}, "string", "泉州市鲤城区", None),
        ({"mask": "generalise_region", "to": "city"}, "string", "350", None),
    ],
)
def test_what_a_mask_shows(
    written: dict[str, Any], kind: str, value: Any, expected: str | None
) -> None:
    """A mask shows what its description says; what is too short or no code becomes null."""
    assert masked(mask(**written), [value, None], ItemType[kind.upper()]) == [expected, None]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"mask": "generalise_date", "to": "year"}, ItemType.STRING),
        ({"mask": "generalise_number", "width": 5}, ItemType.DATE),
        ({"mask": "generalise_region", "to": "city"}, ItemType.INTEGER),
    ],
)
def test_mask_that_does_not_fit_is_refused(written: dict[str, Any], kind: ItemType) -> None:
    """A mask that does not fit the type is an error, never a value passed through."""
    with pytest.raises(AccessError, match="does not fit"):
        render(mask(**written), "v", kind)
    with pytest.raises(AccessError, match="does not fit"):
        render_sql(mask(**written), "v", kind)


def test_drop_and_missing_key_have_no_expression() -> None:
    """A dropped column cannot be rendered, nor a pseudonym without its key."""
    for call in (render, render_sql):
        with pytest.raises(AccessError, match="dropped"):
            call(Drop(mask="drop"), "v", ItemType.STRING)
    with pytest.raises(AccessError, match="needs a key"):
        render(Pseudonym(mask="pseudonym"), "v", ItemType.STRING, None)


def test_key_is_in_no_sql_and_no_plan() -> None:
    """The key occurs neither in the SQL text nor in the plan that Polars would print."""
    chosen = Pseudonym(mask="pseudonym")
    expression = render(chosen, "v", ItemType.STRING, KEY)
    plan = pl.LazyFrame({"v": ["a"]}).select(expression).explain()
    assert KEY.text not in f"{render_sql(chosen, 'v', ItemType.STRING)} {plan} {expression}"
