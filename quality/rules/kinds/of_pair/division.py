"""The kind `division`: a text begins with the code of a division that was in force on a day.

The first six digits are judged: of a town or a village those of its county, of a resident identity
number those of the place that gave it out. A day before the first year that is known is judged by
that year, one after the last by the last.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition, day_of
from quality.rules.divisions.years import FIRST, division_spans, last_year
from quality.rules.kind import ItemFacts, KindOfItem, Lookup, Said, implied
from quality.rules.rule import TODAY, Rule, Words
from storage.sql import identifier

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]

_SIX = 6
_YEARS = 10_000
"""By what a code is multiplied, so that it and a year are one number: a quarter of a million of
them are looked up in a third of the time that as many texts take, by every delivery."""


def _asks(about: ItemFacts) -> Said | None:
    asked = about.item.division
    if asked is None:
        return None
    zh = "或其后" if asked.or_later else ""
    en = " or later" if asked.or_later else ""
    words = Words(
        f"应以当日{zh}有效的行政区划代码开头",
        f"must begin with the code of a division in force on the day{en}",
    )
    return words, {"on": asked.on, "or_later": asked.or_later, "until": last_year()}


def _relation(rule: Rule) -> str:
    """Return the name of the relation with every code and a year in which it will do (`key`)."""
    return f"divisions__{'or_later' if rule.arguments['or_later'] else 'in_force'}"


def _bring(lookup: Lookup, rule: Rule) -> None:
    """Bring the codes with their years, which are the same for every resource, once."""
    # asked first: handing over ten thousand codes in vain takes longer than a small delivery
    there = "SELECT 1 FROM duckdb_tables() WHERE table_name = ?"
    if lookup.con.execute(there, [_relation(rule)]).fetchall():
        return
    first = str(FIRST) if rule.arguments["or_later"] else "first"
    lists = [list(column) for column in zip(*division_spans(), strict=True)]
    lookup.con.execute(
        f"CREATE TABLE {identifier(_relation(rule))} AS "
        f"SELECT code::BIGINT * {_YEARS} + unnest(range({first}, last + 1)) AS key FROM (SELECT "
        "unnest(?::VARCHAR[]) AS code, unnest(?::INT[]) AS first, unnest(?::INT[]) AS last)",
        lists,
    )


def _arguments(rule: Rule, today: date) -> dict[str, Any]:
    judged = rule.arguments["on"] == TODAY
    return {
        "relation": _relation(rule),
        "on": None if judged else rule.arguments["on"],
        "day": today.isoformat() if judged else None,
    }


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Look the code up together with the year: one look-up, whatever the day."""
    import sqlalchemy as sa

    del table
    key: Column = sa.column("key")
    relation = sa.table(sa.quoted_name(arguments["relation"], quote=True))
    day = day_of(arguments)
    year = sa.func.greatest(FIRST, sa.func.least(last_year(), sa.extract("year", day)))
    code: Column = sa.func.left(column, _SIX)
    # a text that a number can be made of need not be a code: ` 1.1e5` is no division
    digits = sa.func.regexp_full_match(code, sa.literal(f"[0-9]{{{_SIX}}}"))
    number = sa.try_cast(code, sa.BigInteger) * _YEARS + year
    keys = sa.select(key).select_from(relation).where(key.is_not(None))
    return sa.or_(day.is_(None), sa.and_(digits, number.in_(keys)))


_DIVISION = Condition(
    "expect_column_values_to_be_divisions_in_force",
    _meets,
    "divisions in force",
    {"relation": "", "on": None, "day": None},
)

KIND = KindOfItem(
    name=RuleKind.DIVISION,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_DIVISION.type, _arguments),
    condition=_DIVISION,
    bring=_bring,
)
