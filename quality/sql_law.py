"""The law of declared SQL: one read-only SELECT over the delivery and declared resources.

Belongs here: asking the engine's own parser, and trying a statement where there are no data. Keep
out: what a statement may do (`quality.rules.sql`). It is not among the laws that every load obeys,
because it takes the engine; `quanshu check` asks it, and the gate asks the same before it judges.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from quality.rules.sql.checked import Columns, checked, tried
from storage.delta.table_shape import column_type
from storage.engines.connection import Connection
from storage.engines.sealed import open_sealed

__all__ = ["SQL_LAW"]

Finding = tuple[str, str, str]
"""Path below the rule, message, remedy."""


def _unfit(declared: Declared) -> Iterator[Fault]:
    with_sql = [
        (resource, index, rule)
        for resource in declared.resources.values()
        for index, rule in enumerate(resource.quality)
        if rule.sql is not None
    ]
    if not with_sql:
        return
    tables = {ref: _columns(declared, one, stored=True) for ref, one in declared.resources.items()}
    with tempfile.TemporaryDirectory() as folder:
        for resource, index, rule in with_sql:
            with open_sealed(Path(folder)) as sealed:
                for path, message, remedy in _faults(declared, resource, rule, tables, sealed):
                    at = resource_at(resource.ref)
                    yield Fault(at, f"quality[{index}].{path}", message, remedy)


def _faults(
    declared: Declared,
    resource: Resource,
    rule: QualityRule,
    tables: Mapping[str, Columns],
    sealed: Connection,
) -> Iterator[Finding]:
    statement, faults = checked(sealed, rule.sql or "", tables)
    for fault in faults:
        yield "sql", f"the statement of `{rule.code}` is refused: {fault.message}", fault.remedy
    if statement is None or any(ref not in declared.resources for ref in rule.reads):
        return  # CAT-040 says it already
    read, said = set(statement.reads.resources), set(rule.reads)
    for ref in sorted(read - said):
        message = f"the statement of `{rule.code}` reads `{ref}` and does not say so"
        yield "reads" if rule.reads else "sql", message, f"add `{ref}` to `reads`"
    for ref in sorted(said - read):
        yield "reads", f"the statement of `{rule.code}` does not read `{ref}`", "remove it"
    refusal = tried(sealed, statement, _columns(declared, resource, stored=False), tables)
    if refusal is not None:
        yield "sql", f"the statement of `{rule.code}` cannot run: {refusal.message}", refusal.remedy


def _columns(declared: Declared, resource: Resource, *, stored: bool) -> Columns:
    """Return the items that a statement sees of a resource: stored ones, or all of a delivery."""
    items = resource.stored if stored else resource.items
    elements = ((item.code, declared.element_of(item)) for item in items)
    return {code: column_type(element) for code, element in elements if element is not None}


SQL_LAW = Law(
    "CAT-041",
    "质量规则的查询语句须只读且只涉及目录中的数据",
    "the SQL of a rule is one SELECT over `feed` and the resources it says it reads, calls "
    "harmless functions alone, and returns the number of the record (`_row`)",
    "三(六)",
    "correct the statement as the message says",
    _unfit,
)
