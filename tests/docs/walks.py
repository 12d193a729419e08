"""Recording which packages call which, while something runs.

Belongs here: the record. Keep out: what is run, and what is asserted of it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType

from tests.docs.pages import ROOT, packages

__all__ = ["FOUNDATION", "Walk", "recorded_walk"]

FOUNDATION = frozenset({"catalog_specs", "storage", "audit", "register"})
"""Packages that every stop asks at any time; they are no steps of the walk."""
_LEAVING = frozenset({"close", "__exit__"})
"""Putting away what was opened is no step either."""
_AFTERWARDS = (
    "flow/acts.py",
    "flow/city.py",
    "flow/comparing.py",
    "flow/timeliness.py",
    "flow/desk/",
    "flow/governing/",
    "flow/supervision/",
)
"""What an act says, what a city is asked for (its rights and keys), what officials do, and what
follows for the officer when all deliveries are done, belong to none of them."""


@dataclass
class Walk:
    """The stops that `flow` entered, in order, and what was entered below each of them."""

    stops: list[str] = field(default_factory=list)
    below: dict[str, set[str]] = field(default_factory=dict)
    _packages: dict[CodeType, str | None] = field(default_factory=dict)
    _begins: dict[CodeType, int] = field(default_factory=dict)

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        if event != "call" or frame.f_code.co_name in _LEAVING or self._is_resumed(frame):
            return
        entered = self._package(frame)
        if entered is None or entered == "flow" or entered in FOUNDATION:
            return
        path = [entered]
        above = frame.f_back
        while above is not None:
            package = self._package(above)
            if package == "flow":
                if not any(one in above.f_code.co_filename for one in _AFTERWARDS):
                    self._entered(path)
                return
            if package is not None and package != path[-1]:
                path.append(package)
            above = above.f_back

    def _entered(self, path: list[str]) -> None:
        stop = path[-1]
        if stop in FOUNDATION:  # a callback that a foundation calls for somebody above
            return
        if len(path) == 1 and self.stops[-1:] != [stop]:
            self.stops.append(stop)
        self.below.setdefault(stop, set()).update(set(path) - FOUNDATION - {stop})

    def _is_resumed(self, frame: FrameType) -> bool:
        """Say whether a generator goes on: the profiler reports that as another call."""
        begin = self._begins.setdefault(frame.f_code, frame.f_lasti)
        return frame.f_lasti > begin

    def _package(self, frame: FrameType) -> str | None:
        code = frame.f_code
        if code not in self._packages:
            path = code.co_filename.removeprefix(f"{ROOT}/")
            top = path.partition("/")[0] if path != code.co_filename else ""
            self._packages[code] = top if top in packages() else None
        return self._packages[code]


@contextmanager
def recorded_walk() -> Iterator[Walk]:
    """Record every call of our own code, in threads that begin meanwhile too."""
    walk = Walk()
    threading.setprofile(walk._called)
    sys.setprofile(walk._called)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
