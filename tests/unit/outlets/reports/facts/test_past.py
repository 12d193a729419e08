"""Behaviour of facts as of an earlier day: what came later is not there."""

from __future__ import annotations

from datetime import timedelta

from flow.city import City
from outlets.reports.facts.city import Facts, read_facts
from outlets.reports.facts.past import register_until, results_until, stored_until
from tests.city import NOW, PERSON


def test_everything_on_record_by_then_is_there(reported: City, facts: Facts) -> None:
    """As of a moment after the last fact, the past is the present."""
    mine = facts.resources[PERSON]
    later = NOW + timedelta(days=1)
    then = register_until(mine.register, later)
    assert then.landed.names == mine.register.landed.names
    assert [one.state for one in map(then.entry, then.landed.names)] == [
        one.state for one in reversed(mine.entries)
    ]
    assert results_until(mine.results, later).rows.num_rows == mine.results.rows.num_rows
    assert stored_until(reported.layout, then) == mine.stored


def test_what_came_later_is_not_there(reported: City, facts: Facts) -> None:
    """As of a day before the first delivery nothing came, nothing was judged, nobody owes."""
    before = NOW - timedelta(days=30)
    then = read_facts(reported.layout, reported.catalog, before, "", before)
    assert then.resources.keys() == facts.resources.keys()
    for one in then.resources.values():
        assert (one.entries, one.results.of_rules, one.stored.rows) == ((), {}, None)
    assert (then.desk.cases, then.desk.violations) == ((), ())
    assert then.desk.matrix.compared == 0
