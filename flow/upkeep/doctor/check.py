"""Checks as such: the patient that one looks at, its findings, the codes that it answers for.

Belongs here: these values. Keep out: any one check (`flow.upkeep.doctor.checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.upkeep.doctor.clockwork import Clockwork
from flow.upkeep.doctor.figures import Figures, measure

__all__ = ["Check", "Finding", "Patient", "found"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: a code, where, what, and what to do."""

    code: HomeFinding
    where: str
    zh: str
    """What it is, in Chinese."""
    what: str
    """The same in English."""
    remedy: str
    """What to do, in English; the code says it in Chinese."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "code": self.code.value,
            "where": self.where,
            "what_zh": self.zh,
            "what": self.what,
            "remedy_zh": self.code.remedy_zh,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Patient:
    """A home to look at: its city, what Dagster knows of its clockwork, and whether to mend."""

    city: City
    clockwork: Clockwork | None = None
    """None where Dagster has never run in this home, or cannot be asked."""
    fix: bool = False

    @cached_property
    def figures(self) -> Figures:
        """Return how much room it takes; measured once, and slow in a large home."""
        return measure(self.city)

    def place(self, path: Any) -> str:  # noqa: ANN401 - a path below the home
        """Return a path as it is told: from the home on."""
        return str(path.relative_to(self.city.layout.home))


@dataclass(frozen=True)
class Check:
    """One check: the codes that it may find, and how it looks."""

    codes: tuple[HomeFinding, ...]
    look: Callable[[Patient], Iterator[Finding]]


def found(code: HomeFinding, where: str, *said: str, remedy: str = "") -> Finding:
    """Return a finding in the words of its code; `said` is more of it, in Chinese and in English.

    A vendor or another part of the house may word a fault in English alone: then give it twice, or
    give one text, and the code speaks Chinese.
    """
    zh, what = (code.label, code.english) if not said else (code.label, said[-1])
    if len(said) > 1:
        zh = f"{code.label}：{said[0]}"
    return Finding(code, where, zh, what, remedy or code.remedy)
