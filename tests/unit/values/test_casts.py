"""Casts: a text is the value that it says, exactly, or none; templates and pieces of texts."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.element import Element
from catalog_specs.models.normalisation import Split
from catalog_specs.vocabulary import FeedFormat
from storage.sql import identifier, literal
from tests.unit.feeds.feeds import make_feed
from values.casts import (
    Writing,
    cast_sql,
    compose_sql,
    has_typed_cells,
    integer_sql,
    null_sql,
    reading_sql,
    split_sql,
)

MOMENT = datetime(2024, 2, 29, 4, 5, 6)  # noqa: DTZ001 - the delivered clock
DAY = date(2024, 2, 29)


def asked(sql: str, texts: Sequence[str | None]) -> list[Any]:
    """Return what an expression over the column `t` is for each text."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE v AS SELECT unnest(?::VARCHAR[]) AS t", [list(texts)])
        return [one for (one,) in con.execute(f"SELECT {sql} FROM v ORDER BY rowid").fetchall()]


def cast(
    kind: str,
    texts: Sequence[str | None],
    writing: Writing = Writing.DECLARED,
    scale: int | None = None,
    **feed: Any,
) -> list[Any]:
    """Return what texts are as an item type."""
    said = {"code": "e", "name": "元", "subject": "s", "sensitivity": "n", "type": kind}
    element = Element.model_validate(said | ({} if scale is None else {"scale": scale}))
    return asked(cast_sql("t", element, make_feed(**feed), writing), texts)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "integer",
            {"0": 0, "+7": 7, "-007": -7, str(2**63 - 1): 2**63 - 1, str(-(2**63)): -(2**63)},
            ["1.7", "1.0", "1e3", " 1", "1 ", "１", str(2**63), "0x1", "1_0", "-", "\n1", "", "٣"],
        ),
        (
            "decimal",
            {"1": 1, "-1.5": Decimal("-1.5"), "+0.05": Decimal("0.05"), ".5": Decimal("0.5")},
            [
                "1.0000005", "1e2", "1,5", "1.", ".", "", "1" * 30, "NaN", "inf", " 1", "¥1", "+",
            ],
        ),
        (
            "date",
            {"2024-02-29": DAY, "0001-01-01": date(1, 1, 1), "9999-12-31": date(9999, 12, 31)},
            [
                "2023-02-29", "2024-2-3", "2024-02-03 ", "20240203", "2024-02-03 00:00:00", "",
                "infinity", "epoch", "0044-03-15 (BC)", "12024-01-01", "2024/02/03",
            ],
        ),
        (
            "datetime",
            {"2024-02-29 04:05:06": MOMENT},
            [
                "2024-02-29", "2024-02-29T04:05:06", "2024-02-29 24:00:00", "infinity",
                "2024-02-29 04:05:06.5", "2024-02-29 4:05:06", "2024-02-29 04:05:06+08",
            ],
        ),
        ("boolean", {"1": True, "true": True, "0": False, "false": False}, ["TRUE", "y", "是", ""]),
        ("string", {"": "", " x ": " x ", "１": "１"}, []),
    ],
)  # fmt: skip
def test_casts_are_strict(kind: str, good: dict[str, Any], bad: list[str]) -> None:
    """Nothing is rounded, trimmed or completed: a text fits its type exactly, or is NULL."""
    assert cast(kind, [*good, *bad, None]) == [*good.values(), *[None] * len(bad), None]


@pytest.mark.parametrize(
    ("scale", "good", "bad"),
    [
        (0, {"5": Decimal(5), "-5": Decimal(-5)}, ["5.0", ".5", "5."]),
        (2, {"1.5": Decimal("1.5"), "1.50": Decimal("1.5")}, ["1.500", "1.005"]),
        (10, {"0.0000000001": Decimal("1E-10")}, ["0.00000000001"]),
    ],
)
def test_a_decimal_has_no_more_digits_than_declared(
    scale: int, good: dict[str, Any], bad: list[str]
) -> None:
    """Not even zeros: what the source counts more finely than the catalogue is looked at."""
    assert cast("decimal", [*good, *bad], scale=scale) == [*good.values(), *[None] * len(bad)]


def test_declared_formats() -> None:
    """Formats and truth words are the feed's own, and just as strict."""
    days = ["2024年02月29日", "2024年2月29日", "2024-02-29", "2024年02月30日"]
    assert cast("date", days, date_format="%Y年%m月%d日") == [DAY, None, None, None]
    moments = ["29.02.24 04:05", "29.2.24 04:05", "29.02.24 4:05"]
    found = cast("datetime", moments, datetime_format="%d.%m.%y %H:%M")
    assert found == [MOMENT.replace(second=0), None, None]
    assert cast("boolean", ["是", "否", "1"], true=["是"], false=["否"]) == [True, False, None]
    assert cast("boolean", ["是", "否"], true=["是"], false=[]) == [True, None]


def test_there_is_no_year_0_under_any_form() -> None:
    """One engine takes it for 1 BC, another for a year, a third for none."""
    assert cast("date", ["0000.02.03", "0001.02.03"], date_format="%Y.%m.%d")[0] is None
    assert cast("date", ["0000-02-03"], date_format="%Y-%m-%d") == [None]
    assert cast("datetime", ["00000203040506"], datetime_format="%Y%m%d%H%M%S") == [None]


def test_steps_write_iso_and_nothing_else() -> None:
    """Whatever the feed declares of the texts that no step has read."""
    days = ["2024-02-29", "29.02.2024", "2024-02-29 00:00:00"]
    assert cast("date", days, Writing.STEPS, date_format="%d.%m.%Y") == [DAY, None, None]
    moments = ["2024-02-29 04:05:06", "2024-02-29T04:05:06.5", "2024-02-29"]
    found = cast("datetime", moments, Writing.STEPS)
    assert found == [MOMENT, MOMENT.replace(microsecond=500_000), None]
    words = ["true", "false", "是", "1"]
    assert cast("boolean", words, Writing.STEPS, true=["是"]) == [True, False, None, None]


def test_cells_are_iso_beside_the_declared_form() -> None:
    """A date may be its midnight, a moment a date; truth words have their own meaning."""
    days = ["2024/02/29", "2024-02-29", "2024-02-29 00:00:00", "2024-02-29 00:00:01", "2024-02-30"]
    found = cast("date", days, Writing.CELLS, date_format="%Y/%m/%d")
    assert found == [DAY, DAY, DAY, None, None]
    moments = ["2024-02-29 04:05:06", "2024-02-29 04:05:06.500", "2024-02-29", "2024-02-29 4:05"]
    assert cast("datetime", moments, Writing.CELLS, datetime_format="%Y%m%d%H%M%S") == [
        MOMENT,
        MOMENT.replace(microsecond=500_000),
        MOMENT.replace(hour=0, minute=0, second=0),
        None,
    ]
    words = ["true", "false", "是", "否"]
    told = {"true": ["是"], "false": ["否"]}
    assert cast("boolean", words, Writing.CELLS, **told) == [True, False, True, False]
    turned = {"true": ["false"], "false": ["true"]}
    assert cast("boolean", words[:2], Writing.CELLS, **turned) == [False, True]


def test_a_cell_that_two_forms_read_differently_is_none() -> None:
    """Nobody knows which day is meant; where both agree, one is."""
    days = ["2024-29-02", "2024-02-29", "2024-05-01", "2024-05-05"]
    found = cast("date", days, Writing.CELLS, date_format="%Y-%d-%m")
    assert found == [DAY, DAY, None, date(2024, 5, 5)]


NUMBERS = st.text(st.sampled_from("0123456789+-.eE ,_x"), max_size=8) | st.integers().map(str)


@settings(deadline=None, max_examples=15)
@given(st.lists(NUMBERS, min_size=60, max_size=60))
def test_a_whole_number_is_digits_with_at_most_a_sign(texts: list[str]) -> None:
    """Of any text, and within 64 bits."""
    expected = [int(text) if re.fullmatch("[+-]?[0-9]+", text) else None for text in texts]
    fits = [one if one is None or -(2**63) <= one < 2**63 else None for one in expected]
    assert asked(integer_sql("t"), texts) == fits


@pytest.mark.parametrize(
    ("nulls", "left"),
    [
        ([], ["", "NULL", "it's", "x"]),
        ([""], [None, "NULL", "it's", "x"]),
        (["", "NULL", "it's"], [None, None, None, "x"]),
    ],
)
def test_null_markers_are_whole_texts(nulls: list[str], left: list[str | None]) -> None:
    """None, one or several of them; a null stays one."""
    assert asked(null_sql("t", nulls), ["", "NULL", "it's", "x", None]) == [*left, None]


def test_templates_fill_and_never_cut() -> None:
    """A width fills with zeros; the whole is NULL where a part is."""
    sql = compose_sql("{t}-{t:02} {t:4}", identifier)
    assert asked(sql, ["2", "02", "129", "12345", "", None]) == [
        "2-02 0002", "02-02 0002", "129-129 0129", "12345-12345 12345", "-00 0000", None,
    ]  # fmt: skip


def test_templates_keep_their_text() -> None:
    """Quotes and doubled braces of a template are text."""
    assert asked(compose_sql("it's {{{a}}}{b:3}", literal), ["x"]) == ["it's {a}00b"]


@pytest.mark.parametrize(
    ("split", "pieces"),
    [
        ({"separator": " ", "index": 1}, ["张", "张", "", None]),
        ({"separator": " ", "index": 2}, ["三", None, "x", None]),
        ({"separator": "'", "index": 2}, [None, None, None, None]),
        ({"pattern": "^(.) "}, ["张", None, None, None]),
        ({"pattern": "([a-z]*)$"}, [None, None, "x", None]),
    ],
)
def test_pieces_of_a_text(split: dict[str, Any], pieces: list[str | None]) -> None:
    """A piece that is not there is NULL; between two separators it is the empty text."""
    declared = Split.model_validate({"part": "p", **split})
    assert asked(split_sql("t", declared), ["张 三 ", "张", " x", None]) == pieces


def test_formats_with_types_of_their_own() -> None:
    """A bundle has typed cells where any of its deliveries came with them."""
    assert [has_typed_cells(one) for one in ("csv", "jsonl csv", "", "csv xlsx", "parquet")] == [
        False, False, False, True, True,
    ]  # fmt: skip
    typed = {form.value for form in FeedFormat if has_typed_cells(form.value)}
    assert typed == {"parquet", "arrow", "xlsx", "xls", "ods"}


SIGNS = [*"0123456789" * 3, *"+-.:/ TtZeE_,xX\t\n\0年月日１９٣𝟘", " (BC)", "infinity", "true", "1"]
PATTERNS = ["2024-02-29", "2024-02-29 04:05:06", "0000-01-01", "20240229", "29/02/2024", "12.50"]
PATTERNS += ["2024年02月29日", "2024-12-02"]
FORMS = ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%Y-%d-%m", "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日"]


def _nasty(count: int) -> list[str]:
    """Return texts that are nearly values: of signs that casts stumble over, and of forms."""
    drawn = random.Random(7)
    texts = ["".join(drawn.choices(SIGNS, k=drawn.randint(0, 21))) for _ in range(count)]
    for _ in range(count):
        text = [*drawn.choice(PATTERNS)]
        for _ in range(drawn.randint(0, 3)):
            text[drawn.randrange(len(text))] = drawn.choice(SIGNS)
        texts.append("".join(text))
    return texts


@pytest.mark.parametrize("kind", ["integer", "decimal", "date", "datetime", "boolean", "string"])
@pytest.mark.parametrize("writing", [*Writing])
def test_a_text_that_was_read_before_is_cast_alike(kind: str, writing: Writing) -> None:
    """What the engine reads in it stands in a column, and the value is the same, whatever text."""
    said = {"code": "e", "name": "元", "subject": "s", "sensitivity": "n", "type": kind}
    element, texts = Element.model_validate(said), _nasty(3_000)
    for form in FORMS if kind in {"date", "datetime"} else FORMS[:1]:
        feed = make_feed(date_format=form, datetime_format=form)
        read = reading_sql("t", element, feed, writing)
        once = cast_sql("t", element, feed, writing, "r" if read else None)
        anew = cast_sql("t", element, feed, writing)
        query = (
            f"SELECT {once} AS once, {anew} AS anew FROM (SELECT *, {read or 'NULL'} AS r FROM v)"
        )
        with duckdb.connect() as con:
            con.execute("CREATE TABLE v AS SELECT unnest(?::VARCHAR[]) AS t", [texts])
            ((different, values),) = con.execute(
                f"SELECT count(*) FILTER (once IS DISTINCT FROM anew), count(anew) FROM ({query})"
            ).fetchall()
        assert different == 0
        assert values
