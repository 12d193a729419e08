"""A rule: one thing that must hold of every record, as a pure value.

Belongs here: the value with its words, and the refusal of one that cannot be judged. Keep out:
which rules a resource has (`derivation`), what a kind asks (`kinds`), judging (`suite`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level

__all__ = ["TODAY", "Rule", "Words", "refused"]

TODAY = "today"
"""Stands for the judging date in the arguments of a rule."""


@dataclass(frozen=True)
class Words:
    """What a rule asks, in Chinese and in English; never a cell value."""

    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One thing that must hold of every record (or, for some named expectations, of the delivery).

    `code` is stable and unique in its resource. `columns` are columns of the typed feed.
    `wording` says what it asks, `clause` is that of the regulation behind it. `arguments` are those
    of its kind.
    """

    code: str
    kind: RuleKind
    columns: tuple[str, ...]
    level: Level
    dimension: Dimension
    wording: Words
    clause: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def refused(rule: Rule, resource: Resource, what: str) -> CheckError:
    """Return the error that tells the catalogue's author why a rule cannot be judged."""
    return CheckError(
        f"rule {rule.code} cannot be judged: {what}",
        where=resource.ref,
        remedy="correct the rule in the resource's `quality` section",
    )
