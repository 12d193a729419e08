"""Text functions: each answers as DuckDB does, whatever stands in the text."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

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
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from tests.harness.sail import both
from values.normalise.render import Context, step_sql

SIGNS = [
    *"0123456789.,+-万亿元人民币千RMBcny$¥￥ （）()年月日:/KSks",
    "\u3000",
    "\u200b",
    "ſ",
    "\u212a",
]
TEXTS = [
    None,
    "",
    " ",
    "Ａ公司 ",
    "a\u3000 b",
    "１，２３４．５０元",
    "5,002(万元人民币)",
    "53万人民币",
    "N/A",
]
TEXTS += ["2024-01-05", "2024-1-5", "2024年1月5日", "20240105", "20240230", "0000-01-01", "45000"]
TEXTS += ["2024-1-5 3:04:05", "2024-01-05 00:30:00", "2024-01-05 24:00:00", "(5)", "(5万元)"]
TEXTS += [
    "５００",
    "US$ 5",
    "rmb 5",
    "\u212aRW 5",
    "001.2300",
    "1.",
    "12亿",
    "1,23",
    "9" * 30 + ".10千",
]
TEXTS += ["是", "否", "男", "女", "a\x00b", "𠮷", "\ufeff甲"]
STEPS: tuple[Step, ...] = (
    Trim(step="trim"),
    CollapseSpaces(step="collapse_spaces"),
    Halfwidth(step="halfwidth"),
    Nulls(step="nulls", texts=("N/A",)),
    Booleans(step="booleans", true=("是", "y"), false=("否",)),
    Translate(step="translate", code_list="sex"),
    Dates(step="dates", formats=("%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日")),
    Dates(step="dates", formats=("%d/%m/%Y",), excel_serial=True),
    Moments(step="moments", formats=("%Y-%m-%d %H:%M:%S", "%Y%m%d")),
    Number(step="number"),
    Number(step="number", thousands=True, units=True, bare="10000"),
    Number(step="number", units=True, currency=True, currency_item="currency"),
)
CITY = Context("Asia/Shanghai", {"sex": {"1": "男", "2": "女", "3": "男"}})


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_step_writes_the_same(step: Step, tmp_path: Path) -> None:
    """Over texts that it is for, that look like these, and that nobody would write."""
    pytest.importorskip("pysail")
    draw = random.Random(4)
    texts = TEXTS + ["".join(draw.choices(SIGNS, k=draw.randint(1, 8))) for _ in range(600)]
    rows = pa.table({"_row": pa.array(range(len(texts)), pa.int64()), "t": texts})
    query = f"SELECT _row, {step_sql(step, 't', CITY)} AS v FROM landed_records"
    here, there = both(query, rows, tmp_path)
    assert dict(there) == dict(here)
    assert dict(here) != dict(enumerate(texts)), "the step changes some text"


@pytest.mark.parametrize(
    "sql",
    [
        "regexp_replace(t, 'a', 'b')",
        "regexp_replace(t, '^a|b$', 'b')",
        "regexp_replace(t, 'a', '$1', 'g')",
        r"regexp_replace(t, '(a)', '\1x', 'g')",
        "regexp_replace(t, 'a', 'b', 'gi')",
        "regexp_replace(t, 'a', t, 'g')",
        "regexp_extract(t, '(a)(b)', ['x', 'y'])",
        "translate(t, 'ab', 'c')",
        "translate(t, 'aa', 'bc')",
        "contains(t, t)",
        "rtrim(t)",
        "trim(t, 'ab')",
        "split_part(t, '.', -1)",
        "split_part(t, '', 1)",
        "repeat(t, _row)",
        "date_trunc('week', t)",
        "[t, t][1]",
        "[x FOR x IN [t]][2]",
        "[x FOR x IN [t, t]][1]",
        "[x FOR x IN [t] IF x = 'a'][1]",
        "[x.b FOR x IN [{'a': t}]][1]",
        "[x * 2 FOR x IN [_row]][1]",
        "[x FOR x IN [[y FOR y IN [t]][1] || 'a']][1]",
        "(SELECT t)",
        "(SELECT v FROM (VALUES ('a', 'b'), ('a', 'c')) AS n(k, v) WHERE k = t)",
        "(SELECT v FROM (VALUES ('a', 'b')) AS n(k, v) WHERE k > t)",
    ],
)
def test_what_engines_read_differently_is_refused(sql: str) -> None:
    """First places, unequal alphabets, lists of several, queries as values."""
    with pytest.raises(NotSaidAlike):
        rendered(f"SELECT {sql} AS v FROM landed_records", {"_row": "BIGINT", "t": "VARCHAR"}, {})
