"""Figures of a home: the room it takes, what has grown, what upkeep would give back.

Belongs here: measuring by looking at files. Keep out: whether that is too much (`checks.space`).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flow.city import City
from flow.upkeep.tidying import tidy

__all__ = ["DAYS", "Figures", "measure"]

DAYS = 30
"""Days of growth that are looked at."""
_BIGGEST = 5
_DAY = 86_400.0
_DEPTHS = {"ledgers": 3, "shares": 3}
"""Parts of a path that name a table or a share of the lake; four where nothing is said."""


@dataclass(frozen=True)
class Figures:
    """Bytes: free on the disk, of the home, of it written lately, and what dead files hold."""

    free: int
    home: int
    recent: int
    """Of files that were written within the last days and are still there."""
    days: int
    """How many days that is: a young home is not as old."""
    dead: int
    """Of files that upkeep would remove now."""
    biggest: tuple[tuple[str, int], ...]
    """The folders below the home that hold most, each with its bytes."""

    @property
    def daily(self) -> int:
        """Return the growth of a day."""
        return self.recent // self.days

    @property
    def lasts(self) -> int | None:
        """Return for how many days there is room at this growth; None where nothing grows."""
        return self.free // self.daily if self.daily else None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        biggest = [{"where": where, "bytes": size} for where, size in self.biggest]
        return asdict(self) | {"biggest": biggest, "daily": self.daily, "lasts_days": self.lasts}


def measure(city: City) -> Figures:
    """Walk a home once and sum up its files; a file that goes meanwhile is left out."""
    now, home = city.clock().timestamp(), city.layout.home
    folders: Counter[str] = Counter()
    recent, oldest = 0, now
    for path, found in _files(home):
        folders[_folder(Path(path).relative_to(home))] += found.st_size
        oldest = min(oldest, found.st_mtime)
        if found.st_mtime >= now - DAYS * _DAY:
            recent += found.st_size
    return Figures(
        free=shutil.disk_usage(home).free,
        home=sum(folders.values()),
        recent=recent,
        days=max(1, min(DAYS, round((now - oldest) / _DAY))),
        dead=sum(one.bytes for one in tidy(city, dry_run=True, keep_logs=())),
        biggest=tuple(folders.most_common(_BIGGEST)),
    )


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for root, _, names in os.walk(folder):
        for name in names:
            path = f"{root}/{name}"
            try:
                yield path, os.lstat(path)
            except FileNotFoundError:
                continue


def _folder(path: Path) -> str:
    """Return what a file is counted under: its table in the lake, else the folder of the home."""
    parts = path.parts
    if parts[0] != "lake":
        return parts[0]
    return "/".join(parts[:-1][: _DEPTHS.get(parts[1], 4)])
