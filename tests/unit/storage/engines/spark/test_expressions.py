"""Casts, comparisons and functions that both engines work out alike."""

from __future__ import annotations

import random
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from catalog_specs.models.element import Element
from catalog_specs.vocabulary import ItemType
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from tests.city.resources import person
from tests.harness.sail import both
from values.casts import Writing, cast_sql, compose_sql, null_sql

FORMS = (
    *(
        "%Y-%m-%d",
        "%Y%m%d",
        "%Y.%m.%d",
        "%Y/%m/%d",
        "%Y年%m月%d日",
        "%d.%m.%Y",
        "%m/%d/%Y",
        "T%Y-%m",
    ),
    *("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S"),
)
YEARS = (
    "0000",
    "0001",
    "0099",
    "1582",
    "1899",
    "1970",
    "2000",
    "2024",
    "2262",
    "2999",
    "9999",
    "24",
)
PARTS = ("00", "01", "1", "02", "12", "13", "28", "29", "30", "31", "32", "23", "24", "59", "60")
NUMBERS = (
    *(
        "0",
        "-0",
        "+5",
        "007",
        "1.7",
        ".5",
        "5.",
        "-.05",
        "1e5",
        "0x10",
        "1_000",
        "1,000",
        " 1",
        "1 ",
    ),
    *("９", "٣", "NaN", "inf", "", " ", "1.234", "9223372036854775807", "9223372036854775808"),
    *(
        "-9223372036854775808",
        "9" * 16 + ".99",
        "9" * 17 + ".9",
        "-" + "9" * 18,
        "1\n",
        "\x001",
        "--1",
    ),
)
FIRST, LAST = (datetime.combine(day, time()) for day in (date(1, 1, 1), date(2999, 12, 31)))
MOMENTS = tuple(
    map(datetime.fromisoformat, ("1582-10-10", "2024-02-29T23:59:59", "9999-12-31T01:00:00"))
)
WORDS = (
    "",
    "是",
    "否",
    "true",
    "false",
    "TRUE",
    "1",
    "0",
    " 是",
    "2024",
    "today",
    "infinity",
    "epoch",
)


def texts() -> list[str | None]:
    """Return texts near what is cast: by each form, from parts that may or may not be a time."""
    draw, found = random.Random(7), [*NUMBERS, *WORDS]
    found += [moment.strftime(form) for form in FORMS for moment in MOMENTS]
    for _ in range(1_500):
        form = draw.choice(FORMS)
        for sign in "YmdHMS":
            form = form.replace(f"%{sign}", draw.choice(YEARS if sign == "Y" else PARTS))
        found.append(
            draw.choice(["", "", "", "", " ", "+"]) + form + draw.choice(["", "", "", " ", "Z"])
        )
        found.append(f"{draw.choice(['', '-', '+'])}{draw.randrange(10 ** draw.randint(1, 20))}")
        found[-1] += draw.choice(["", "", ".0", ".10", ".123", "."])
    return [*found, None]


def casts() -> list[str]:
    """Return every cast that a catalogue can ask for and the second engine takes."""
    feed = person().feed
    asked = []
    times = (ItemType.DATE, ItemType.DATETIME)
    for form in FORMS:
        timed = feed.model_copy(update={"date_format": form, "datetime_format": form})
        asked += [(kind, timed, Writing.DECLARED, {}) for kind in times]
    asked += [
        (kind, feed, way, {})
        for kind in (ItemType.INTEGER, ItemType.BOOLEAN, *times)
        for way in (Writing.STEPS, Writing.CELLS)
    ]
    asked += [
        (ItemType.DECIMAL, feed, Writing.DECLARED, {"scale": scale}) for scale in (0, 1, 2, 6)
    ]
    return [
        cast_sql(
            "t",
            Element.model_construct(type=kind, scale=more.get("scale"), precision=None),
            of,
            way,
        )
        for kind, of, way, more in asked
    ]


def test_texts_are_cast_to_the_same_values(tmp_path: Path) -> None:
    """Under every declared form: numbers, years from 0 to 9999, no days at all, blanks, null."""
    rows = pa.table({"t": pa.array(texts(), pa.string())})
    asked = [*casts(), null_sql("t", ["", "1", "是"]), compose_sql("{t:04}-{t}", str)]
    columns = ", ".join(f"CAST({sql} AS VARCHAR) AS c{n}" for n, sql in enumerate(asked))
    here, there = both(f"SELECT t, {columns} FROM landed_records", rows, tmp_path)
    differ = [
        (one[0], place, mine, theirs)
        for one, other in zip(sorted(here, key=str), sorted(there, key=str), strict=True)
        for place, (mine, theirs) in enumerate(zip(one, other, strict=True))
        if mine != theirs
    ]
    assert differ[:5] == []
    empty = [asked[n] for n in range(len(asked)) if not any(row[n + 1] for row in here)]
    assert empty == []


DAYS = (date(1, 1, 1), date(1899, 12, 31), date(2024, 2, 29), date(2262, 4, 12), date(2999, 12, 31))
CONDITIONS = (
    "m >= DATE '1985-01-01' AND m < DATE '2999-12-31'",
    "d >= m",
    "d <> m",
    "d = '2024-02-29'",
    "m > '2024-01-01 00:00:00'",
    "d IN ('2024-02-29', '1899-12-31')",
    "d BETWEEN DATE '0001-01-01' AND DATE '2024-02-29'",
    "n NOT IN (1, 2.50)",
    "n > -0.5",
    "floor(CAST(n AS DECIMAL(38,18))) < 2",
    "starts_with(t, '中')",
    "t LIKE '中%'",
    "t NOT LIKE 'a'",
    "n >= 0.10 AND n <= 1000",
    "n = '2.5'",
    "truth = 'true'",
    "t = '' OR t IS NULL",
    "t < 'b '",
    "d < m",
    "length(t) > 1",
    "left(t, 1) || CAST(greatest(1900, least(2025, EXTRACT(year FROM d))) AS VARCHAR) = '中2024'",
    "replace(CAST(d AS VARCHAR), '-', '') = substr('x20240229', 2, 8)",
    "strpos('0中', substr(t, 1, 1)) > 0",
    "mod(CASE WHEN CAST(n AS DOUBLE) < 1.5 THEN 1 ELSE 0 END + 1, 2) = 1",
    "(EXTRACT(month FROM m) * 100 + EXTRACT(day FROM m)) % 7 = 3",
    "'a' IN (t, u)",
    "coalesce(t, u) <> 'a'",
    "NOT (n IS NULL OR truth)",
)


def test_conditions_hold_of_the_same_rows(tmp_path: Path) -> None:
    """Texts, numbers, days and moments compared with each other, empty and null among them."""
    sized = [Decimal("0.10"), Decimal("2.50"), None, Decimal("-1.00"), Decimal("1000.00")]
    written = ["", None, "a", "中文", "b"]
    rows = pa.table(
        {
            "d": [*DAYS, None] * 5,
            "m": pa.array([*MOMENTS, None, LAST, FIRST] * 5, pa.timestamp("us")),
            "n": pa.array(sized * 6, pa.decimal128(18, 2)),
            "t": (written * 6)[::-1],
            "u": ["a", "b", None] * 10,
            "truth": [True, None, False, True, False] * 6,
        }
    )
    listed = ", ".join(f"({one}) AS c{n}" for n, one in enumerate(CONDITIONS))
    here, there = both(f"SELECT {listed} FROM landed_records", rows, tmp_path)
    assert there == here
    answered = [{row[n] for row in here} for n in range(len(CONDITIONS))]
    assert [CONDITIONS[n] for n, found in enumerate(answered) if not {True, False} <= found] == []


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "n * 2 = 1",
            "lower(t) = 'a'",
            "t LIKE u",
            "t LIKE 'a' ESCAPE 'b'",
            "t ILIKE 'a'",
            "t = 1",
            "n > -n",
            "floor(n) = 2",
            "d = n",
            "count(*) OVER () > 1",
        ),
        *("list_filter([t], lambda x: x = 'a')[1] = 'a'", "t SIMILAR TO 'a'", "hash(t) = 1"),
        *("regexp_matches(t, u)", "regexp_matches(t, 'a', 'i')", "strftime(m, '%b') = 'May'"),
        *("try_strptime(t, u) IS NULL", "CAST(t AS BLOB) IS NULL", "other = 'a'", "n / 2 = 1"),
        *(
            "t IN (SELECT x FROM other)",
            "(t, u) IN (SELECT x FROM o WHERE x IS NOT NULL)",
            "n // 2 = 1",
        ),
        *(
            "m > TIMESTAMPTZ '2024-01-01'",
            "t = ANY (SELECT x FROM other)",
            "rowid = 1",
            "random() < 1",
        ),
    ],
)
def test_what_is_not_on_the_closed_list_is_refused(sql: str) -> None:
    """Never passed through by its name: the message says what it is, and no value."""
    types = {"d": "DATE", "m": "TIMESTAMP", "n": "DECIMAL(18,2)", "t": "VARCHAR", "u": "VARCHAR"}
    with pytest.raises(NotSaidAlike) as refused:
        rendered(f"SELECT {sql} AS c FROM landed_records", types, {})
    assert refused.value.what
