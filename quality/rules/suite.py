"""From rules to a Great Expectations suite: each rule as an expectation.

Belongs here: making that expectation, and refusing what cannot be made. Keep out: which expectation
a kind of rule asks for (`kinds`), running the suite (`runner`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.core_expectations import CORE, plain_name
from catalog_specs.vocabulary import Level
from quality.rules.expectations import register
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule, refused

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

__all__ = ["Asked", "asked_by", "expectation_of"]

_SEVERITY = {Level.REJECT: "critical", Level.QUARANTINE: "warning", Level.WARN: "info"}


@dataclass(frozen=True)
class Asked:
    """What a rule asks of Great Expectations on a day: a type of expectation, and its arguments."""

    type: str
    arguments: Mapping[str, Any]

    def of(self, column: str) -> Asked:
        """Return the same, asked of another column."""
        return replace(self, arguments={**self.arguments, "column": column})


def asked_by(rule: Rule, resource: Resource, today: date) -> Asked:
    """Return what one rule asks; `today` stands for the word in the catalogue.

    Raises:
        CheckError: the catalogue gives a bound that its column cannot have.
    """
    try:
        return Asked(*kind_of(rule.kind).expected(rule, resource, today))
    except ValueError as error:
        raise refused(rule, resource, "a bound does not fit the type of its column") from error


def expectation_of(rule: Rule, resource: Resource, asked: Asked) -> Expectation:
    """Return the expectation that judges one rule.

    Raises:
        CheckError: the catalogue names an expectation that does not exist, gives it arguments it
            does not take, or asks a rule about the whole delivery to keep single rows back.
    """
    register()
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    configuration = ExpectationConfiguration(
        type=asked.type,
        kwargs=dict(asked.arguments),
        description=rule.wording.zh,
        severity=_SEVERITY[rule.level],
        meta={"rule": rule.code, "level": rule.level.value, "dimension": rule.dimension.value},
    )
    try:
        found: Expectation = configuration.to_domain_obj()
    except (ValueError, TypeError) as error:
        what = f"its arguments do not fit {asked.type}{_misfits(error)}"
        raise refused(rule, resource, what) from error
    known = CORE.get(plain_name(asked.type))
    of_rows = known.scope.of_rows if known else getattr(found, "map_metric", None) is not None
    if rule.level is Level.QUARANTINE and not of_rows:
        raise refused(
            rule, resource, f"{asked.type} judges the delivery as a whole and keeps no row back"
        )
    return found


def _misfits(error: Exception) -> str:
    """Return the names of the arguments that a validation error is about, never their values."""
    errors = getattr(error, "errors", None)
    found: list[dict[str, Any]] = errors() if callable(errors) else []
    names = dict.fromkeys(str(one["loc"][0]) for one in found if one["loc"][0] != "__root__")
    return f": {', '.join(names)}" if names else ""
