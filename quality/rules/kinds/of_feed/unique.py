"""The kind `unique`: records of one key say the same within a delivery.

The very same record twice is one record; a null in the key is nobody's double.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from feeds.columns import OPERATION, SEQUENCE
from quality.rules.condition import Arguments, Condition, deleted
from quality.rules.kind import Expected, KindOfFeed, implied
from quality.rules.rule import Rule, Words
from register.bundles import place_sql
from storage.engines.spark.closed_list import SPARED

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND", "UNIQUE", "content_of", "repeated"]


def content_of(resource: Resource) -> list[str]:
    """Return the columns in which the very same record agrees with itself."""
    marks = [OPERATION] if resource.feed.changes is not None else []
    return [*(item.code for item in resource.items), *marks]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    changes = resource.feed.changes is not None
    names = "、".join(catalog.name_of(resource.item(code)) for code in resource.key)
    codes = ", ".join(f"`{code}`" for code in resource.key)
    yield Rule(
        code=RuleKind.UNIQUE.stored,
        kind=RuleKind.UNIQUE,
        columns=(*resource.key, SEQUENCE) if changes else resource.key,
        level=Level.QUARANTINE,
        dimension=Dimension.ACCURACY,
        wording=Words(
            f"{names}{'与变更序号' if changes else ''}相同的记录在一次交付内内容应一致",
            f"records of one {codes}{' and sequence' if changes else ''} say the same "
            "within a delivery",
        ),
        clause=RuleKind.UNIQUE.clause,
    )


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    expectation, arguments = _by_key(rule, resource, today)
    return expectation, arguments | {"content_columns": content_of(resource)}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold where no other row of the delivery says something else under the same key.

    The content is compared only of keys that occur more than once, and these are looked for only
    where the records do not stand in the order of their keys.
    """
    import sqlalchemy as sa

    del column
    names = arguments["key_columns"]
    key: list[Column] = [sa.column(name) for name in names]
    whole = [part.is_not(None) for part in key]
    one = [sa.literal_column(place_sql()), *key]
    doubled = _doubled(one, whole, table)
    if arguments["content_columns"]:
        again: Column = sa.tuple_(*one)
        parts = [part.label(f"_key_{place}") for place, part in enumerate(one)]
        content = [part.label(f"_in_{place}") for place, part in enumerate(_content(arguments))]
        records = sa.select(*parts, *content).select_from(table)
        found = records.where(*whole, again.in_(doubled)).distinct().subquery()
        named = [found.c[part.name] for part in parts]
        doubled = sa.select(*named).group_by(*named).having(sa.func.count() > 1)
    missing = [part.is_(None) for part in key]
    return sa.or_(*missing, sa.not_(sa.tuple_(*one).in_(doubled)))


def repeated(key: Sequence[str], table: sa.FromClause) -> Clause:
    """Return the condition of a record whose key stands in another one of the delivery too.

    These are the only records whose content is compared.
    """
    import sqlalchemy as sa

    one: list[Column] = [sa.literal_column(place_sql()), *map(sa.column, key)]
    return sa.tuple_(*one).in_(_doubled(one, [part.is_not(None) for part in one[1:]], table))


def _doubled(
    one: Sequence[Column], whole: Sequence[Clause], table: sa.FromClause
) -> sa.Select[Any]:
    """Return the keys that occur more than once."""
    import sqlalchemy as sa

    several = sa.select(*one).select_from(table).where(*whole, _out_of_order(one, whole, table))
    return several.group_by(*one).having(sa.func.count() > 1)


def _out_of_order(one: Sequence[Column], whole: Sequence[Clause], table: sa.FromClause) -> Clause:
    """Hold where any record's key is not greater than that of the one before it.

    Most registers are delivered in the order of their key, which is seen in a tenth of the time
    that grouping takes: in whatever order they are read, none occurs twice then.
    """
    import sqlalchemy as sa

    named = [part.label(f"_this_{place}") for place, part in enumerate(one)]
    records = sa.select(*named).select_from(table).where(*whole).subquery()
    this = [records.c[part.name] for part in named]
    # each of them once: of what stands twice in a query the engine works out both
    that = [sa.func.lag(part).over().label(f"_that_{place}") for place, part in enumerate(this)]
    pairs = sa.select(*this, *that).subquery()
    ahead = _greater(*([pairs.c[part.name] for part in parts] for parts in (named, that)))
    marks = [pairs.c[that[0].name].label(SPARED[0]), ahead.label(SPARED[1])]
    seen = sa.select(*marks).subquery()
    # the first record has none before it
    behind = [seen.c[SPARED[0]].is_not(None), seen.c[SPARED[1]].is_not(sa.true())]
    return sa.exists(sa.select(sa.literal_column("1")).select_from(seen).where(*behind))


def _greater(one: Sequence[Column], other: Sequence[Column]) -> Clause:
    """Hold where the first part that differs is greater; the engine takes thrice as long by tuples.

    The last parts, which differ most often, are compared first.
    """
    import sqlalchemy as sa

    *parts, last = zip(one, other, strict=True)
    found: Clause = last[0] > last[1]
    for this, that in reversed(parts):
        found = sa.or_(sa.and_(this == that, found), this > that)
    return found


def _content(arguments: Arguments) -> list[Column]:
    """Return what two records of one key must agree in; of a deletion nothing but that it is one.

    A change feed's two words for a row that is there (I, U) say the same of it.
    """
    import sqlalchemy as sa

    names: list[Any] = list(arguments["content_columns"])
    if OPERATION not in names:
        return [sa.column(name) for name in names]
    names.remove(OPERATION)
    kept = [sa.case((deleted(), sa.null()), else_=sa.column(name)) for name in names]
    return [deleted(), *kept]


UNIQUE = Condition(
    "expect_column_key_to_be_unique", _meets, "key", {"key_columns": (), "content_columns": ()}
)
_by_key = implied(UNIQUE.type, lambda rule, _today: {"key_columns": list(rule.columns)})

KIND = KindOfFeed(name=RuleKind.UNIQUE, rules=_rules, expected=_expected, condition=UNIQUE)
