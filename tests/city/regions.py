"""Regions delivered one file after another, and what a run tells of them, for tests of its rules.

Belongs here: builders. Keep out: other resources.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from catalog_specs.loader import load
from flow.city import City
from flow.run import RunResult, run
from tests.city import NOW, REGION
from tests.city.declared import Change, write_catalog
from tests.city.homes import city_of
from tests.city.lake import content
from tests.city.records import REGIONS

__all__ = ["FILE", "REF", "drop", "go", "made", "stored", "told"]

REF = REGION
FILE = f"resources/{REF}.yaml"


def made(folder: Path, **changes: Change) -> City:
    """Return the city, changed in places, over an empty home."""
    root = write_catalog(folder, **changes)
    return replace(city_of(load(root), folder / "home"), actor="收数岗")


def drop(city: City, numbers: Sequence[int], name: str, more: str = "") -> None:
    """Deliver regions by their numbers, each with a further column if named."""
    lines = [f"{350500 + n},区{n}{',甲' if more else ''}" for n in numbers]
    text = "\n".join([f"{REGIONS}{more}", *lines, ""])
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
