"""The kind `date_window`: a day or moment lies between two days, both inclusive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, between, implied
from quality.rules.rule import TODAY, Rule, Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    window = about.item.window or about.element.window
    if window is None:
        return None
    days = (window.not_before, window.not_after)
    zh = between(*(_said(day, "交付当日") for day in days)).zh
    en = between(*(_said(day, "the day of judging") for day in days)).en
    words = Words(f"应在{zh}", f"must be {en}")
    return words, {"min": window.not_before, "max": window.not_after}


def _said(day: object, today: str) -> object:
    return today if day == TODAY else day


def _arguments(rule: Rule, today: date) -> dict[str, Any]:
    def day(bound: date | str | None) -> str | None:
        if bound is None:
            return None
        return today.isoformat() if bound == TODAY else str(bound)

    return {"min_value": day(rule.arguments["min"]), "max_value": day(rule.arguments["max"])}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold a moment to days: it may lie anywhere in the last one."""
    import sqlalchemy as sa

    del table
    parts = []
    if arguments["min_value"] is not None:
        parts.append(column >= _day(date.fromisoformat(arguments["min_value"])))
    if arguments["max_value"] is not None:
        last = date.fromisoformat(arguments["max_value"])
        parts.append(column < _day(last + timedelta(days=1)))
    return sa.and_(sa.true(), *parts)


def _day(day: date) -> Column:
    import sqlalchemy as sa

    return sa.literal_column(f"DATE '{day.isoformat()}'")


_WINDOW = Condition(
    "expect_column_values_to_be_dates_within",
    _meets,
    "range of days",
    {"min_value": None, "max_value": None},
)

KIND = KindOfItem(
    name=RuleKind.DATE_WINDOW,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_WINDOW.type, _arguments),
    condition=_WINDOW,
)
