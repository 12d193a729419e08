"""From rules to a Great Expectations suite: each rule as an expectation.

Belongs here: making that expectation, and refusing what cannot be made. Keep out: which expectation
a kind of rule asks for (`kinds`), running the suite (`runner`). Imported inside functions only.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import Level
from quality.rules.expectations import register
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule, refused

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

__all__ = ["expectation_for"]

_SEVERITY = {Level.REJECT: "critical", Level.QUARANTINE: "warning", Level.WARN: "info"}


def expectation_for(rule: Rule, resource: Resource, today: date) -> Expectation:
    """Return the expectation that judges one rule; `today` stands for the word in the catalogue.

    Raises:
        CheckError: the catalogue names an expectation that does not exist, gives it arguments it
            does not take, or asks a rule about the whole delivery to keep single rows back.
    """
    register()
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    try:
        expectation, arguments = kind_of(rule.kind).expected(rule, resource, today)
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


def _misfits(error: Exception) -> str:
    """Return the names of the arguments that a validation error is about, never their values."""
    errors = getattr(error, "errors", None)
    found: list[dict[str, Any]] = errors() if callable(errors) else []
    names = dict.fromkeys(str(one["loc"][0]) for one in found if one["loc"][0] != "__root__")
    return f": {', '.join(names)}" if names else ""
