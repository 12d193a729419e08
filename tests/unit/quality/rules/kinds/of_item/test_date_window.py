"""Behaviour of the kind `date_window`: days, moments, and the day of judging."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest

from quality.rules.derivation import rules_for
from quality.rules.kinds.of_item.date_window import KIND
from quality.rules.rule import Rule, Words
from tests.city.resources import catalog_of, person
from tests.unit.quality.rules.kinds.judging import good_rows

TODAY = date(2026, 3, 3)
MOMENTS = [datetime(2026, 3, day, hour) for day, hour in ((2, 0), (3, 23), (4, 0))]  # noqa: DTZ001


def _rule(code: str) -> Rule:
    made = person()
    (rule,) = (one for one in rules_for(catalog_of(made), made) if one.code == code)
    return rule


def _good(rows: pa.Table, low: str | None, high: str | None) -> list[int]:
    assert KIND.condition
    return good_rows(KIND.condition, "d", rows, min_value=low, max_value=high)


def test_today_is_the_day_of_judging() -> None:
    """The catalogue has the word, the expectation the day, and the sentence 交付当日."""
    rule = _rule("birth_date:date_window")
    _, arguments = KIND.expected(rule, person(), TODAY)
    assert (arguments["min_value"], arguments["max_value"]) == ("1900-01-01", "2026-03-03")
    assert rule.wording == Words(
        "出生日期应在1900-01-01至交付当日之间",
        "`birth_date` must be between 1900-01-01 and the day of judging",
    )
    _, open_one = KIND.expected(_rule("seen_at:date_window"), person(), TODAY)
    assert open_one["min_value"] is None


@pytest.mark.parametrize(
    ("low", "high", "good"),
    [
        (None, None, [1, 2, 3]),
        ("2026-03-03", None, [2, 3]),
        (None, "2026-03-03", [1, 2]),
        ("2026-03-03", "2026-03-03", [2]),
    ],
)
def test_both_ends_are_inside(low: str | None, high: str | None, good: list[int]) -> None:
    """A day is inside its own window, and a moment anywhere in the last day."""
    numbers = pa.array([1, 2, 3])
    moments = pa.table({"_row": numbers, "d": pa.array(MOMENTS, pa.timestamp("us"))})
    days = pa.table({"_row": numbers, "d": pa.array([one.date() for one in MOMENTS])})
    assert _good(moments, low, high) == good
    assert _good(days, low, high) == good
