"""Small deliveries that must end in one right way, read from folders.

Belongs here: reading a case and taking its deliveries the whole way. Keep out: assertions.
A case is a folder with `case.yaml` and the files delivered, byte for byte. `case.yaml` says:
`promise` (one sentence), `feed`, `types`, `key`, `resource` (as `tests.city.one_feed.fed_catalogue`
takes them), `deliveries` (rounds, each a list of file names) and `expected`: `accepted`, the rows
of the table at the end, in the order of their keys; `quarantined`, line and rules of every record
quarantined, and its `raw` text where the case names any; `rejected`, the reasons of refused
deliveries; `held`, how many deliveries wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from register.records import Outcome, VerdictKind
from tests.city.one_feed import deliver, facts, fed_catalogue, fed_city, take

__all__ = ["Case", "cases", "outcome"]

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One promise: what is declared, what is delivered round by round, what must come of it."""

    name: str
    promise: str
    declared: Mapping[str, Any]
    deliveries: Sequence[Mapping[str, bytes]]
    expected: Mapping[str, Any]


def cases() -> list[Case]:
    """Return every case in the order of their names."""
    return [_case(file.parent) for file in sorted(CASES.glob("*/case.yaml"))]


def _case(folder: Path) -> Case:
    said = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    return Case(
        name=folder.name,
        promise=said.pop("promise"),
        deliveries=[
            {name: (folder / name).read_bytes() for name in names}
            for names in said.pop("deliveries")
        ],
        expected=said.pop("expected"),
        declared=said,
    )


def outcome(case: Case, folder: Path) -> dict[str, Any]:
    """Return what came of a case, in the shape of its `expected`."""
    done: list[Outcome] = []
    with fed_city(fed_catalogue(folder, case.declared), folder / "home") as (city, gate):
        for files in case.deliveries:
            deliver(city, files)
            done += take(city, gate)
        found = facts(city)
        key = city.catalog.resource("data_office/visit").key
    said = case.expected.get("quarantined", ())
    told = ("line", "rules", "raw") if any("raw" in one for one in said) else ("line", "rules")
    return {
        "accepted": sorted(found.accepted, key=lambda row: [str(row[code]) for code in key]),
        "quarantined": [{name: row[name] for name in told} for row in found.quarantined],
        "rejected": [
            reason for one in done if one.verdict is VerdictKind.REJECTED for reason in one.reasons
        ],
        "held": sum(one.verdict is VerdictKind.HELD for one in done),
    }
