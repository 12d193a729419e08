"""Columns outside the catalogue: how long deliveries have had them, from the ledgers.

Belongs here: streaks of deliveries with an undeclared header, or refused for their columns. Keep
out: what is suspected of it (`governance.violations`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog_specs.local_time import local_day
from catalog_specs.rules.refusals import DeliveryRefusal
from flow.city import City
from governance.violations.facts import Misfit, Outside
from register.receipts import read_receipt
from register.records import REPLAYED
from register.undeclared import UNDECLARED
from register.verdicts import VERDICTS, standing

__all__ = ["misfits", "outside_catalogue"]

_READ = ("resource", "delivery", "sequence", "kind", "reasons", "judged_at")
_REFUSED = frozenset(one.stored for one in DeliveryRefusal)


@dataclass(frozen=True)
class _Judged:
    delivery: str
    day: date
    refusal: str
    """The code by which the delivery was refused as a whole; "" where its columns were taken."""


def outside_catalogue(city: City) -> tuple[Outside, ...]:
    """Return the undeclared headers of each resource's newest delivery, but for excepted ones."""
    seen: dict[str, dict[str, dict[str, int | None]]] = {}
    for one in UNDECLARED.read(city.layout):
        if not one.excepted and one.resource in city.catalog.resources:
            seen.setdefault(one.resource, {}).setdefault(one.delivery, {})[one.header] = one.cells
    if not seen:
        return ()
    judged = _judged(city)
    return tuple(
        found
        for ref, headers in seen.items()
        for found in _streaks(city, ref, headers, judged.get(ref, ()))
    )


def _streaks(
    city: City,
    ref: str,
    headers: Mapping[str, Mapping[str, int | None]],
    judged: Sequence[_Judged],
) -> Iterator[Outside]:
    taken = [one for one in reversed(judged) if not one.refusal and not _replay(city, ref, one)]
    newest = headers.get(taken[0].delivery, {}) if taken else {}
    for header, cells in newest.items():
        streak = 0
        for one in taken:
            if header not in headers.get(one.delivery, {}):
                break
            streak += 1
        first = taken[streak - 1]
        yield Outside(ref, header, first.day, streak, taken[0].delivery, cells)


def _replay(city: City, ref: str, one: _Judged) -> bool:
    """Say whether a delivery repeats quarantined records, which come without their columns."""
    return read_receipt(city.layout.receipt(ref, one.delivery)).origin == REPLAYED


def misfits(city: City) -> tuple[Misfit, ...]:
    """Return the resources whose newest deliveries were refused because of their columns."""
    code = DeliveryRefusal.COLUMNS.stored
    found = []
    for ref, judged in _judged(city).items():
        streak = 0
        for one in reversed(judged):
            if one.refusal != code:
                break
            streak += 1
        if streak and ref in city.catalog.resources:
            first = judged[-streak]
            found.append(Misfit(ref, code, first.day, streak, judged[-1].delivery))
    return tuple(found)


def _judged(city: City) -> Mapping[str, Sequence[_Judged]]:
    """Return each resource's judged deliveries in order, from one read of the ledger."""
    found: dict[str, list[_Judged]] = {}
    for row in standing(VERDICTS.table(city.layout, columns=_READ)).to_pylist():
        day = local_day(city.catalog, datetime.fromisoformat(row["judged_at"]))
        first = (row["reasons"] or [""])[0]
        refusal = first if first in _REFUSED else ""
        found.setdefault(row["resource"], []).append(_Judged(row["delivery"], day, refusal))
    return found
