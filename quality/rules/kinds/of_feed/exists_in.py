"""The kind `exists_in`: several values together exist in one row of another resource.

As in SQL, a record with a null among them refers to nothing and passes. A resource that refers to
itself also finds what this very delivery brings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.forms import Together
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import Expected, KindOfFeed, Lookup, always
from quality.rules.row_conditions import about
from quality.rules.rule import Rule, Words
from quality.rules.stored import stored_sql
from storage.sql import identifier, identifiers

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    for rule in resource.quality:
        if rule.exists_in is not None:
            yield _rule(catalog, resource, rule, rule.exists_in)


def _rule(catalog: Catalog, resource: Resource, rule: QualityRule, other: Together) -> Rule:
    named = (*other.items, *(condition.item for condition in rule.where))
    types = {code: catalog.element_of(resource.item(code)).type for code in named}
    english = f"expects {', '.join(other.items)} together to exist in {other.resource}"
    return Rule(
        code=rule.code,
        kind=RuleKind.EXISTS_IN,
        columns=tuple(other.items),
        level=rule.level,
        dimension=rule.dimension,
        wording=Words(rule.description, rule.description_en or english),
        clause=rule.clause or RuleKind.EXISTS_IN.clause,
        arguments={"resource": other.resource, "there": tuple(other.items.values())}
        | {"types": types, "where": rule.where}
        | {"only_key": set(named) <= set(resource.key)},
    )


def _relation(rule: Rule) -> str:
    """Return the name of the relation with the other resource's values (`value_0`, `value_1` …)."""
    return f"exists_in__{rule.code}"


def _bring(lookup: Lookup, rule: Rule) -> None:
    there = rule.arguments["there"]
    # one item may stand for several here
    stored = stored_sql(lookup, rule.arguments["resource"], [*dict.fromkeys(there)])
    query = f"SELECT {_named(there)} FROM ({stored})"
    if lookup.feed is not None:
        query += f" UNION ALL SELECT {identifiers(there)} FROM {lookup.feed.sql}"
    name = identifier(_relation(rule))
    lookup.con.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")


def _named(there: tuple[str, ...]) -> str:
    return ", ".join(f"{identifier(code)} AS value_{place}" for place, code in enumerate(there))


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del column, table
    here: list[Column] = [sa.column(name) for name in arguments["together"]]
    there: list[Column] = [sa.column(f"value_{place}") for place in range(len(here))]
    relation = sa.table(sa.quoted_name(arguments["relation"], quote=True))
    whole = (value.is_not(None) for value in there)
    listed = sa.select(*there).select_from(relation).where(*whole)
    return sa.or_(*(value.is_(None) for value in here), sa.tuple_(*here).in_(listed))


_TOGETHER = Condition(
    "expect_column_values_to_exist_together",
    _meets,
    "several values in one row of another resource",
    {"relation": "", "together": ()},
)


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    del today
    given = rule.arguments
    return _TOGETHER.type, {
        "column": rule.columns[0],
        "relation": _relation(rule),
        "together": list(rule.columns),
        "row_condition": about(
            resource, given["types"], given["where"], only_key=given["only_key"]
        ),
    }


def _itself(resource: Resource, rule: Rule) -> bool:
    return bool(rule.arguments["resource"] == resource.ref)


def _stored(resource: Resource, rule: Rule) -> bool:
    """Say whether the items it is about are all stored."""
    about_items = {*rule.columns, *(one.item for one in rule.arguments["where"])}
    return about_items <= {item.code for item in resource.stored}


def _alone(resource: Resource, rule: Rule) -> bool:
    return not _itself(resource, rule)


KIND = KindOfFeed(
    name=RuleKind.EXISTS_IN,
    rules=_rules,
    expected=_expected,
    condition=_TOGETHER,
    alone=_alone,
    itself=_itself,
    stored=_stored,
    in_lake=always,
    bring=_bring,
    last=True,
)
