"""The registry of detectors: all ten violations have their place."""

from __future__ import annotations

from catalog_specs.rules.violations import ViolationKind
from governance.violations.registry import every_detector, suspicions
from tests.unit.governance.violations.suspecting import facts_of, outside


def test_every_violation_has_a_detector() -> None:
    """Also the tenth, of which a person enters what nobody can foresee."""
    kinds = {one.kind for one in every_detector().values()}
    assert kinds == set(ViolationKind)


def test_what_is_suspected_names_its_detector_and_comes_once() -> None:
    """Ids are stable and in order, and two headers are two violations."""
    facts = facts_of(outside=(outside("b", 50), outside("a", 50), outside("a", 50)))
    found = suspicions(facts)
    assert [one.detector for one in found].count("out_of_catalogue") == 2
    assert [one.id for one in found] == sorted({one.id for one in found})
    assert found == suspicions(facts)
