"""The kind `record`: a record splits into its fields; one rule for each defect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import KindOfFeed, implied
from quality.rules.rule import Rule, Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    del catalog, resource
    for defect in DefectCode:
        yield Rule(
            code=defect.stored,
            kind=RuleKind.RECORD,
            columns=("_defect",),
            level=Level.QUARANTINE,
            dimension=Dimension.USABILITY,
            wording=Words(defect.label, f"no record may be defective: {defect.english}"),
            clause=defect.clause,
            arguments={"defect": defect.value},
        )


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    return sa.or_(column.is_(None), column != sa.literal(arguments["mark"]))


# it looks at every record: most have no defect at all
_SOUND = Condition(
    "expect_column_values_to_differ_from", _meets, "no such defect", {"mark": ""}, presence=True
)

KIND = KindOfFeed(
    name=RuleKind.RECORD,
    rules=_rules,
    expected=implied(_SOUND.type, lambda rule, _today: {"mark": rule.arguments["defect"]}),
    condition=_SOUND,
)
