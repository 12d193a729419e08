"""The kind `drift`: a figure of a delivery against those before it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catalog_specs.errors import CheckError
from quality.gate.gate import open_gate
from register.bundles import Bundle
from register.records import REPLAYED
from register.verdicts import verdicts
from storage.layout import Layout
from tests.city import FIRM, NIGHT, PERSON
from tests.city.deliveries import landed
from tests.city.resources import firm, person
from tests.unit.quality.rules.kinds.of_feed.figured import (
    asking,
    firms,
    judge,
    judged_again,
    people,
)

ROWS = {"figure": "row_count", "deliveries": 2, "within": 20}


def test_a_number_of_records_far_from_the_last_ones_fails(layout: Layout) -> None:
    """With less history than asked it passes, and says of how many deliveries it knows."""
    catalog = asking(person(), drift=ROWS)
    found, _ = judge(layout, catalog, PERSON, *map(people, (10, 11, 12, 14)))
    assert [one.against for one in found] == [0, 1, 2, 2]
    assert [one.passed for one in found] == [True, True, True, False]
    assert [one.observed for one in found] == [10, 11, 12, 14]
    assert [(one.low, one.high) for one in found[:2]] == [(None, None)] * 2
    assert (found[2].low, found[2].high) == pytest.approx((8.4, 12.6))
    assert [one.failing for one in found] == [0, 0, 0, 0]
    last = json.loads(verdicts(layout, PERSON, engine_results=True)[0].gx_result)["results"][-1]
    assert (last["success"], last["meta"]) == (True, {"too_little_history": 0})


def test_judging_again_gives_the_same_answer(layout: Layout) -> None:
    """Neither the delivery itself nor any that came after it is part of its history."""
    catalog = asking(person(), drift=ROWS)
    found, deliveries = judge(layout, catalog, PERSON, *map(people, (10, 12, 13, 30)))
    for before, one in zip(found, deliveries, strict=True):
        again = judged_again(layout, catalog, one)
        assert (again.passed, again.low, again.high, again.against) == (
            (before.passed, before.low, before.high, before.against)
        )
        assert again.judged_at != before.judged_at


def test_what_was_rejected_is_no_history(layout: Layout) -> None:
    """A delivery that lost its second half does not make the next one look too large."""
    catalog = asking(person(), level="reject", drift=ROWS | {"deliveries": 1})
    found, _ = judge(layout, catalog, PERSON, *map(people, (10, 4, 11)))
    assert [one.passed for one in found] == [True, False, True]
    assert found[2].low == pytest.approx(8)


def test_a_rule_that_is_defined_otherwise_begins_anew(layout: Layout) -> None:
    """Its figures might have been of something else."""
    judge(layout, asking(person(), drift=ROWS), PERSON, *map(people, (10, 11, 12)))
    other = asking(person(), drift=ROWS | {"within": 30})
    (found,), _ = judge(layout, other, PERSON, people(13))
    assert (found.against, found.passed) == (0, True)


def test_a_share_of_nulls_is_held_in_percentage_points(layout: Layout) -> None:
    """Of nobody in particular, so of any item."""
    drift = {"figure": "null_share", "item": "employer", "deliveries": 1, "within": 10}
    texts = [people(10, 1), people(11, 1), people(10, 4)]
    found, _ = judge(layout, asking(person(), drift=drift), PERSON, *texts)
    assert [one.observed for one in found] == pytest.approx([0.1, 1 / 11, 0.4])
    assert [one.passed for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("drift", "observed"),
    [
        ({"figure": "mean"}, [2.0, 2.5]),
        pytest.param({"figure": "sum"}, [4.0, 10.0], marks=pytest.mark.thorough),
        pytest.param(
            {"figure": "quantile", "quantile": 0.5}, [1.0, 2.0], marks=pytest.mark.thorough
        ),
    ],
)
def test_a_figure_of_numbers_that_tell_of_nobody_is_kept(
    layout: Layout, drift: dict[str, object], observed: list[float]
) -> None:
    """Mean, sum and quantile; the records that a rule is about may be some of them."""
    catalog = asking(
        firm(),
        drift={"item": "capital", "deliveries": 1, "within": 100, **drift},
        where=[{"item": "capital", "op": "lt", "value": 9}],
    )
    texts = [firms("1.00", "3.00", "100"), firms("1.00", "2.00", "3.00", "4.00")]
    found, _ = judge(layout, catalog, FIRM, *texts)
    assert [one.observed for one in found] == observed
    assert [one.judged for one in found] == [2, 4]


def test_no_value_at_all_passes_while_there_is_no_history(layout: Layout) -> None:
    """There is no mean of nothing, and nothing to hold it against."""
    drift = {"figure": "mean", "item": "capital", "deliveries": 1, "within": 5}
    found, _ = judge(layout, asking(firm(), drift=drift), FIRM, firms(""))
    assert [(one.passed, one.observed) for one in found] == [(True, None)]


def test_no_history_is_kept_of_what_tells_of_persons(layout: Layout) -> None:
    """The law refuses it at `check`; the gate refuses it too."""
    drift = {"figure": "mean", "item": "income", "deliveries": 1, "within": 5}
    catalog = asking(person(), drift=drift)
    delivery = landed(layout, catalog, PERSON, people(1))
    with (
        open_gate(layout, catalog, None, NIGHT) as gate,
        pytest.raises(CheckError, match="tells of persons"),
    ):
        gate.judge(Bundle((delivery,)))


def test_a_replay_of_single_records_is_not_asked(layout: Layout) -> None:
    """Three repaired records are not fewer than usual."""
    catalog = asking(person(), level="reject", drift=ROWS)
    delivery = landed(layout, catalog, PERSON, people(3))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        asked = {
            origin: {rule.code for rule in gate._asked(catalog.resource(PERSON), Bundle((one,)))}
            for origin in ("inbox", REPLAYED)
            for one in [replace(delivery, origin=origin)]
        }
    assert asked["inbox"] - asked[REPLAYED] == {"one"}
