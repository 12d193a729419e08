"""Marks of a change: the kinds of rules that ask what a change feed must say of each record.

Belongs here: what those kinds have in common. Keep out: any one of them (`kinds`), how a delivered
word becomes a mark (`values.typed`): the typed feed holds none where it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.kind import KindOfFeed, implied
from quality.rules.rule import Rule, Words

__all__ = ["kind_of_marks"]


def kind_of_marks(
    name: RuleKind, column: str, dimension: Dimension, expectation: str
) -> KindOfFeed:
    """Return the kind by which every record of a change feed has a mark that is understood.

    `expectation` is the type of the one by which values are there.
    """

    def rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
        del catalog
        if resource.feed.changes is not None:
            yield Rule(
                code=name.stored,
                kind=name,
                columns=(column,),
                level=Level.QUARANTINE,
                dimension=dimension,
                wording=Words(name.label, name.english),
                clause=name.clause,
            )

    return KindOfFeed(
        name=name,
        rules=rules,
        expected=implied(expectation, lambda _rule, _today: {}),
    )
