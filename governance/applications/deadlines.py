"""Deadlines of applications, counted in working days by the profile's figures (五(四)).

Belongs here: by when a decision is due. Keep out: the calendar (`catalog_specs.working_days`).
The regulation sets no term for a decision: without a figure in the profile nothing is due, and only
the age of an application is shown.
"""

from __future__ import annotations

from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.working_days import Reckoned, working_days

__all__ = ["decision_due"]


def decision_due(catalog: Catalog, applied: date) -> Reckoned | None:
    """Return the last working day to decide what was applied for on a day; None without a term."""
    term = catalog.profile.grant_decision_days
    if term is None or not term.value:
        return None
    return working_days(catalog).after(applied, term.value)
