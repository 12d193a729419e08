"""The tally of the desk: how much it did in a run, which the run's result carries."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Desk"]


@dataclass(frozen=True)
class Desk:
    """What the desk did in a run: how many cases and violations came to which end."""

    opened: int = 0
    reopened: int = 0
    closed: int = 0
    reminded: int = 0
    overdue: int = 0
    suspected: int = 0
    """Violations that are suspected for the first time, or again."""
    gone: int = 0
    """Violations that are no longer seen."""
