"""The kind `sequence`: the place of a change in its order is a whole number.

The typed feed holds none where the delivered text is no whole number.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from feeds.columns import SEQUENCE
from quality.rules.kind import KindOfFeed, implied
from quality.rules.kinds.of_item.required import PRESENT
from quality.rules.rule import Rule, Words

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    del catalog
    if resource.feed.changes is not None:
        yield Rule(
            code=RuleKind.SEQUENCE.stored,
            kind=RuleKind.SEQUENCE,
            columns=(SEQUENCE,),
            level=Level.QUARANTINE,
            dimension=Dimension.USABILITY,
            wording=Words(RuleKind.SEQUENCE.label, RuleKind.SEQUENCE.english),
            clause=RuleKind.SEQUENCE.clause,
        )


KIND = KindOfFeed(
    name=RuleKind.SEQUENCE,
    rules=_rules,
    expected=implied(PRESENT.type, lambda _rule, _today: {}),
)
