"""The kind `named`: a core expectation of Great Expectations that a resource names in YAML.

It never sees defective records, nor delete operations (but where it is about the key alone).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.core_expectations import CORE, CoreExpectation, Scope, plain_name
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import TIMES, ItemType, Level
from quality.rules.kind import Expected, KindOfFeed
from quality.rules.kinds.of_feed.unique import UNIQUE, content_of
from quality.rules.row_conditions import about
from quality.rules.rule import TODAY, Rule, Words, refused

__all__ = ["KIND", "named_rules"]

_COMPARED = ("min_value", "max_value", "value_set")
"""Arguments of a core expectation that are values of its column."""
_UNIQUE = {"expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"}
"""Core expectations that GX evaluates with a window over all rows; ours sorts nothing."""


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    types = {item.code: catalog.element_of(item).type for item in resource.items}
    yield from named_rules(resource, types)


def named_rules(resource: Resource, types: Mapping[str, ItemType]) -> tuple[Rule, ...]:
    """Return the rules that a resource names in YAML; `types` of its items, as far as known."""
    return tuple(
        _rule(resource, rule, types) for rule in resource.quality if rule.expect is not None
    )


def _rule(resource: Resource, rule: QualityRule, types: Mapping[str, ItemType]) -> Rule:
    arguments = rule.arguments
    columns = _columns(arguments)
    named = (*columns, *(condition.item for condition in rule.where))
    kept = {code: types[code] for code in named if code in types}
    return Rule(
        code=rule.code,
        kind=RuleKind.NAMED,
        columns=columns,
        level=rule.level,
        dimension=rule.dimension,
        wording=Words(rule.description, rule.description_en or _in_english(rule)),
        clause=rule.clause or RuleKind.NAMED.clause,
        arguments={"expect": rule.expect, "arguments": arguments, "types": kept}
        | {"only_key": bool(named) and set(named) <= set(resource.key), "where": rule.where},
    )


def _in_english(rule: QualityRule) -> str:
    """Say what an expectation asks, from its own name and its arguments as they are written."""
    name = plain_name(rule.expect or "").replace("_", " ")
    given = ", ".join(f"{key} {value}" for key, value in rule.arguments.items())
    return f"expects {name} ({given})" if given else f"expects {name}"


def _columns(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    single = (arguments.get(name) for name in ("column", "column_A", "column_B"))
    several = arguments.get("column_list") or ()
    return tuple(dict.fromkeys([*(name for name in single if name), *several]))


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    """Return the core expectation over the records that the rule is about."""
    known = _known(rule, resource)
    arguments = dict(rule.arguments["arguments"])
    if rule.level is Level.QUARANTINE and "mostly" in arguments:
        raise refused(rule, resource, "`mostly` lets bad rows pass, which level quarantine cannot")
    for name in _COMPARED:
        if name in arguments and known.scope is not Scope.SHAPE:
            arguments[name] = _value(arguments[name], _type_of(rule), today)
    if known.filtered:
        given = rule.arguments
        arguments["row_condition"] = about(
            resource, given["types"], given["where"], only_key=given["only_key"]
        )
    expectation = f"expect_{plain_name(rule.arguments['expect'])}"
    if expectation in _UNIQUE and rule.columns:
        columns = list(rule.columns)
        kept = {key: arguments[key] for key in ("mostly", "row_condition") if key in arguments}
        return UNIQUE.type, {
            "column": columns[0],
            "key_columns": columns,
            **kept,
            "content_columns": content_of(resource),
        }
    return expectation, arguments


def _known(rule: Rule, resource: Resource) -> CoreExpectation:
    name = plain_name(rule.arguments["expect"])
    if name not in CORE:
        raise refused(rule, resource, f"there is no expectation expect_{name} that can judge here")
    where = (condition.item for condition in rule.arguments["where"])
    unknown = sorted({*rule.columns, *where} - {*rule.arguments["types"]})
    if unknown:
        raise refused(rule, resource, f"it names no item: {', '.join(unknown)}")
    return CORE[name]


def _type_of(rule: Rule) -> ItemType | None:
    types: Mapping[str, ItemType] = rule.arguments["types"]
    return types.get(rule.columns[0]) if rule.columns else None


def _value(value: Any, item_type: ItemType | None, today: date) -> Any:  # noqa: ANN401 - YAML
    """Return a value as the column's type compares it; lists member by member."""
    if isinstance(value, list):
        return [_value(member, item_type, today) for member in value]
    if item_type not in TIMES:
        return value
    if value == TODAY:
        value = today
    read = date.fromisoformat if item_type is ItemType.DATE else datetime.fromisoformat
    return read(str(value)) if isinstance(value, (str, date)) else value


def _alone(resource: Resource, rule: Rule) -> bool:
    """Say whether it looks at one record at a time, or at what all deliveries share.

    One that lets a share of rows pass (`mostly`), or that looks at the whole delivery but for its
    number of records, would see the others of a bundle.
    """
    del resource
    known = CORE.get(plain_name(rule.arguments["expect"]))
    single = known is not None and known.scope in {Scope.RECORD, Scope.COUNT, Scope.SHAPE}
    return single and "mostly" not in rule.arguments["arguments"]


def _stored(resource: Resource, rule: Rule) -> bool:
    """Say whether it is about items that are all stored, and not about a delivery's shape."""
    about = {*rule.columns, *(condition.item for condition in rule.arguments["where"])}
    stored = {*resource.key, *(item.code for item in resource.stored)}
    known = _known(rule, resource)
    return bool(about) and about <= stored and known.scope not in {Scope.COUNT, Scope.SHAPE}


KIND = KindOfFeed(
    name=RuleKind.NAMED,
    rules=_rules,
    expected=_expected,
    alone=_alone,
    stored=_stored,
    last=True,
)
