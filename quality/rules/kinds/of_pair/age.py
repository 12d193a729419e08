"""The kind `age`: an age is the full years between a birth and a day (周岁)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition, day_of, within
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import TODAY, Rule, Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    asked = about.item.age
    if asked is None:
        return None
    zh = f"（允许相差{asked.within}年）" if asked.within else ""
    en = f", or be off by {asked.within} at most" if asked.within else ""
    words = Words(f"应与出生日期相符{zh}", f"must be the years since birth{en}")
    arguments = {"born": asked.born, "on": asked.on, "within": asked.within}
    return words, arguments


def _arguments(rule: Rule, today: date) -> dict[str, Any]:
    judged = rule.arguments["on"] == TODAY
    return {
        "born": rule.arguments["born"],
        "on": None if judged else rule.arguments["on"],
        "day": today.isoformat() if judged else None,
        "within": rule.arguments["within"],
    }


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold an age to full years: somebody born on 29 February is older from 1 March on."""
    import sqlalchemy as sa

    del table
    born: Column = sa.cast(sa.column(arguments["born"]), sa.Date)
    day = day_of(arguments)
    early: Column = sa.cast(_in_year(day) < _in_year(born), sa.Integer)
    years = sa.extract("year", day) - sa.extract("year", born) - early
    off = arguments["within"]
    fits = sa.and_(born <= day, within(column, years - off, years + off))
    return sa.or_(born.is_(None), day.is_(None), fits)


def _in_year(day: Column) -> Column:
    """Return month and day as a number; DuckDB's own `date_sub` has 29 February end on the 28th."""
    import sqlalchemy as sa

    return sa.extract("month", day) * 100 + sa.extract("day", day)


_AGE = Condition(
    "expect_column_pair_to_be_age_since_birth",
    _meets,
    "age",
    {"born": "", "on": None, "day": None, "within": 0},
)

KIND = KindOfItem(
    name=RuleKind.AGE,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_AGE.type, _arguments),
    condition=_AGE,
)
