"""Behaviour of the facts: what they say of each resource of the small city."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from register.register import State
from tests.city import PERMIT, PERSON, REGION, TODAY, VISIT


def test_each_delivery_has_its_state_the_newest_first(facts: Facts) -> None:
    """The facts list deliveries from the newest on, with what became of each."""
    assert [one.state for one in facts.resources[PERSON].entries] == [
        State.HELD,
        State.OVERTAKEN,
        State.OVERTAKEN,
    ]
    assert facts.day == TODAY


def test_a_refusal_is_open_until_a_good_delivery_comes(facts: Facts) -> None:
    """Of visits the newest was refused; of permits none was."""
    assert [one.state for one in facts.resources[VISIT].refused] == [State.REJECTED]
    assert facts.resources[PERMIT].refused == ()


def test_what_waits_for_a_decision_is_there_with_its_figures(facts: Facts) -> None:
    """A held snapshot says how many rows it would delete, of how many."""
    (held,) = facts.resources[PERSON].awaiting
    assert held.held is not None
    assert 0 < held.held.deleted < held.held.stored


def test_the_newest_comparisons_count(facts: Facts) -> None:
    """Each referred item of the newest compared delivery is there once."""
    items = [one.item for one in facts.resources[VISIT].compared]
    assert len(items) == len(set(items)) > 0
    assert facts.resources[REGION].compared == ()


def test_the_table_is_counted(facts: Facts) -> None:
    """A resource's rows and version are those of its table."""
    assert facts.resources[REGION].stored.rows == 3
    assert facts.resources[REGION].stored.version is not None
