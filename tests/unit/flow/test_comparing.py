"""Comparisons brought up to date: whose turn it is, and that a fault ends one of them alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flow.comparing import compare_again, figures, touched
from flow.failures import Faults
from register.receipts import raw_file
from tests.city import PERMIT, PERSON, REGION, VISIT
from tests.city.homes import Town
from tests.city.records import csv_text
from tests.city.registers import deliveries
from tests.flow.test_reconciliation import PLANTED


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with divisions, nothing else yet."""
    return Town(tmp_path)


def test_figures_are_counts_of_what_stands(town: Town) -> None:
    """A resource that was never compared has none."""
    assert figures(town.city, VISIT) == {}
    town.take(VISIT, "v.csv", PLANTED)
    found = figures(town.city, VISIT)
    assert {*found} <= {"compared", "mismatched", "missing_in_source"}
    assert all(isinstance(one, int) for one in found.values())


def test_one_comparison_that_fails_keeps_no_other_from_it(town: Town) -> None:
    """What cannot be read is told, and the next resource is compared all the same."""
    town.take(VISIT, "v.csv", PLANTED)
    town.take(
        PERMIT, "a.csv", csv_text("操作,序号,区划代码,许可编号,许可名称", ("I", 1, 1, "P", "甲"))
    )
    (delivery,) = deliveries(town.layout, VISIT)
    for file in (raw_file(town.layout, delivery), town.layout.rows(VISIT, delivery.delivery)):
        file.unlink(missing_ok=True)
    faults = Faults(town.layout)
    assert compare_again(town.city, faults) == (PERMIT,)
    assert [(one.stop, one.subject) for one in faults.found] == [("comparisons", VISIT)]


def test_a_delivery_touches_itself_and_those_that_refer_to_it(town: Town) -> None:
    """Dagster compares these again, and no other."""
    assert touched(town.city, PERSON) == {PERSON, VISIT}
    assert touched(town.city, REGION) >= {REGION, PERMIT}
    town.take(VISIT, "v.csv", PLANTED)
    assert compare_again(town.city, Faults(town.layout), touched(town.city, REGION)) == ()
    assert compare_again(town.city, Faults(town.layout), touched(town.city, PERSON)) == (VISIT,)
