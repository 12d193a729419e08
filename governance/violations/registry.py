"""Registry of detectors: every module below `governance.violations.detectors`, by its place.

Belongs here: finding them, and asking all of them. Keep out: any one detector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pkgutil import walk_packages

from governance.violations import detectors
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["every_detector", "suspicions"]


def every_detector() -> dict[str, Detector]:
    """Return every detector by the name of its module, in the order of the ten violations."""
    modules = walk_packages(detectors.__path__, f"{detectors.__name__}.")
    names = [module.name for module in modules if not module.ispkg]
    found = {name.rpartition(".")[2]: import_module(name).DETECTOR for name in names}
    return dict(sorted(found.items(), key=lambda one: (one[1].kind.stored, one[0])))


def suspicions(facts: Facts) -> tuple[Suspicion, ...]:
    """Return what all detectors suspect, each violation once, in the order of their ids."""
    found = {one.id: one for one in _all(facts)}
    return tuple(found[name] for name in sorted(found))


def _all(facts: Facts) -> Iterator[Suspicion]:
    for name, detector in every_detector().items():
        for one in detector.detect(facts):
            if one.kind is not detector.kind:
                raise TypeError(f"{name} suspects another violation than its own")
            yield replace(one, detector=name)
