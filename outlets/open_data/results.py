"""Results of a release: a release, or a refusal with its reason.

Belongs here: the two values. Keep out: how they come about
(`outlets.open_data.release`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog_specs.rules.disclosure import RefusalCode

__all__ = ["Refusal", "Release"]


@dataclass(frozen=True)
class Release:
    """One immutable release; `created` is False when the last one still stands.

    It does while nothing changed, and while its set's cadence does not allow another: then `held`.
    `suppressed` is how many rows were left out at most; the very number would tell how large the
    cells are that are missing.
    """

    dataset: str
    release: str
    rows: int
    suppressed: int
    created: bool
    held: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class Refusal:
    """A release that does not exist, and why: counts and column names, never a value.

    `combination` is the smallest set of columns that fails, `classes` and `rows` how many classes
    of them are too small and how many rows stand in those; `detail` says what else is known.
    """

    dataset: str
    code: RefusalCode
    explanation: str
    combination: tuple[str, ...] = ()
    classes: int = 0
    rows: int = 0
    detail: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)
