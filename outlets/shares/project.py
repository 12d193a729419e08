"""Projection: one masked extract and one DuckDB file for every grant that hands out rows.

Belongs here: which grants have them, recognising that nothing changed (五(四)). Keep out: what they
hold (`outlets.shares.plan`), making them (`outlets.shares.making`), taking them away
(`outlets.shares.withdrawals`), the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant
from catalog_specs.rules.decisions import ShareWithdrawal
from governance.grants.rights import Rights
from governance.keys import KeyRing
from outlets.shares.making import Making, tidy
from outlets.shares.masking import Masking
from outlets.shares.plan import SharePlan, plan_share, terms_of
from outlets.shares.state import remembered, unchanged
from outlets.shares.withdrawals import (
    Withdrawal,
    handed_out,
    unmasked,
    withdraw,
    withdraw_lapsed,
)
from storage.engines.spark.address import Address
from storage.layout import Layout

__all__ = [
    "WITHDRAW",
    "Projection",
    "Withdrawal",
    "due",
    "project",
    "refresh",
    "shared",
    "withdraw",
    "withdraw_outdated",
]

WITHDRAW = "withdraw"
"""The answer of `due` for a grant that must lose its files."""


@dataclass(frozen=True)
class Projection:
    """One grant's extract as it is on disk.

    `resources` are the resources in it, `missing` those granted but not aggregated yet, `rows`
    the rows of all together; `refreshed` says whether anything was written.
    """

    grant: str
    resources: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    refreshed: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def project(
    layout: Layout,
    rights: Rights,
    grant: Grant,
    keys: KeyRing,
    now: datetime,
    spark: Address | None = None,
) -> Projection:
    """Bring a grant's extract and DuckDB file up to date; write nothing when nothing changed.

    `spark` is where a second engine answers, if there is one.

    Raises:
        AccessError: the grant is not in force today, hands out no rows, or cannot be masked.
        SettingsError: a pseudonym needs the master key and there is none, or a resource asks for a
            second engine and there is none.
        SecondEngineError: that did not do what it was asked.
    """
    catalog = rights.catalog
    decision = rights.decide(grant, local_day(catalog, now))
    if not decision.allowed:
        raise _forbidden(f"the grant is not in force: {decision.explanation_en}", grant.code)
    if not grant.method.materialised:
        raise _forbidden(f"method {grant.method.value} hands out no rows", grant.code)
    plan = plan_share(layout, catalog, grant, keys)
    known = remembered(layout, grant.code)
    fresh = not unchanged(layout, (grant.code, plan.digest), known, thorough=True)
    if fresh:
        known = Making(layout, rights, plan, now, Masking(layout.work, spark)).done(known)
    tidy(layout.share(grant.code))
    return _projection(plan, known, refreshed=fresh)


def refresh(
    layout: Layout,
    rights: Rights,
    grant: str,
    keys: KeyRing,
    now: datetime,
    spark: Address | None = None,
) -> Projection | Withdrawal:
    """Project a grant if it is in force and hands out rows; else take away its files.

    Fails closed: a grant that can no longer be masked loses its extract too.
    """
    withdrawn = withdraw_lapsed(layout, rights, grant, now)
    if withdrawn is not None:
        return withdrawn
    try:
        return project(layout, rights, rights.catalog.grants[grant], keys, now, spark)
    except AccessError as refused:
        return unmasked(layout, grant, refused)


def withdraw_outdated(layout: Layout, catalog: Catalog, grant: str) -> Withdrawal | None:
    """Take away an extract that could not be made again and shows what the grant no longer allows.

    None when columns, masks and rows are still those of the grant: then older rows may stay.
    """
    known = remembered(layout, grant)
    if known.get("terms") in (None, terms_of(catalog, catalog.grants[grant])):
        return None
    return withdraw(layout, grant, ShareWithdrawal.OUTDATED)


def shared(layout: Layout, rights: Rights, now: datetime) -> tuple[str, ...]:
    """Return the grants that have files on disk or should have.

    Whatever must go comes first, so that a failing projection never delays a withdrawal. Grants
    that hand out nothing and have nothing are left out.
    """
    today = local_day(rights.catalog, now)
    holding = [one.code for one in rights.holding(today) if one.method.materialised]
    return (*(code for code in handed_out(layout) if code not in holding), *holding)


def due(layout: Layout, rights: Rights, grant: str, keys: KeyRing, now: datetime) -> str | None:
    """Say whether `refresh` would change anything: a digest of what is due, or None.

    Asks tables for their versions and reads no row. What cannot be masked is due for withdrawal.
    """
    catalog = rights.catalog
    found = catalog.grants.get(grant)
    holds = found is not None and rights.decide(found, local_day(catalog, now)).allowed
    if found is None or not holds or not found.method.materialised:
        return WITHDRAW if grant in handed_out(layout) else None
    try:
        plan = plan_share(layout, catalog, found, keys)
    except AccessError:
        return WITHDRAW if grant in handed_out(layout) else None
    known = remembered(layout, grant)
    same = unchanged(layout, (grant, plan.digest), known, thorough=False)
    return None if same else plan.digest


def _projection(plan: SharePlan, state: Mapping[str, Any], *, refreshed: bool) -> Projection:
    return Projection(
        grant=plan.grant.code,
        resources=tuple(state["parts"]),
        missing=plan.missing,
        rows=sum(part["rows"] for part in state["parts"].values()),
        refreshed=refreshed,
    )


def _forbidden(what: str, grant: str) -> AccessError:
    return AccessError(
        what, where=f"grant {grant}", remedy=f"run `quanshu explain {grant}` to see why"
    )
