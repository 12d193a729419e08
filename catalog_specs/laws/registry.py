"""The registry of laws: the one list, and judging by all of them.

Belongs here: collecting the modules' laws in the order of their codes. Keep out: any single law.
"""

from __future__ import annotations

from collections.abc import Sequence

from catalog_specs.laws.counties import alignment, namespaces
from catalog_specs.laws.feeding import (
    besides,
    expectations,
    feed_options,
    feeds,
    normalising,
    quality_rules,
    rule_figures,
    rule_reads,
    rule_rows,
)
from catalog_specs.laws.law import Law
from catalog_specs.laws.leaving import disclosure, grants, masks, open_data, sharing
from catalog_specs.laws.sources import (
    aggregation,
    cycles,
    evolving,
    exceptions,
    keys,
    legacy,
    ownership,
    references,
)
from catalog_specs.laws.timing import calendar, due, keeping, partitions
from catalog_specs.laws.wording import domains, names, organisation, placeholders, plain_texts
from catalog_specs.problems import Problem
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS", "judge"]

_MODULES = (
    ownership,
    references,
    cycles,
    sharing,
    aggregation,
    masks,
    organisation,
    feeds,
    normalising,
    feed_options,
    quality_rules,
    expectations,
    rule_rows,
    rule_reads,
    besides,
    rule_figures,
    keys,
    grants,
    open_data,
    disclosure,
    domains,
    evolving,
    exceptions,
    legacy,
    calendar,
    due,
    keeping,
    partitions,
    placeholders,
    names,
    plain_texts,
    alignment,
    namespaces,
)

LAWS: tuple[Law, ...] = tuple(
    sorted((law for module in _MODULES for law in module.LAWS), key=lambda law: law.code)
)


def judge(declared: Declared, more: Sequence[Law] = ()) -> tuple[Problem, ...]:
    """Return every breach of every law, and of `more` laws, in the order of the laws."""
    return tuple(problem for law in (*LAWS, *more) for problem in law.problems(declared))
