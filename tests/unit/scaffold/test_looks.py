"""Looks: counts of what the texts of each sample column could be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from scaffold.looks import DATES, MOMENTS, Look, looks_of
from scaffold.sampling import SAMPLE, column_name
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from tests.unit.scaffold.sampled import look, small_city

RESIDENT = "11010519491231002X"
FIRM = "91350500M000100Y43"


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Yield one workbench for all samples."""
    with open_workbench(tmp_path_factory.mktemp("work")) as opened:
        yield opened


def _seen(
    con: Connection, texts: Sequence[str | None], defects: Sequence[str | None] | None = None
) -> Look:
    """Return the look of one column of texts."""
    table = pa.table(
        {
            "_defect": pa.array(defects or [None] * len(texts), pa.string()),
            column_name(0): pa.array(texts, pa.string()),
        }
    )
    con.register("sampled", table)
    con.execute(f"CREATE OR REPLACE TABLE {SAMPLE} AS FROM sampled")
    con.unregister("sampled")
    [found] = looks_of(con, small_city(), ("栏",))
    return found


@pytest.mark.parametrize(
    ("test", "passing", "failing"),
    [
        ("resident_id", [RESIDENT], [RESIDENT[:-1] + "1", RESIDENT[:-1]]),
        ("mobile", ["13800138000", "+8613800138000"], ["12800138000", "1380013800"]),
        ("landline", ["0595-22345678", "059522345678"], ["595-2234567"]),
        ("email", ["a@b.cn"], ["a@b", "a b@c.cn"]),
        ("integer", ["-12", "0", "9" * 18], ["1.0", "1,000", "9" * 19]),
        ("decimal", ["-1.50", "+0.0"], ["1", ".5", "1."]),
        ("boolean", ["是", "N", "false"], ["否定", "2"]),
        ("money", ["5,000万元", "￥3.5", "53万人民币", "10（万元）"], ["5000", "元"]),
        ("damaged", ["3.50502E+17", "1e18"], ["3.5E", "E17"]),
        ("fullwidth", ["ＡＢ", "１２"], ["AB", "甲　乙"]),
        ("spaces", [" 甲", "甲\u3000乙", "甲\u200b"], ["甲 乙"]),
        ("mojibake", ["锟斤拷", "a\ufffd"], ["甲"]),
    ],
)
def test_each_test_tells_what_it_is_named_for(
    con: Connection, test: str, passing: list[str], failing: list[str]
) -> None:
    """Every text of its kind passes, and what only resembles it does not."""
    assert _seen(con, passing).tests[test] == len(passing)
    assert _seen(con, failing).tests[test] == 0


def test_counts_are_over_the_sound_records(con: Connection) -> None:
    """Records that cannot be split count for nothing; null markers are rows and no values."""
    seen = _seen(con, ["甲甲", "甲甲", "N/A", " 无 ", "", None, "bad"], [None] * 6 + ["columns"])
    assert (seen.rows, seen.given, seen.distinct, seen.longest) == (6, 2, 1, 2)
    assert seen.nulls == ("N/A", "无")


def test_the_scale_is_the_most_digits_after_a_point(con: Connection) -> None:
    """What a decimal needs in order to lose nothing."""
    assert _seen(con, ["1.5", "2.125", "3"]).scale == 3
    assert _seen(con, ["甲", "3"]).scale == 0


@pytest.mark.parametrize(
    ("text", "dates", "moments"),
    [
        ("2024-01-05", ["%Y-%m-%d"], []),
        ("20240105", ["%Y%m%d"], []),
        ("2024/1/5", ["%Y/%m/%d"], []),
        ("2024年1月5日", ["%Y年%m月%d日"], []),
        ("2024-02-30", [], []),
        ("20241305", [], []),
        ("2024-01-05 00:00:00", ["%Y-%m-%d %H:%M:%S"], ["%Y-%m-%d %H:%M:%S"]),
        ("2024-01-05 10:30:00", [], ["%Y-%m-%d %H:%M:%S"]),
        ("2024-01-05T10:30:00", [], ["%Y-%m-%dT%H:%M:%S"]),
        ("2024-01-05 10:30", [], ["%Y-%m-%d %H:%M"]),
        ("2024-01-05 25:30", [], []),
        ("x2024-01-05", [], []),
    ],
)
def test_a_format_fits_a_whole_text_of_a_real_day(
    con: Connection, text: str, dates: list[str], moments: list[str]
) -> None:
    """A date is a day that there is; a moment at midnight is a date as well."""
    seen = _seen(con, [text])
    assert [form for form, count in seen.dates.items() if count] == dates
    assert [form for form, count in seen.moments.items() if count] == moments
    assert set(seen.dates) == {*DATES, *MOMENTS}


def test_codes_and_names_of_a_list_are_counted_apart(con: Connection) -> None:
    """Each record counts once for the side on which its text stands."""
    seen = _seen(con, ["1", "2", "2", "男性", "不予受理"])
    assert seen.lists == {
        ("sex", "code"): 3,
        ("sex", "name"): 1,
        ("outcome", "code"): 3,
        ("outcome", "name"): 1,
    }


@pytest.mark.parametrize(
    ("more", "unique"),
    [
        ({"rows": 20, "distinct": 19}, True),
        ({"rows": 20, "distinct": 18}, False),
        ({"rows": 1, "distinct": 1}, False),
        ({"rows": 0, "distinct": 0}, False),
    ],
)
def test_a_key_may_have_some_faulty_records(more: dict[str, Any], unique: bool) -> None:
    """Nineteen different values of twenty still make a key; one record shows nothing."""
    assert look(**more).unique is unique


def test_shares_are_of_the_given_texts() -> None:
    """Of a column without values no share of any kind passes."""
    assert look(given=4, tests={"integer": 3}).share("integer") == 0.75
    assert look(given=4).share("integer") == 0.0
    assert look(given=0, tests={"integer": 0}).share("integer") == 0.0
