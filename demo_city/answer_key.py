"""The answer key: what a quality gate must find in the made-up feeds, record by record.

Belongs here: the answers and how they are kept as JSON. Keep out: how they came about (`defects`),
reading what a gate did find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

__all__ = [
    "PASSED",
    "RECOGNISED",
    "REJECTED",
    "AnswerKey",
    "Expected",
    "Quarantined",
    "compare",
    "load_answers",
]

PASSED, REJECTED, RECOGNISED = "passed", "rejected", "recognised"
SHOWN = 20
"""Differing records that one difference names at most."""


@dataclass(frozen=True)
class Quarantined:
    """A record to be quarantined: its number in the file, from 1, and the rules it breaks."""

    row: int
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What must become of one delivered file.

    `rows` counts physical records; `inserted`, `updated`, `deleted` rows of the authoritative
    table; `reconciliation` the mismatches of each referred item; `warned` records by rule that
    only warns.
    """

    round: int
    department: str
    resource: str
    file: str
    sha256: str
    rows: int
    expect: str
    quarantined: tuple[Quarantined, ...] = ()
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    reconciliation: Mapping[str, int] = field(default_factory=dict)
    warned: Mapping[str, int] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Return `<department>/<resource>`."""
        return f"{self.department}/{self.resource}"


@dataclass(frozen=True)
class AnswerKey:
    """The answers for all deliveries of one made-up city, in the order they were written."""

    seed: int
    people: int
    today: date
    deliveries: tuple[Expected, ...] = ()

    def of_round(self, number: int) -> AnswerKey:
        """Return the answers up to and including a round."""
        return replace(
            self, deliveries=tuple(one for one in self.deliveries if one.round <= number)
        )

    def write(self, file: Path) -> None:
        """Keep the answers as JSON."""
        document = asdict(self) | {"today": self.today.isoformat()}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def load_answers(file: Path) -> AnswerKey:
    """Read the answers back."""
    document = json.loads(file.read_text(encoding="utf-8"))
    deliveries = tuple(read_expected(one) for one in document["deliveries"])
    return AnswerKey(
        seed=document["seed"],
        people=document["people"],
        today=date.fromisoformat(document["today"]),
        deliveries=deliveries,
    )


def read_expected(document: dict[str, Any]) -> Expected:
    """Read one delivery's answers."""
    kept = tuple(Quarantined(one["row"], tuple(one["rules"])) for one in document["quarantined"])
    return Expected(**(document | {"quarantined": kept}))


Found = tuple[str, str, int, Iterable[str]]
"""One row of a quarantine: `<department>/<resource>`, file name, record number, rules."""


def compare(answers: AnswerKey, found: Iterable[Found]) -> list[str]:
    """Return the differences between the answers and what was quarantined; empty when all agree.

    Each difference names resource, file and record numbers, and never a value.
    """
    wanted: dict[tuple[str, str], dict[int, tuple[str, ...]]] = {}
    for one in answers.deliveries:
        rows = {kept.row: kept.rules for kept in one.quarantined}
        if rows:
            wanted[one.ref, one.file] = rows
    actual: dict[tuple[str, str], dict[int, tuple[str, ...]]] = {}
    for ref, file, row, rules in found:
        actual.setdefault((ref, file), {})[row] = tuple(sorted(rules))
    differences: list[str] = []
    for where in sorted(wanted.keys() | actual.keys()):
        differences += differing(where, wanted.get(where, {}), actual.get(where, {}))
    return differences


def differing(
    where: tuple[str, str],
    wanted: Mapping[int, tuple[str, ...]],
    actual: Mapping[int, tuple[str, ...]],
) -> list[str]:
    """Return the differences in one file."""
    name = f"{where[0]} {where[1]}"
    missed = sorted(wanted.keys() - actual.keys())
    extra = sorted(actual.keys() - wanted.keys())
    said = []
    if missed:
        said.append(f"{name}: {len(missed)} record(s) not quarantined: {listed(missed, wanted)}")
    if extra:
        said.append(f"{name}: {len(extra)} record(s) quarantined wrongly: {listed(extra, actual)}")
    said += [
        f"{name}: record {row} breaks {', '.join(wanted[row])}, found {', '.join(actual[row])}"
        for row in sorted(wanted.keys() & actual.keys())
        if wanted[row] != actual[row]
    ]
    return said


def listed(rows: list[int], rules: Mapping[int, tuple[str, ...]]) -> str:
    """Name some records with their rules."""
    shown = "; ".join(f"{row} ({', '.join(rules[row])})" for row in rows[:SHOWN])
    return shown + ("; …" if len(rows) > SHOWN else "")
