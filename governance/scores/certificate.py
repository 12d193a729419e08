"""The certificate (质量证明): one department in one month, for who approves its projects (一(六)).

Belongs here: what it says, and its canonical JSON. Keep out: its page (`outlets`), the scores
themselves (`scorecard`). It holds counts, codes and digests, never a value of the data, and no
moment of its making: the same department and month give the same bytes at any later time.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.violations import ViolationState
from governance.scores.canonical import canonical
from governance.scores.coverage import Coverage, coverage_of, registered
from governance.scores.deductions import Deductions, counting, deductions
from governance.scores.formula import RuleCount
from governance.scores.moments import Span, within
from governance.scores.results import open_results
from governance.scores.scorecard import Score, score_of
from governance.scores.sources import Source, Tables, read_tables, sources_of
from governance.violations.life import Violation, as_of
from register.records import VerdictKind
from register.verdicts import standing
from storage.digests import sha256_of
from storage.layout import Layout

__all__ = ["Certificate", "Certified", "Period", "certificate", "certificates", "period_of"]

_FORM = "quanshu/certificate/1"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Certified:
    """One resource at the end of the period: what came of it, and its table by then."""

    resource: str
    code: str
    name: str
    deliveries: int
    passed: int
    table_id: str | None
    table_version: int | None
    rows: int | None
    """Rows of that version: what deliveries brought, less what they deleted."""


@dataclass(frozen=True)
class Certificate:
    """What is certified of one department and one month."""

    department: str
    name: str
    period: str
    first: date
    last: date
    complete: bool
    """Whether the month was over: else it says how things stood on its last day so far."""
    profile: str
    catalogue: str
    score: Score
    deliveries: int
    passed: int
    rejected: int
    records: int
    accepted: int
    quarantined: int
    violations: dict[str, int]
    """State → violations that a post has decided on, as they stood at the end."""
    resources: tuple[Certified, ...]
    sources: tuple[Source, ...]

    def content(self) -> dict[str, Any]:
        """Return what is certified, as JSON."""
        return {
            **vars(self),
            "form": _FORM,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "score": self.score.as_dict(),
            "resources": [asdict(one) for one in self.resources],
            "sources": [asdict(one) for one in self.sources],
        }

    @property
    def sha256(self) -> str:
        """Return the digest of the canonical JSON of what is certified."""
        return sha256_of(canonical(self.content()).encode())

    def document(self) -> str:
        """Return the certificate as canonical JSON: its content and the digest of that."""
        return canonical({"content": self.content(), "sha256": self.sha256})


@dataclass(frozen=True)
class Period:
    """A month of a certificate: its days so far, and whether all of them are over."""

    span: Span
    complete: bool


def period_of(text: str, today: date, timezone: str) -> Period | None:
    """Return the month `YYYY-MM` up to today; None for no month, or one that is to come."""
    if not _MONTH.fullmatch(text):
        return None
    year, month = map(int, text.split("-"))
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if first > today:
        return None
    return Period(Span(first, min(last, today), timezone), complete=last < today)


def certificate(
    layout: Layout, catalog: Catalog, department: str, period: Period, address: str = ""
) -> Certificate:
    """Return the certificate of a department over the days of a month (see `period_of`)."""
    return certificates(layout, catalog, period, address)(department)


def certificates(
    layout: Layout, catalog: Catalog, period: Period, address: str = ""
) -> Callable[[str], Certificate]:
    """Read what a month's certificates say; returns what makes that of each department."""
    span = period.span
    read = _Read(
        read_tables(layout, span),
        deductions(layout, address),
        open_results(layout, span).of(span),
        coverage_of(layout, catalog, span),
    )
    return partial(_certificate, read, catalog, period)


@dataclass(frozen=True)
class _Read:
    """What was read of all departments."""

    tables: Tables
    kept: Deductions
    counts: Mapping[str, Sequence[RuleCount]]
    coverage: Mapping[str, Coverage]


def _certificate(read: _Read, catalog: Catalog, period: Period, department: str) -> Certificate:
    span, tables = period.span, read.tables.of(department)
    violations = [one for one in read.kept.violations if one.department == department]
    off = len(counting(violations, span)), read.kept.of(span)[1][department]
    score = score_of(catalog, department, read.counts.get(department, ()), off)
    judged = standing(within(tables.verdicts, "judged_at", span))
    return Certificate(
        department=department,
        name=score.name,
        period=f"{span.first:%Y-%m}",
        first=span.first,
        last=span.last,
        complete=period.complete,
        profile=catalog.profile.code,
        catalogue=catalog.digest,
        score=replace(score, coverage=read.coverage.get(department)),
        deliveries=judged.num_rows,
        passed=_kinds(judged, VerdictKind.PASSED),
        rejected=_kinds(judged, VerdictKind.REJECTED),
        records=_sum(judged, "delivered"),
        accepted=_sum(judged, "accepted"),
        quarantined=_sum(judged, "quarantined"),
        violations=_states(violations, span),
        resources=tuple(
            _certified(one, judged, tables.outcomes)
            for one in sorted(registered(catalog, span.last), key=lambda one: one.ref)
            if one.provider == department
        ),
        sources=sources_of(tables),
    )


def _sum(rows: pa.Table, column: str) -> int:
    found: int = pc.sum(rows[column]).as_py() or 0
    return found


def _kinds(judged: pa.Table, kind: VerdictKind) -> int:
    found: int = judged.filter(pc.equal(judged["kind"], kind.value)).num_rows
    return found


def _states(found: Iterable[Violation], span: Span) -> dict[str, int]:
    """Return how many violations a post has decided on, by what they were at the end."""
    then = (as_of(one, span.end) for one in found)
    counted = Counter(one.state.value for one in then if one is not None and one.state.counts)
    return {state.value: counted[state.value] for state in ViolationState if state.counts}


def _certified(resource: Resource, judged: pa.Table, outcomes: pa.Table) -> Certified:
    mine = judged.filter(pc.equal(judged["resource"], resource.ref))
    applied = outcomes.filter(pc.equal(outcomes["resource"], resource.ref))
    applied = applied.filter(applied["applied"])
    last = applied.slice(applied.num_rows - 1).to_pylist()[0] if applied.num_rows else None
    rows = None
    if last is not None:  # a table that was made anew begins with nothing
        table = applied.filter(pc.equal(applied["table_id"], last["table_id"]))
        rows = _sum(table, "inserted") - _sum(table, "deleted")
    return Certified(
        resource.ref,
        resource.code,
        resource.name,
        mine.num_rows,
        _kinds(mine, VerdictKind.PASSED),
        last["table_id"] if last else None,
        last["table_version"] if last else None,
        rows,
    )
