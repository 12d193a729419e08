"""Regions delivered into the minimal city, and what a run tells of them, for tests of its rules.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from catalog_specs.loader import load
from flow.city import City
from flow.run import RunResult, run
from governance.keys import KeyRing
from storage.layout import Layout
from tests.factories import MASTER_KEY, Change, write_catalog
from tests.flow.lake import content

__all__ = ["FILE", "NOW", "REF", "drop", "go", "made", "stored", "told"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REF = "civil_affairs/region"
FILE = f"resources/{REF}.yaml"


def made(folder: Path, **changes: Change) -> City:
    """Return the minimal city, changed in places, over an empty home."""
    root = write_catalog(folder, **changes)
    keys = KeyRing.load(MASTER_KEY, where="tests")
    return City(load(root), Layout(folder / "home"), keys, lambda: NOW, actor="收数岗")


def drop(city: City, numbers: Sequence[int], name: str, more: str = "") -> None:
    """Deliver regions by their numbers, each with a further column if named."""
    lines = [f"{350500 + n},区{n}{',甲' if more else ''}" for n in numbers]
    text = "\n".join([f"区划代码,区划名称{more}", *lines, ""])
    path = city.layout.inbox(REF) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    deliveries = len(list(city.layout.landing(REF).glob("*"))) if city.layout.home.exists() else 0
    waiting = len(list(path.parent.iterdir()))
    moment = NOW.timestamp() - 3600 + deliveries * 60 + waiting
    os.utime(path, (moment, moment))


def go(city: City) -> RunResult:
    """Run everything for regions."""
    return run(city, resources={REF})


def told(result: RunResult) -> list[tuple[str, tuple[str, ...]]]:
    """Return verdict and reasons of each outcome."""
    return [(one.verdict.value, one.reasons) for one in result.outcomes]


def stored(city: City) -> set[int]:
    """Return the numbers of the regions that are authoritative."""
    return {int(code) - 350500 for code in content(city.layout.authoritative(REF))["code"]}
