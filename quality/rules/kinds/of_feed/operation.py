"""The kind `operation`: what a change does is one of the operations that its feed declares.

The typed feed holds none where the delivered word is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from feeds.columns import OPERATION
from quality.rules.kind import KindOfFeed, implied
from quality.rules.kinds.of_item.required import PRESENT
from quality.rules.rule import Rule, Words

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    del catalog
    if resource.feed.changes is not None:
        yield Rule(
            code=RuleKind.OPERATION.stored,
            kind=RuleKind.OPERATION,
            columns=(OPERATION,),
            level=Level.QUARANTINE,
            dimension=Dimension.ACCURACY,
            wording=Words(RuleKind.OPERATION.label, RuleKind.OPERATION.english),
            clause=RuleKind.OPERATION.clause,
        )


KIND = KindOfFeed(
    name=RuleKind.OPERATION,
    rules=_rules,
    expected=implied(PRESENT.type, lambda _rule, _today: {}),
)
