"""The registry of detectors: all ten violations have their place."""

from __future__ import annotations

from catalog_specs.rules.violations import ViolationKind
from governance.violations.registry import every_detector, suspicions
from tests.unit.governance.violations.suspecting import facts_of, outside


def test_every_violation_but_the_tenth_has_a_detector() -> None:
    """The tenth is what nobody can foresee: it is entered by hand."""
    kinds = {one.kind for one in every_detector().values()}
    assert set(ViolationKind) - kinds == {ViolationKind.OTHER}


def test_what_is_suspected_names_its_detector_and_comes_once() -> None:
    """Ids are stable and in order, and two headers are two violations."""
    facts = facts_of(outside=(outside("b", 50), outside("a", 50), outside("a", 50)))
    found = suspicions(facts)
    assert [one.detector for one in found].count("out_of_catalogue") == 2
    assert [one.id for one in found] == sorted({one.id for one in found})
    assert found == suspicions(facts)
