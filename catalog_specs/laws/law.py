"""A law: a stable code, titles, a clause, and a check that finds faults.

Belongs here: the two values, and turning a fault into a problem. Keep out: any single law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from catalog_specs.problems import Problem
from catalog_specs.reading.declared import Declared

__all__ = ["Fault", "Law", "resource_at"]


@dataclass(frozen=True)
class Fault:
    """One breach: `at` is `<kind>:<key>` as declared, `path` the place inside that declaration."""

    at: str
    path: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Law:
    """One law of the catalogue; its code never changes its meaning.

    `clause` is the regulation's clause, or "" for a law of form; `what_to_do` is the general
    remedy shown on the page of laws, each fault carries its own.
    """

    code: str
    title_zh: str
    title: str
    clause: str
    what_to_do: str
    check: Callable[[Declared], Iterable[Fault]]

    def problems(self, declared: Declared) -> Iterator[Problem]:
        """Yield every breach as a problem with its file and path; the loader adds the line."""
        for fault in self.check(declared):
            place = declared.places[fault.at]
            path = _joined(place.prefix, fault.path)
            yield Problem(place.file, path, self.code, fault.message, fault.remedy, self.clause)


def resource_at(ref: str) -> str:
    """Return where a resource is declared, as a fault's `at`."""
    return f"resources:{ref}"


def _joined(prefix: str, path: str) -> str:
    return f"{prefix}.{path}" if prefix and path else prefix or path
