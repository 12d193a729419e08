"""Behaviour of results: every rule of every judged delivery, looked up both ways."""

from __future__ import annotations

import pyarrow as pa

from outlets.reports.facts.city import Facts
from outlets.reports.facts.results import SCHEMA, Results
from tests.city import PERSON, VISIT
from tests.unit.outlets.reports.facts.rows import ROW


def test_results_are_found_by_delivery_and_by_rule(facts: Facts) -> None:
    """What a delivery's rules said is what its rules' histories say of it."""
    results = facts.resources[PERSON].results
    for entry in facts.resources[PERSON].entries:
        mine = results.of_delivery(entry.delivery)
        assert {one.rule for one in mine} == set(results.of_rules)
        assert all(one in results.of_rules[one.rule] for one in mine)


def test_a_history_runs_from_the_oldest_to_the_newest(facts: Facts) -> None:
    """The last result of a rule is that of the newest delivery."""
    newest = facts.resources[PERSON].entries[0].delivery
    assert {one[-1].delivery for one in facts.resources[PERSON].results.of_rules.values()} == {
        newest
    }


def test_an_unreadable_delivery_has_no_results(facts: Facts) -> None:
    """A file whose records nobody could read was judged by no rule."""
    refused = facts.resources[VISIT].refused[0].delivery
    assert facts.resources[VISIT].results.of_delivery(refused) == ()


def test_a_share_is_of_the_records_judged() -> None:
    """A rule that looked at no record and did not pass failed as a whole."""
    rows = [ROW, ROW | {"judged": 0, "failing": 0}]
    one, whole = Results(pa.Table.from_pylist(rows, schema=SCHEMA)).of_rules["id:required"]
    assert (one.share, whole.share) == (0.25, 1.0)


def test_a_stamp_changes_with_every_result() -> None:
    """One more result changes the stamp of its delivery and of the whole, and of no other."""
    before = Results(pa.Table.from_pylist([ROW], schema=SCHEMA))
    later = ROW | {"delivery": "000002-0"}
    after = Results(pa.Table.from_pylist([ROW, later], schema=SCHEMA))
    assert before.stamp != after.stamp
    assert before.stamp_of("000001-0") == after.stamp_of("000001-0")
    assert before.stamp_of("000002-0") != after.stamp_of("000002-0")


def test_nothing_judged_is_nothing_said() -> None:
    """A resource without results answers every question."""
    none = Results.none()
    assert (none.of_delivery("x"), none.of_rules, none.stamp) == ((), {}, "0@")


def test_judgements_are_what_a_tuple_of_them_is() -> None:
    """Counted, sliced, walked both ways and from either end, whatever lies between them."""
    names = [f"{n:06}-0" for n in range(5)]
    rows = [ROW | {"delivery": name, "rule": rule} for name in names for rule in ("a:x", "b:y")]
    found = Results(pa.Table.from_pylist(rows, schema=SCHEMA)).of_rules["b:y"]
    whole = tuple(found)
    assert [one.delivery for one in whole] == names
    assert {one.rule for one in whole} == {"b:y"}
    assert tuple(reversed(found)) == whole[::-1]
    assert (len(found), found[-1], found[1]) == (5, whole[-1], whole[1])
    assert (found[-2:], found[9:]) == (whole[-2:], ())


def test_what_failed_since_a_day_is_found_by_rule() -> None:
    """Of each rule those judgements that found anything, from that day on; none of other rules."""
    kinds = [("a:x", "2026-03-01", 2), ("a:x", "2026-03-03", 0), ("a:x", "2026-03-04", 5)]
    kinds += [("b:y", "2026-03-04", 0), ("c:z", "2026-02-28", 9)]
    rows = [
        ROW | {"rule": rule, "judged_at": f"{day}T08:00:00+08:00", "failing": failing}
        for rule, day, failing in kinds
    ]
    found = Results(pa.Table.from_pylist(rows, schema=SCHEMA)).failing_since("2026-03-01")
    assert {rule: [one.failing for one in some] for rule, some in found.items()} == {"a:x": [2, 5]}
    assert Results.none().failing_since("2026-03-01") == {}
