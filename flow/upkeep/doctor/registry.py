"""Registry of checks: every module below `flow.upkeep.doctor.checks`, by the codes it finds.

Belongs here: finding them, and asking all of them. Keep out: any one check.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from catalog_specs.errors import QuanshuError
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.upkeep.doctor import checks
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from flow.upkeep.doctor.clockwork import Clockwork
from storage.engines.connection import end_if_interrupted

__all__ = ["every_check", "examine", "look_at"]


def every_check() -> dict[str, Check]:
    """Return every check by the name of its module, in the order of their codes."""
    names = [module.name for module in iter_modules(checks.__path__)]
    made = {name: import_module(f"{checks.__name__}.{name}").CHECK for name in names}
    return dict(sorted(made.items(), key=lambda one: one[1].codes[0].value))


def examine(
    city: City, clockwork: Clockwork | None = None, *, fix: bool = False
) -> tuple[Finding, ...]:
    """Check a home; with `fix`, correct permissions first and report the other faults."""
    return look_at(Patient(city, clockwork, fix))


def look_at(patient: Patient) -> tuple[Finding, ...]:
    """Return what all checks find; one that cannot be made is a finding and stops no other."""
    if not patient.city.layout.home.is_dir():
        return (found(HomeFinding.NO_HOME, str(patient.city.layout.home)),)
    return tuple(
        one for name, check in every_check().items() for one in _asked(patient, name, check)
    )


def _asked(patient: Patient, name: str, check: Check) -> Iterator[Finding]:
    try:
        yield from check.look(patient)
    except QuanshuError as error:
        yield found(
            HomeFinding.UNCHECKED, error.where or name, f"{name}: {error.what}", remedy=error.remedy
        )
    except Exception as error:  # noqa: BLE001 - one check that fails keeps no other from looking
        end_if_interrupted(error)
        # the class alone: a vendor's words may quote a value
        yield found(HomeFinding.UNCHECKED, name, f"{name}: {type(error).__name__}")
