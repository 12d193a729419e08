"""Normalisation: what a step understands is written the city's way, all else goes on unchanged."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import (
    Booleans,
    CollapseSpaces,
    Dates,
    Halfwidth,
    Moments,
    Nulls,
    Number,
    Step,
    Translate,
    Trim,
)
from tests.cities.tables import person
from tests.unit.values.test_typed import rows_file, with_feed
from values.normalise import Cells, Context, counted_cells, step_sql

CAPITAL = Number(units=True, currency=True)
LISTS = {"sex": {"1": "男", "2": "女", "0": "未知", "9": "未知", "男": "他"}}


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1
)
MANY = settings(deadline=None, max_examples=30)


@cache
def bench() -> duckdb.DuckDBPyConnection:
    """Return a connection that is offline, as the workbench is."""
    con = duckdb.connect()
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    return con


def done(
    step: Step, texts: Sequence[str | None], context: Context | None = None
) -> list[str | None]:
    """Return what a step makes of texts."""
    sql = step_sql(step, "text", context or Context(code_lists=LISTS))
    con = bench()
    con.execute("CREATE OR REPLACE TABLE t AS SELECT unnest(?::VARCHAR[]) AS text", [list(texts)])
    found = con.execute(f"SELECT {sql} FROM t ORDER BY rowid").fetchall()
    return [text for (text,) in found]


def check(step: Step, understood: Mapping[str, str | None], unchanged: Sequence[str]) -> None:
    """Hold a step to its table; a null is left alone by every step."""
    texts = [*understood, *unchanged, None]
    assert done(step, texts) == [*understood.values(), *unchanged, None]


def test_capital_in_the_ways_it_is_written() -> None:
    """Separators, units and the currency come off; what is ambiguous or foreign stays."""
    check(
        CAPITAL,
        {
            "5002": "5002",
            "5,002": "5002",
            "5，002": "5002",
            "1,234,567.89": "1234567.89",
            "5,002(万元人民币)": "50020000",
            "5002（万元）": "50020000",
            "5002(万)": "50020000",
            "53万人民币": "530000",
            "53 万元": "530000",
            "500万元(人民币)": "5000000",
            "500万元整": "5000000",
            "￥1,234.50元": "1234.50",
            "¥1234.5": "1234.5",
            "人民币5000万元整": "50000000",
            "人民币：5,000元": "5000",
            "CNY 5,000": "5000",
            "rmb5万": "50000",
            "-3.2亿元": "-320000000",
            "¥-5": "-5",
            "-¥5": "-5",
            "+7万": "+70000",
            "1.5百万": "1500000",
            "2千": "2000",
            "3十万": "300000",
            "1.2万亿": "1200000000000",
            ".5万": "5000",
            "0.00001万": "0.1",
            "007万": "70000",
            "0万": "0",
            "007": "007",
            "12圆": "12",
            "５，００２（万元）": "50020000",
            "50(万元(人民币))": "500000",
            "50(万元（人民币）)": "500000",
            "50(万人民币 )": "500000",
            "1,050( 万人民币元)": "10500000",
            "50( 万元人民币)": "500000",
            "50(万元人民币元)": "500000",
            "50万人民币元": "500000",
            "(100万元)": "1000000",
            "（100万元人民币）": "1000000",
            "(人民币)50万元": "500000",
            "50【万元】": "500000",
            "50〔万元（RMB）〕整": "500000",
            "RMB￥50万": "500000",
            "50 人民币(万元)": "500000",
            "５": "5",
        },
        [
            "1,23",
            "0,123",
            "1,234,56",
            "1.234,5",
            "1 234",
            "伍佰万",
            "1亿2000万",
            "5002万(万元)",
            "500万美元",
            "万",
            "￥",
            "1e5",
            "5.",
            "--5",
            "(5)",
            "",
            "约5万",
            "5万左右",
            "1,0500000(万元人民币)",
            "50(万美元)",
            "50万港元",
            "US$50万",
            "(￥5)",
            "(5)50",
            "50(7)万元",
            "5 002万",
            "50(万元",
            "50)万元(",
            "50(十)(万)",
            "1亿(美元)",
            "50万元元元元",
        ],
    )


def test_units_and_currency_are_understood_only_where_declared() -> None:
    """Each option is its own: without it the sign is no part of a number."""
    check(Number(thousands=False), {}, ["5,002", "5万", "￥5", "5元"])
    check(Number(), {"5,002": "5002"}, ["5万", "￥5"])
    check(Number(units=True), {"5万": "50000", "5(万)": "50000"}, ["5万元", "￥5"])
    check(Number(currency=True), {"￥5": "5", "5元(人民币)": "5"}, ["5万", "5万元"])


def test_what_is_counted_and_what_is_stored() -> None:
    """`per` is what is stored, `bare` what a number counts that names nothing."""
    stored = Number(units=True, currency=True, per="10000")
    check(stored, {"5,002(万元)": "5002", "20000元": "2", "1": "0.0001", "100亿": "1000000"}, ["x"])
    headed = Number(units=True, currency=True, bare="10000")
    check(headed, {"5,002": "50020000", "5002元": "5002", "0.53亿": "53000000"}, ["￥5002"])
    both = Number(units=True, currency=True, bare="10000", per="10000")
    check(both, {"5,002": "5002", "0.5": "0.5", "5002元": "0.5002"}, ["5(人民币)"])


NUMBERS = st.decimals(min_value=0, max_value=10**30, places=12, allow_nan=False)
UNITS = {"": 0, "百": 2, "万": 4, "千万": 7, "亿": 8, "万亿": 12}


@MANY
@given(
    told=st.lists(st.tuples(NUMBERS, st.sampled_from(sorted(UNITS))), min_size=1),
    per=st.sampled_from(["1", "10000", "100000000"]),
)
def test_units_are_multiplied_exactly(told: list[tuple[Decimal, str]], per: Any) -> None:
    """However many digits there are, the number written is the product, to the last one."""
    texts = done(Number(units=True, per=per), [f"{number:f}{unit}" for number, unit in told])
    for (number, unit), text in zip(told, texts, strict=True):
        sign, digits, exponent = Decimal(f"{number:f}").as_tuple()
        assert isinstance(exponent, int)
        exact = Decimal((sign, digits, exponent + UNITS[unit] - (len(per) - 1)))
        assert Decimal(text or "") == exact


def test_dates_in_several_writings() -> None:
    """The first format that fits the whole text wins; impossible days stay."""
    formats = ("%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日", "%Y/%m/%d %H:%M:%S", "%d-%b-%y")
    step = Dates(formats=formats, excel_serial=True)
    check(
        step,
        {
            "2024-01-05": "2024-01-05",
            "2024-1-5": "2024-01-05",
            "20240105": "2024-01-05",
            "2024年01月05日": "2024-01-05",
            "2024年1月5日": "2024-01-05",
            "2024年12月31日": "2024-12-31",
            "2024/1/5 0:00:00": "2024-01-05",
            "05-JAN-24": "2024-01-05",
            "05-Jan-99": "1999-01-05",
            "0001-01-01": "0001-01-01",
            "61": "1900-03-01",
            "45296": "2024-01-05",
            "99999": "2173-10-13",
        },
        [
            "2024-02-30",
            "2024年13月5日",
            "0000-01-01",
            "12024-01-01",
            " 2024-01-05",
            "2024-01-05 ",
            "2024.01.05",
            "2024/1/5 8:00:00",
            "1",
            "59",
            "60",
            "100000",
            "2958465",
            "45296.5",
            "-45296",
            "２０２４-01-05",
            "",
        ],
    )


def test_digits_that_run_together_are_not_divided_by_guessing() -> None:
    """`2024105` could be January or October: a format without separators takes eight digits."""
    check(Dates(formats=("%Y%m%d",)), {}, ["2024105", "202415", "45296"])


@given(day=st.dates(min_value=date(1900, 3, 1)))
def test_serial_days_are_those_of_a_workbook(day: date) -> None:
    """From 1900-03-01 on a serial number is days since 1899-12-30."""
    number = (day - date(1899, 12, 30)).days
    assert done(Dates(formats=("%Y-%m-%d",), excel_serial=True), [str(number)]) == [day.isoformat()]


def test_moments_of_another_zone() -> None:
    """Clocks are moved exactly; an hour that summer time skips or repeats names no moment."""
    formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "%Y/%m/%d %H:%M")
    check(
        Moments(formats=formats, zone="America/New_York"),
        {
            "2024-01-05 00:30:00": "2024-01-05 13:30:00",
            "2024-07-05 00:30:00": "2024-07-05 12:30:00",
            "2024-03-10 01:59:59": "2024-03-10 14:59:59",
            "2024-03-10 03:00:00": "2024-03-10 15:00:00",
            "2024-11-03 00:59:59": "2024-11-03 12:59:59",
            "2024-11-03 02:00:00": "2024-11-03 15:00:00",
            "2024-01-05T00:30:00.25": "2024-01-05 13:30:00.25",
            "2024-01-05T00:30:00Z": "2024-01-05 08:30:00",
            "2024-01-05T00:30:00+08:00": "2024-01-05 00:30:00",
            "2024-01-05T00:30:00-0330": "2024-01-05 12:00:00",
            "2024/1/5 8:30": "2024-01-05 21:30:00",
        },
        [
            "2024-03-10 02:30:00",
            "2024-11-03 01:30:00",
            "2024-01-05 24:00:00",
            "2024-01-05 00:30",
            "2024-01-05T00:30:00 Z",
            "2024-01-05",
        ],
    )
    check(Moments(formats=formats), {"2024/1/5 8:30": "2024-01-05 08:30:00"}, ["2024/1/5"])


@MANY
@given(
    instants=st.lists(
        st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
        min_size=1,
    ),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe"]),
)
def test_moments_agree_with_pythons_zones(instants: list[datetime], zone: str) -> None:
    """A wall clock that is one moment becomes that moment's clock here; one shown twice stays."""
    walls = [one.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone)) for one in instants]
    written = [f"{wall:%Y-%m-%d %H:%M:%S}" for wall in walls]
    found = done(Moments(formats=("%Y-%m-%d %H:%M:%S",), zone=zone), written)
    for wall, text, here in zip(walls, written, found, strict=True):
        twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
        expected = wall.astimezone(ZoneInfo("Asia/Shanghai"))
        assert here == (text if twice else f"{expected:%Y-%m-%d %H:%M:%S}")


def test_words() -> None:
    """Truth words and names are written as the city's; codes and unknown words stay."""
    check(Booleans(), {"是": "true", "√": "true", "N": "false", "×": "false"}, ["真", "", "TRUE "])
    check(Nulls(texts=("N/A", "-", "it's")), {"N/A": None, "-": None, "it's": None}, ["n/a", "--"])
    check(Translate(code_list="sex"), {"女": "2"}, ["1", "男", "未知", "女性", ""])


def test_spaces_and_widths() -> None:
    """What nobody sees comes off the ends, runs inside become one blank, wide letters narrow."""
    check(
        Trim(),
        {
            "\ufeff 张三\u3000": "张三",
            "\u200b\t1\x00\r\n": "1",
            "\u00a0a b\u202e": "a b",
            "\n": "",
        },
        ["葛\U000e0100", "a\nb", "", "\ue000"],
    )
    check(
        CollapseSpaces(),
        {"a\u3000\u00a0\t b": "a b", " \n": " ", "a\u2003b": "a b"},
        ["a b", "ab", "a\u200bb"],
    )
    check(Halfwidth(), {"Ａ１（，）～\u3000": "A1(,)~ "}, ["￥", "。", "「", "ｱ", "甲"])


@MANY
@given(TEXTS)
def test_halfwidth_is_unicodes_own_for_ascii(texts: list[str]) -> None:
    """Every full-width form of ASCII becomes what Unicode says it is, and nothing else changes."""
    wide = {*map(chr, range(0xFF01, 0xFF5F)), "\u3000"}
    expected = [
        "".join(unicodedata.normalize("NFKC", sign) if sign in wide else sign for sign in text)
        for text in texts
    ]
    assert done(Halfwidth(), texts) == expected


ENDS = st.sampled_from("a张 \t\n\u00a0\u2003\u3000\ufeff\u200b\u0085\x1f葛\U000e0100")


@MANY
@given(st.lists(st.text(ENDS), min_size=1))
def test_trim_takes_what_unicode_calls_space_control_or_format(texts: list[str]) -> None:
    """Trimming agrees with the categories of the signs at both ends."""
    unseen = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    signs = "".join(sign for text in texts for sign in text if unicodedata.category(sign) in unseen)
    assert done(Trim(), texts) == [text.strip(signs) if signs else text for text in texts]


@MANY
@given(TEXTS)
def test_no_step_fails_on_any_text(texts: list[str]) -> None:
    """Whatever stands in a cell, a step gives a text back."""
    steps: list[Step] = [
        Trim(),
        CollapseSpaces(),
        CAPITAL,
        Dates(formats=("%Y-%m-%d", "%d-%b-%y"), excel_serial=True),
        Moments(formats=("%Y-%m-%dT%H:%M:%S%z", "%Y%m%d"), zone="Europe/Paris"),
        Translate(code_list="sex"),
        Booleans(),
    ]
    for step in steps:
        assert None not in done(step, texts)


def test_steps_are_idempotent_on_their_own_writing() -> None:
    """What a step wrote it leaves alone."""
    for step, text in (
        (CAPITAL, "5,002(万元)"),
        (Dates(formats=("%Y年%m月%d日",)), "2024年1月5日"),
        (Halfwidth(), "Ａ"),
        (Translate(code_list="sex"), "女"),
    ):
        once = done(step, [text])
        assert once != [text]
        assert done(step, once) == once


def counted(tmp_path: Path, normalise: Any, records: list[dict[str, Any]]) -> Any:
    """Return what changed in a delivery of persons."""
    resource = with_feed(person(), normalise=normalise)
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    return counted_cells(resource.feed, rows, Context()).changed


def test_changed_cells_are_counted_by_part_and_step(tmp_path: Path) -> None:
    """Each step is compared with the one before it, steps for every part included."""
    found = counted(
        tmp_path,
        {
            "*": ["trim"],
            "person_name": ["halfwidth", "collapse_spaces", "trim"],
            "birth_date": [{"dates": {"formats": ["%Y%m%d"]}}, {"nulls": {"texts": ["无"]}}],
        },
        [
            {"person_name": " Ａ\u3000\u3000Ｂ ", "birth_date": " 20240105", "visits": "1"},
            {"person_name": "Ａ", "birth_date": "无", "visits": " 1"},
            {"person_name": "甲\u3000", "birth_date": "2024", "visits": None},
            {"_defect": "field_count", "_raw": " Ａ"},
        ],
    )
    assert found == {
        "person_name": {"trim": 2, "halfwidth": 2, "collapse_spaces": 1},
        "birth_date": {"trim": 1, "dates": 1, "nulls": 1},
        "visits": {"trim": 1},
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.parquet"]


def test_what_no_step_understands_is_counted(tmp_path: Path) -> None:
    """A text counts once for its kind of step, unless it is a null marker of the feed."""
    resource = with_feed(
        person(),
        nulls=["", "无"],
        normalise={
            "person_name": [{"translate": {"code_list": "sex"}}],
            "birth_date": [
                {"dates": {"formats": ["%Y%m%d"]}},
                {"dates": {"formats": ["%d.%m.%Y"]}},
            ],
        },
    )
    days = ("20240105", "5.1.2024", "2024-01-05", "无", None)
    names = ("女", "1", "甲", "乙", None)
    records = [{"birth_date": d, "person_name": n} for d, n in zip(days, names, strict=True)]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)

    found = counted_cells(resource.feed, rows, Context(code_lists=LISTS))

    assert found.changed == {"birth_date": {"dates": 2}, "person_name": {"translate": 1}}
    assert found.not_understood == {"birth_date": {"dates": 1}, "person_name": {"translate": 2}}


def test_nothing_declared_is_nothing_read(tmp_path: Path) -> None:
    """Without steps the rows are not even opened."""
    feed: Feed = person().feed
    assert counted_cells(feed, tmp_path / "absent.parquet", Context()) == Cells()


@pytest.mark.parametrize("text", ["1", "1,234.5", "5,002(万元)"])
def test_steps_say_nothing_of_the_rest_of_a_row(text: str) -> None:
    """Ten thousand cells are each their own."""
    assert set(done(CAPITAL, [text] * 10_000)) == set(done(CAPITAL, [text]))


def test_parts_may_have_any_name(tmp_path: Path) -> None:
    """No name of a part means anything inside a step."""
    names = ("n", "m", "i", "l", "u", "d", "p", "name", "code", "text", "list", "date")
    columns = {f"列{name}": name for name in names}
    steps: list[Any] = [
        {"translate": {"code_list": "sex"}},
        {"number": {"units": True}},
        {"moments": {"formats": ["%Y-%m-%d"], "zone": "UTC"}},
        {"dates": {"formats": ["%Y%m%d"], "excel_serial": True}},
    ]
    feed = person().feed.model_dump() | {
        "columns": columns,
        "normalise": dict.fromkeys(names, steps),
    }
    rows = tmp_path / "rows.parquet"
    texts = ("女", "5万", "2024-01-05", "20240105")
    with duckdb.connect() as con:
        made = ", ".join(f"text AS {name}" for name in names)
        con.execute(f"COPY (SELECT {made} FROM (SELECT unnest(?) AS text)) TO '{rows}'", [texts])
    found = counted_cells(Feed.model_validate(feed), rows, Context(code_lists=LISTS)).changed
    each = {"translate": 1, "number": 1, "moments": 1, "dates": 2}
    assert found == dict.fromkeys(names, each)


@pytest.mark.parametrize("text", ["2024011", "202401", "100000"])
def test_a_date_that_lost_a_digit_is_no_serial_number(text: str) -> None:
    """Beside a format of digits alone, days are counted in five digits; elsewhere in seven."""
    beside = Dates(formats=("%Y%m%d",), excel_serial=True)
    assert done(beside, [text, "45000", "99999"]) == [text, "2023-03-15", "2173-10-13"]
    alone = Dates(formats=("%Y-%m-%d",), excel_serial=True)
    assert done(alone, [text]) != [text]
