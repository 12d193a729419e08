"""A copy of a home that an earlier version made, under today's code and catalogue.

Belongs here: unpacking it. Keep out: assertions. `tests/data/old_home/SOURCE.txt` says what is in
it.
"""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.city.homes import Town, gone_over

__all__ = ["OldTown"]

_PACKED = Path(__file__).parents[1] / "data" / "old_home" / "home.tar.xz"


@dataclass
class OldTown(Town):
    """A town whose home was made before."""

    def __post_init__(self) -> None:
        """Unpack the home and write the catalogue."""
        with tarfile.open(_PACKED) as packed:
            packed.extractall(self.folder, filter="data")
        self.declare()
        self.city = gone_over(self.city)
