"""Facts of the desk: cases, due lists, the matrix of mismatches, violations, scores.

Belongs here: asking each reader once. Keep out: what they mean (the packages that offer them).
SQLAlchemy is imported only where there is a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from governance.scores.scorecard import Scorecard, scorecard
from governance.violations.life import Violation, as_of
from quality.reconciliation.matrix import Matrix, matrix
from quality.timeliness.arrivals import left_out
from quality.timeliness.duties import Timeliness, due_list
from storage.digests import sha256_of_lines
from storage.layout import Layout

if TYPE_CHECKING:
    from governance.cases.reading import CaseFile

__all__ = ["Desk", "read_desk"]


NOTHING_COMPARED = Matrix((), ())


@dataclass(frozen=True)
class Desk:
    """What follows from the facts: for each reader what it returned."""

    cases: tuple[CaseFile, ...] = ()
    """The most pressing first, those that are over last."""
    dues: tuple[Timeliness, ...] = ()
    matrix: Matrix = NOTHING_COMPARED
    violations: tuple[Violation, ...] = ()
    scores: Scorecard | None = None

    @property
    def stamp(self) -> str:
        """Return what changes with any of it."""
        told = (*self.cases, *self.dues, self.matrix, *self.violations, self.scores)
        return sha256_of_lines(repr(one).replace("\n", " ") for one in told)


def read_desk(
    layout: Layout, catalog: Catalog, now: datetime, address: str, until: datetime | None = None
) -> Desk:
    """Read what every part of the desk says, or said before a moment.

    `address` is that of the governance store.
    """
    cases, violations = _stored(layout, catalog, now, address, until)
    dues, compared = due_list(catalog, layout, now, apart=left_out), matrix(layout, catalog, until)
    scores = scorecard(layout, catalog, local_day(catalog, now), address)
    return Desk(cases, dues, compared, violations, scores)


def _stored(
    layout: Layout, catalog: Catalog, now: datetime, address: str, until: datetime | None
) -> tuple[tuple[CaseFile, ...], tuple[Violation, ...]]:
    if not (address or layout.governance_db.is_file()):
        return (), ()
    from governance.cases.clocks import Clocks
    from governance.cases.reading import case_files
    from governance.store.database import open_store
    from governance.violations.records import read_violations

    with open_store(layout, address) as store, store.reading() as session:
        found = case_files(session, Clocks.of(catalog), now, until)
        known = tuple(read_violations(session).values())
    if until is not None:
        known = tuple(then for one in known if (then := as_of(one, until)))
    return found, known
