"""What a declared step does not understand is no value: right, or quarantined, and never another.

The oracles read texts by themselves, in Python: they know no DuckDB and none of its steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.city.resources import catalog_of, fed, person
from tests.unit.values.test_typed import rows_file
from values.typed import Landed, typed_rows

PARIS, HERE = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Shanghai")
MOMENTS = {"formats": ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%z"], "zone": "Europe/Paris"}
DATES = {"formats": ["%Y-%d-%m", "%Y年%m月%d日", "%Y%m%d"], "excel_serial": True}
NUMBER = {"units": True, "currency": True}
BOOLEANS = {"true": ["有", "1"], "false": ["无", "0"]}
UNITS = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
MANY = settings(deadline=None, max_examples=25)
"""Of sixty texts each: fifteen hundred variants of every step."""


def shanghai(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the wall clock here of one there; None where that names no one moment."""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():  # left out or shown twice
        return None
    return first.astimezone(HERE).replace(tzinfo=None)


def moment_of(text: str) -> datetime | None:
    """Read a moment as it is declared."""
    pattern = (
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})([T ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(.*)"
    )
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    mark, offset = found[4], found[8]
    try:
        wall = datetime(*(int(found[n]) for n in (1, 2, 3, 5, 6, 7)))  # type: ignore[arg-type,misc]  # noqa: DTZ001
    except ValueError:
        return None
    if mark == "T":
        return shanghai(wall, PARIS) if not offset else None
    told = re.fullmatch(r"Z|([+-])([0-9]{2}):?([0-9]{2})?", offset)
    if told is None or offset.endswith(":"):
        return None
    ahead = timedelta(hours=int(told[2] or 0), minutes=int(told[3] or 0))
    utc = wall + ahead if told[1] == "-" else wall - ahead
    return utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(HERE).replace(tzinfo=None)


def date_of(text: str) -> date | None:
    """Read a date as it is declared."""
    for pattern, places in (
        (r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", (1, 3, 2)),
        (r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日", (1, 2, 3)),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", (1, 2, 3)),
    ):
        if found := re.fullmatch(pattern, text):
            try:
                return date(*(int(found[n]) for n in places))
            except ValueError:
                return None
    if re.fullmatch("[1-9][0-9]{1,4}", text) and int(text) >= 61:
        return date(1899, 12, 30) + timedelta(days=int(text))
    return None


def truth_of(text: str) -> bool | None:
    """Read a truth word as it is declared."""
    return {"有": True, "1": True, "无": False, "0": False}.get(text)


@cache
def bench() -> duckdb.DuckDBPyConnection:
    """Return one connection for all readings."""
    return duckdb.connect()


def read(texts: Sequence[str], **feed: Any) -> list[tuple[Any, ...]]:
    """Return the values of seen_at, birth_date, resident and income, each read from every text."""
    steps = {
        "seen_at": [{"moments": MOMENTS}],
        "birth_date": [{"dates": DATES}],
        "resident": [{"booleans": BOOLEANS}],
        "income": [{"number": NUMBER}],
    }
    resource = fed(person(), normalise=steps, **feed)
    with TemporaryDirectory() as folder:
        records = [dict.fromkeys(steps, text) for text in texts]
        rows = rows_file(Path(folder) / "rows.parquet", resource, records)
        typed_rows(bench(), catalog_of(resource), resource, Landed(rows))
    items = ", ".join(steps)
    return bench().execute(f"SELECT {items} FROM feed ORDER BY _row").fetchall()


CLOCKS = st.datetimes(datetime(1950, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001
NEAR_CHANGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2024, 3, 31), datetime(2024, 10, 27), datetime(1981, 3, 29)]),  # noqa: DTZ001
    st.integers(0, 300),
)
FORMS = st.sampled_from(
    [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M:%SZ",
        "%Y-%m-%d %H:%M:%S+08:00",
        "%Y-%m-%d %H:%M:%S-0330",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y/%m/%d %H:%M",
        "%Y-%m-%d",
        "%Y-%d-%m",
        "%Y年%m月%d日",
        "%Y%m%d",
        "%d/%m/%Y",
    ]
)
WRITTEN = st.builds(lambda clock, form: clock.strftime(form), CLOCKS | NEAR_CHANGES, FORMS)
SPOILT = st.builds(
    lambda text, place, sign: text[: place % len(text)] + sign + text[place % len(text) + 1 :],
    WRITTEN,
    st.integers(0, 30),
    st.sampled_from(["", " ", "0", "1", "9", "T", "Z", "-", ":", ".", "０", "月", "\u00a0"]),
)
WORDS = st.sampled_from(["有", "无", "1", "0", "true", "false", "是", "TRUE", " 有", "60", "61"])
TEXTS = st.lists(WRITTEN | SPOILT | WORDS, min_size=60, max_size=60)


@MANY
@given(TEXTS)
@pytest.mark.parametrize(
    "feed",
    [{}, {"datetime_format": "%Y/%m/%d %H:%M", "date_format": "%d/%m/%Y", "true": ["是"]}],
    ids=["plain", "forms"],
)
def test_texts_are_read_as_declared_or_quarantined(feed: dict[str, Any], texts: list[str]) -> None:
    """Moments, dates and truth words agree with the oracle, whatever else the feed declares."""
    for text, (moment, day, truth, _) in zip(texts, read(texts, **feed), strict=True):
        assert moment == moment_of(text), text
        assert day == date_of(text), text
        assert truth == truth_of(text), text


def test_a_unit_in_brackets_is_the_unit() -> None:
    """Beside digits that have none it counts, beside another nothing is read."""
    texts = ["0.00(万亿)", "5（万亿）", "5万(万亿)", "0.00万(万亿)"]
    found = [income for *_, income in read(texts)]
    assert found == [Decimal(0), Decimal(5 * 10**12), None, None]


MARKS = ("人民币", "RMB", "CNY")
TAILS = ("", "元", "元整", "人民币", "元人民币", "人民币元", "元人民币元")
FRAMES: tuple[Callable[[str, str, str], str], ...] = (
    lambda number, unit, tail: f"{number}{unit}{tail}",
    lambda number, unit, tail: f"{number}({unit}{tail})",
    lambda number, unit, tail: f"{number}（ {unit}{tail} ）",
    lambda number, unit, tail: f"{number} {unit}({tail})",
    lambda number, unit, tail: f"{number}({unit}({tail}))",
    lambda number, unit, tail: f"{number}【{unit}（{tail}）】",
)
FOREIGN = ("美元", "万美元", "港币", "欧元(人民币)", "USD", "$", "日元", "円", "不详", "户")


@st.composite
def amounts(draw: st.DrawFn) -> tuple[str, Decimal | None]:
    """Return an amount as it may be written, and its value; None where none may be read."""
    value = draw(st.decimals(0, 10**6, places=2, allow_nan=False, allow_infinity=False))
    number = f"{value:,f}" if draw(st.booleans()) else f"{value:f}"
    unit = draw(st.sampled_from(sorted(UNITS)))
    text = draw(st.sampled_from(FRAMES))(number, unit, draw(st.sampled_from(TAILS)))
    exact: Decimal | None = value * 10 ** UNITS[unit]
    if draw(st.booleans()):
        text = draw(st.sampled_from(["￥", "¥", "人民币", "RMB ", "CNY:"])) + text
    match draw(st.sampled_from(["", "", "", "foreign", "digits", "unit", "wide"])):
        case "foreign":
            text, exact = text + draw(st.sampled_from(FOREIGN)), None
        case "digits":
            text, exact = f"{text}{draw(st.integers(1, 9))}", None
        case "unit" if unit:  # of two units nobody knows which counts
            text, exact = f"{text}(万亿)", None
        case "wide":
            text = "".join(chr(ord(c) + 0xFEE0) if c in "0123456789,." else c for c in text)
    return text, exact


@MANY
@given(st.lists(amounts(), min_size=60, max_size=60))
def test_amounts_are_exact_or_quarantined(told: list[tuple[str, Decimal | None]]) -> None:
    """However money is written, it is its exact value; what is foreign or doubtful is none."""
    found = [income for *_, income in read([text for text, _ in told])]
    for (text, exact), value in zip(told, found, strict=True):
        doubtful = exact is None and not re.search(r"\d$", text)
        if doubtful or (exact is not None and value is None):
            assert value is None, text
            assert exact is None or exact >= 10**14, text  # more than the item holds
        elif exact is not None:
            assert value == exact, text
        elif value is not None:  # a digit more right behind the digits is another number
            assert value == Decimal(re.sub("[￥¥]|人民币|RMB |CNY:|,", "", text)), text
