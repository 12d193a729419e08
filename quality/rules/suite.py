"""From rules to a Great Expectations suite: which expectation judges which rule, with what.

Belongs here: that translation, and refusing what cannot be translated. Keep out: running the suite
(`runner`), conditions (`expectations`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import TIMES, ItemType, Level
from feeds.columns import OPERATION
from quality.rules.expectations import register
from quality.rules.relations import code_list_relation, reference_relation
from quality.rules.rule import TODAY, Rule
from values.typed import given_of

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

__all__ = ["expectation_for", "refused"]

Arguments = dict[str, Any]

_SEVERITY = {Level.REJECT: "critical", Level.QUARANTINE: "warning", Level.WARN: "info"}
_COMPARED = ("min_value", "max_value", "value_set")
"""Arguments of a core expectation that are values of its column."""
_UNIQUE = {"expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"}
"""Core expectations that GX evaluates with a window over all rows; ours sorts nothing."""


def expectation_for(rule: Rule, resource: Resource, today: date) -> Expectation:
    """Return the expectation that judges one rule; `today` stands for the word in the catalogue.

    Raises:
        CheckError: the catalogue names an expectation that does not exist, gives it arguments it
            does not take, or asks a rule about the whole delivery to keep single rows back.
    """
    register()
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    try:
        expectation, arguments = _translated(rule, resource, today)
    except ValueError as error:
        raise refused(rule, resource, "a bound does not fit the type of its column") from error
    configuration = ExpectationConfiguration(
        type=expectation,
        kwargs=arguments,
        description=rule.description,
        severity=_SEVERITY[rule.level],
        meta={"rule": rule.code, "level": rule.level.value, "dimension": rule.dimension.value},
    )
    try:
        found: Expectation = configuration.to_domain_obj()
    except (ValueError, TypeError) as error:
        what = f"its arguments do not fit {expectation}{_misfits(error)}"
        raise refused(rule, resource, what) from error
    if rule.level is Level.QUARANTINE and getattr(found, "map_metric", None) is None:
        raise refused(
            rule, resource, f"{expectation} judges the delivery as a whole and keeps no row back"
        )
    return found


def _translated(rule: Rule, resource: Resource, today: date) -> tuple[str, Arguments]:
    if rule.kind == "named":
        expectation, arguments = _named(rule, resource, today)
    else:
        expectation, arguments = _KINDS[rule.kind](rule, today)
        changes = resource.feed.changes is not None
        skip = changes and not rule.arguments.get("in_key", True)
        arguments = {"column": rule.columns[0], **arguments, "skip_deleted": skip}
    if "key_columns" in arguments:
        arguments["content_columns"] = _content(resource)
    return expectation, arguments


def _content(resource: Resource) -> list[str]:
    """Return the columns in which the very same record agrees with itself."""
    marks = [OPERATION] if resource.feed.changes is not None else []
    return [*(item.code for item in resource.items), *marks]


def _given_column(rule: Rule) -> str:
    """Return the column that is null where nothing was delivered at all."""
    column = rule.columns[0]
    return given_of(column) if rule.arguments["typed"] else column


def _days(rule: Rule, today: date) -> Arguments:
    def day(bound: date | str | None) -> str | None:
        if bound is None:
            return None
        return today.isoformat() if bound == TODAY else str(bound)

    return {"min_value": day(rule.arguments["min"]), "max_value": day(rule.arguments["max"])}


def _numbers(rule: Rule) -> Arguments:
    low, high = rule.arguments["min"], rule.arguments["max"]
    return {
        "min_value": None if low is None else str(low),
        "max_value": None if high is None else str(high),
    }


def _listed(relation: str, column: str) -> Arguments:
    return {"relation": relation, "relation_column": column}


_KINDS: Mapping[str, Callable[[Rule, date], tuple[str, Arguments]]] = MappingProxyType(
    {
        "record": lambda rule, _today: (
            "expect_column_values_to_differ_from",
            {"mark": rule.arguments["defect"]},
        ),
        "operation": lambda _rule, _today: ("expect_column_values_to_be_present", {}),
        "sequence": lambda _rule, _today: ("expect_column_values_to_be_present", {}),
        "unique": lambda rule, _today: (
            "expect_column_key_to_be_unique",
            {"key_columns": list(rule.columns)},
        ),
        "required": lambda rule, _today: (
            "expect_column_values_to_be_present",
            {"column": _given_column(rule)},
        ),
        "castable": lambda rule, _today: (
            "expect_column_values_to_be_castable",
            {"column": _given_column(rule), "typed_column": rule.columns[0]},
        ),
        "length": lambda rule, _today: (
            "expect_column_values_to_have_length_within",
            {"min_value": rule.arguments["min"], "max_value": rule.arguments["max"]},
        ),
        "range": lambda rule, _today: ("expect_column_values_to_be_numbers_within", _numbers(rule)),
        "date_window": lambda rule, today: (
            "expect_column_values_to_be_dates_within",
            _days(rule, today),
        ),
        "pattern": lambda rule, _today: (
            "expect_column_values_to_match_whole",
            {"regex": rule.arguments["regex"]},
        ),
        "code_list": lambda rule, _today: (
            "expect_column_values_to_be_listed",
            _listed(code_list_relation(rule.arguments["code_list"]), "code"),
        ),
        "reference": lambda rule, _today: (
            "expect_column_values_to_be_listed",
            _listed(
                reference_relation(rule.arguments["resource"], rule.arguments["item"]), "value"
            ),
        ),
        "resident_id": lambda _rule, _today: ("expect_column_values_to_be_resident_ids", {}),
        "credit_code": lambda _rule, _today: ("expect_column_values_to_be_credit_codes", {}),
    }
)


def _named(rule: Rule, resource: Resource, today: date) -> tuple[str, Arguments]:
    """Return a core expectation named in YAML, over records that could be split and remain.

    It never sees defective records, nor delete operations (but where it is about the key alone).
    """
    name = str(rule.arguments["expect"])
    expectation = name if name.startswith("expect_") else f"expect_{name}"
    _check_name(rule, resource, expectation)
    arguments = dict(rule.arguments["arguments"])
    if rule.level is Level.QUARANTINE and "mostly" in arguments:
        raise refused(rule, resource, "`mostly` lets bad rows pass, which level quarantine cannot")
    for name in _COMPARED:
        if name in arguments:
            arguments[name] = _value(arguments[name], _type_of(rule), today)
    arguments["row_condition"] = _sound(rule, resource, arguments.get("row_condition"))
    if expectation in _UNIQUE and rule.columns:
        columns = list(rule.columns)
        kept = {key: arguments[key] for key in ("mostly", "row_condition") if key in arguments}
        return "expect_column_key_to_be_unique", {
            "column": columns[0],
            "key_columns": columns,
            **kept,
        }
    return expectation, arguments


def _check_name(rule: Rule, resource: Resource, expectation: str) -> None:
    from great_expectations.expectations.registry import (
        list_registered_expectation_implementations,
    )

    if expectation not in list_registered_expectation_implementations():
        raise refused(rule, resource, f"there is no expectation {expectation}")
    unknown = sorted(set(rule.columns) - set(rule.arguments["types"]))
    if unknown:
        raise refused(rule, resource, f"it names no item: {', '.join(unknown)}")


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


def _sound(rule: Rule, resource: Resource, given: object) -> Arguments:
    conditions: list[object] = [
        {"type": "nullity", "column": {"name": "_defect"}, "is_null": True},
    ]
    if resource.feed.changes is not None and not rule.arguments["only_key"]:
        column = {"name": OPERATION}
        conditions.append(
            {"type": "comparison", "column": column, "operator": "!=", "parameter": "D"}
        )
    if given is not None:
        if not isinstance(given, dict):
            raise refused(rule, resource, "its row_condition is not a mapping")
        conditions.append(given)
    return {"type": "and", "conditions": conditions}


def _misfits(error: Exception) -> str:
    """Return the names of the arguments that a validation error is about, never their values."""
    errors = getattr(error, "errors", None)
    found: list[dict[str, Any]] = errors() if callable(errors) else []
    names = dict.fromkeys(str(one["loc"][0]) for one in found if one["loc"][0] != "__root__")
    return f": {', '.join(names)}" if names else ""


def refused(rule: Rule, resource: Resource, what: str) -> CheckError:
    """Return the error that tells the catalogue's author why a rule cannot be judged."""
    return CheckError(
        f"rule {rule.code} cannot be judged: {what}",
        where=resource.ref,
        remedy="correct the rule in the resource's `quality` section",
    )
