"""Withdrawals: the removal of extracts whose grant is no longer in force (五(十)).

Belongs here: which grants have files, whether these must go, removing them. Keep out: making
extracts (`outlets.shares.project`). Nothing here needs a key or opens a table, so that nothing that
fails elsewhere can keep a withdrawal from happening.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.loader import GrantsAlone
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant
from catalog_specs.rules.decisions import DecisionReason, ShareWithdrawal
from catalog_specs.spec import is_code
from governance.grants.decisions import standing_objections
from governance.grants.rights import Rights
from outlets.shares.plan import check_masks
from storage.layout import Layout
from storage.swaps import clear_aside, remove

__all__ = [
    "Withdrawal",
    "handed_out",
    "unmasked",
    "withdraw",
    "withdraw_lapsed",
    "withdraw_uncompiled",
]


@dataclass(frozen=True)
class Withdrawal:
    """A grant that hands out nothing; `existed` says whether something was taken away."""

    grant: str
    reason: str
    explanation: str
    existed: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def withdraw(
    layout: Layout, grant: str, why: DecisionReason | ShareWithdrawal, detail: str = ""
) -> Withdrawal:
    """Take away everything a grant ever put on disk: DuckDB file, extract, unfinished work."""
    if not is_code(grant):
        raise ValueError("not a grant's code")
    gone = False
    for place in (layout.share_file(grant), layout.share(grant)):
        clear_aside(place)
        gone = remove(place) or gone
    return Withdrawal(grant, why.stored, f"{why.label}{detail}", existed=gone)


def withdraw_lapsed(layout: Layout, rights: Rights, grant: str, now: datetime) -> Withdrawal | None:
    """Take away a grant's files if it is not in force or cannot be masked; else None.

    Asks catalogue and store alone: neither a table nor a key can keep a withdrawal from happening.
    """
    catalog = rights.catalog
    found = catalog.grants.get(grant)
    if found is None:
        return withdraw(layout, grant, ShareWithdrawal.NOT_IN_CATALOGUE)
    decision = rights.decide(found, local_day(catalog, now))
    if not decision.allowed:
        return withdraw(layout, grant, decision.reason)
    if not found.method.materialised:
        return withdraw(layout, grant, ShareWithdrawal.NO_ROWS, f"：{found.method.label}")
    return _withdraw_unmasked(layout, catalog, found)


def withdraw_uncompiled(
    layout: Layout, grants: GrantsAlone, grant: str, today: date
) -> Withdrawal | None:
    """Take away a grant's files while the catalogue does not compile; else None.

    What such a catalogue says of a grant by itself counts: it is gone, ended, or cannot be read.
    Fails closed: what is unknown denies, and a share is made again once the catalogue compiles.
    """
    found = grants.readable.get(grant)
    if found is None or grant in grants.broken:
        if grant in grants.broken:
            return withdraw(layout, grant, ShareWithdrawal.UNREADABLE)
        return withdraw(layout, grant, ShareWithdrawal.NOT_IN_CATALOGUE)
    ended = next(iter(standing_objections(found, today)), None)
    if ended is not None:
        return withdraw(layout, grant, ended.reason)
    return None


def handed_out(layout: Layout) -> tuple[str, ...]:
    """Return the grants that have anything on disk, finished or not, in order."""
    folders, files = layout.shares, layout.share_files
    names = [path.name for place in (folders, files) if place.is_dir() for path in place.iterdir()]
    codes = (name.removeprefix(".").partition(".")[0] for name in names)
    return tuple(sorted({code for code in codes if is_code(code)}))


def _withdraw_unmasked(layout: Layout, catalog: Catalog, grant: Grant) -> Withdrawal | None:
    try:
        check_masks(catalog, grant)
    except AccessError as refused:
        return unmasked(layout, grant.code, refused)
    return None


def unmasked(layout: Layout, grant: str, refused: AccessError) -> Withdrawal:
    """Take away what a grant has on disk because it cannot be masked."""
    return withdraw(layout, grant, ShareWithdrawal.UNMASKED, f"：{refused.where}")
