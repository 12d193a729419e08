"""The shape of a machine: states follow from events, and what no rule names cannot happen."""

from __future__ import annotations

import pytest

from governance.applications.matters.machine import Machine, MatterEvent, after, lived
from governance.applications.matters.machines import MACHINES
from tests.city import NOW, TODAY


def event(kind: str, **facts: object) -> MatterEvent:
    """Return an event of matter 1."""
    return MatterEvent(1, kind, NOW, TODAY, "甲", "d", "岗", facts=facts)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda one: one.kind)
def test_a_machine_is_whole(machine: Machine) -> None:
    """Every event has a rule, every state is reached, words stand in both languages."""
    assert set(machine.rules) == set(machine.events)
    reached = {rule.to for rule in machine.rules.values() if rule.to}
    assert reached == set(machine.states)
    left = {state for rule in machine.rules.values() for state in rule.of}
    assert left == set(machine.states) - machine.over | (left & machine.over)
    for word in (*machine.states, *machine.events):
        assert word.label
        assert word.english
        assert "(" in word.clause


def test_what_no_rule_names_changes_nothing() -> None:
    """Neither an event of another machine, nor one out of its order, nor a first one twice."""
    machine = MACHINES["interface"]
    assert after(machine, None, event("provided")) is None
    matter = lived(machine, [event("provided"), event("asked", a=1), event("nothing")])
    assert matter
    assert (matter.state, len(matter.events)) == ("asked", 1)
    assert after(machine, matter, event("asked")) is None


def test_later_facts_replace_earlier_ones() -> None:
    """The content of a matter is the newest of each fact."""
    found = lived(MACHINES["interface"], [event("asked", a=1, b=1), event("provided", b=2)])
    assert found
    assert dict(found.content) == {"a": 1, "b": 2}
    assert found.last("asked", "provided") == found.events[1]
    assert found.last("extended") is None
