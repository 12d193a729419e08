"""Columns outside the catalogue: how long deliveries have had them, from the ledgers.

Belongs here: streaks of deliveries with an undeclared header, or refused for their columns. Keep
out: what is suspected of it (`detectors`), what it costs (`governance.scores`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from catalog_specs.rules.refusals import DeliveryRefusal
from governance.violations.facts import Misfit, Outside
from register.receipts import read_receipt
from register.records import REPLAYED
from register.undeclared import UNDECLARED
from register.verdicts import VERDICTS, standing
from storage.layout import Layout
from storage.moments import between

__all__ = ["misfits", "outside_catalogue"]

_READ = ("resource", "delivery", "sequence", "kind", "reasons", "judged_at")
_REFUSED = frozenset(one.stored for one in DeliveryRefusal)

Headers = Mapping[str, Mapping[str, int | None]]
"""Delivery → its undeclared headers, each with its cells that hold a value."""


@dataclass(frozen=True)
class _Judged:
    delivery: str
    judged_at: str
    refusal: str
    """The code by which the delivery was refused as a whole; "" where its columns were taken."""

    def day(self, catalog: Catalog) -> date:
        """Return the day of the city on which it was judged, of the few that are asked for it."""
        return local_day(catalog, datetime.fromisoformat(self.judged_at))


def outside_catalogue(
    layout: Layout, catalog: Catalog, before: datetime | None = None
) -> tuple[Outside, ...]:
    """Return the undeclared headers of each resource's newest delivery, but for excepted ones.

    With `before`, as it was known then.
    """
    seen: dict[str, dict[str, dict[str, int | None]]] = {}
    for one in UNDECLARED.read(layout):
        if not one.excepted and one.resource in catalog.resources:
            seen.setdefault(one.resource, {}).setdefault(one.delivery, {})[one.header] = one.cells
    if not seen:
        return ()
    judged = _judged(layout, before)
    return tuple(
        Outside(ref, header, first.day(catalog), streak, newest, headers[newest][header])
        for ref, headers in seen.items()
        for header, first, streak, newest in _streaks(layout, ref, headers, judged.get(ref, ()))
    )


def misfits(layout: Layout, catalog: Catalog) -> tuple[Misfit, ...]:
    """Return the resources whose newest deliveries were refused because of their columns."""
    code = DeliveryRefusal.COLUMNS.stored
    found = []
    for ref, judged in _judged(layout, None).items():
        streak = 0
        for one in reversed(judged):
            if one.refusal != code:
                break
            streak += 1
        if streak and ref in catalog.resources:
            found.append(
                Misfit(ref, code, judged[-streak].day(catalog), streak, judged[-1].delivery)
            )
    return tuple(found)


def _streaks(
    layout: Layout, ref: str, headers: Headers, judged: Sequence[_Judged]
) -> Iterator[tuple[str, _Judged, int, str]]:
    """Yield the headers of the newest delivery that had any, each with the deliveries in a row.

    As the header, the first delivery that had it, how many did, and the newest one.
    """
    row: list[_Judged] = []
    for one in reversed(judged):
        if one.delivery in headers:
            row.append(one)
        elif not (one.refusal or _replay(layout, ref, one.delivery)):
            break
    for header in headers[row[0].delivery] if row else ():
        streak = 0
        while streak < len(row) and header in headers[row[streak].delivery]:
            streak += 1
        yield header, row[streak - 1], streak, row[0].delivery


def _replay(layout: Layout, ref: str, delivery: str) -> bool:
    """Say whether a delivery repeats quarantined records, which come without other columns."""
    try:
        return read_receipt(layout.receipt(ref, delivery)).origin == REPLAYED
    except FileNotFoundError:
        return False


def _judged(layout: Layout, before: datetime | None) -> Mapping[str, Sequence[_Judged]]:
    """Return each resource's judged deliveries in order, from one read of the ledger."""
    found: dict[str, list[_Judged]] = {}
    known = between(VERDICTS.table(layout, columns=_READ), "judged_at", end=before)
    for row in standing(known).to_pylist():
        first = (row["reasons"] or [""])[0]
        refusal = first if first in _REFUSED else ""
        one = _Judged(row["delivery"], row["judged_at"], refusal)
        found.setdefault(row["resource"], []).append(one)
    return found
