"""The report as a value: what a run and the command tell of it.

Belongs here: the value. Keep out: making it (`site`), which needs a template engine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """The report as it lies there: its first page, how many pages, and what this call changed."""

    path: Path
    pages: int
    written: int
    removed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self) | {"path": str(self.path)}
