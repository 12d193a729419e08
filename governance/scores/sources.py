"""Sources of a certificate: the ledger rows it is made from, each set with its digest.

Belongs here: which rows those are, and digesting them. Keep out: the certificate itself.
Whoever has the home can work the digests out again at any later time: rows are only ever added, and
a column that a ledger gained since reads null in them, which is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from governance.scores.canonical import canonical_lines
from governance.scores.moments import Span, within
from register.outcomes import OUTCOMES
from register.rule_results import RULE_RESULTS
from register.undeclared import UNDECLARED
from register.verdicts import VERDICTS
from storage.digests import sha256_of_lines
from storage.layout import Layout

__all__ = ["Source", "Tables", "read_tables", "sources_of"]

_LONG = "gx_result"
"""The column of a verdict that says at length what the rule results say."""


@dataclass(frozen=True)
class Tables:
    """The rows of each ledger as they stood at the end of a span, of one department or of all."""

    verdicts: pa.Table
    outcomes: pa.Table
    rule_results: pa.Table
    undeclared: pa.Table

    def of(self, department: str) -> Tables:
        """Return the rows of one department."""
        return Tables(*(_of(rows, department) for rows in vars(self).values()))


@dataclass(frozen=True)
class Source:
    """The rows of one ledger that a certificate is made from."""

    ledger: str
    rows: int
    sha256: str


def read_tables(layout: Layout, span: Span) -> Tables:
    """Read all rows up to the end of a span; of undeclared columns, by delivery."""
    names = [name for name in VERDICTS.shape.names if name != _LONG]
    ever = span.ever()
    verdicts = within(VERDICTS.table(layout, columns=names), "judged_at", ever)
    outcomes = within(OUTCOMES.table(layout), "recorded_at", ever)
    results = within(RULE_RESULTS.table(layout), "judged_at", ever)
    undeclared = UNDECLARED.table(layout)
    known = pc.is_in(_named(undeclared), _named(verdicts).combine_chunks())
    return Tables(verdicts, outcomes, results, undeclared.filter(known))


def sources_of(tables: Tables) -> tuple[Source, ...]:
    """Return the digest of each ledger's rows, whatever order they lie in."""
    return tuple(_source(name, rows) for name, rows in sorted(vars(tables).items()))


def _source(name: str, rows: pa.Table) -> Source:
    lines = canonical_lines({one: _exact(rows[one]) for one in rows.column_names})
    return Source(name, rows.num_rows, sha256_of_lines(sorted(lines)))


def _exact(column: pa.ChunkedArray) -> list[Any]:
    """Return values that have one text: of figures with a point the shortest exact one."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if one is None else repr(one) for one in values]
    return values


def _named(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(rows["resource"], rows["delivery"], "@")


def _of(rows: pa.Table, department: str) -> pa.Table:
    return rows.filter(pc.starts_with(rows["resource"], f"{department}/"))
