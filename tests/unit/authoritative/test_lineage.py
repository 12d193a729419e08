"""Lineage: what is told of a row, and what is not known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from authoritative.lineage import key_of, row_lineage
from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.errors import CatalogLookupError
from quality.gate.gate import open_gate
from register.bundles import Bundle
from register.records import Delivery
from storage.layout import Layout
from tests.city import FIRM, NIGHT
from tests.city.deliveries import landed
from tests.city.records import csv_of
from tests.city.resources import catalog_of, firm, visit

CATALOG = catalog_of(firm())
KEYS = ("91350100M000100Y43", "91350100M000101Y4Q")


def change(place: int, name: str, seq: int, op: str = "U") -> dict[str, Any]:
    """Return a change of one of two firms."""
    return {"_op": op, "_seq": str(seq), "uscc": KEYS[place], "firm_name": name}


def taken(layout: Layout, *records: dict[str, Any]) -> Delivery:
    """Land, judge and promote one delivery of firms."""
    made = CATALOG.resource(FIRM)
    one = landed(layout, CATALOG, FIRM, csv_of(made, records))
    with open_gate(layout, CATALOG, None, NIGHT) as gate:
        gate.judge(Bundle((one,)))
        candidate = Candidate(Bundle((one,)), gate.judged(Bundle((one,))).accepted)
        promote(layout, CATALOG, candidate, Origin("岗位", NIGHT, "批〔2026〕1号"))
    return one


def test_a_row_tells_of_the_delivery_that_brought_its_present_version(tmp_path: Path) -> None:
    """File, line, verdict and commit are that delivery's; the record only when asked for."""
    layout = Layout(tmp_path)
    taken(layout, change(0, "甲", 1), change(1, "乙", 1))
    second = taken(layout, change(1, "丙", 2))

    found = row_lineage(layout, CATALOG, FIRM, {"uscc": KEYS[1]}, record=True)

    assert found
    assert found.applied
    assert found.verdict
    assert (found.table_version, found.applied.version) == (1, 1)
    assert (found.applied.actor, found.applied.approval) == ("岗位", "批〔2026〕1号")
    assert (found.verdict.kind, found.verdict.accepted) == ("passed", 1)
    assert (found.place.delivery, found.place.record, found.place.line) == (second.delivery, 1, 2)
    assert (found.place.sha256, found.origin) == (second.sha256, None)
    assert "丙" in (found.record or "")
    plain = row_lineage(layout, CATALOG, FIRM, {"uscc": KEYS[0]})
    assert plain
    assert plain.applied
    assert (plain.applied.version, plain.place.record, plain.record) == (0, 1, None)
    assert "record" not in plain.as_dict()


def test_a_row_that_is_not_there_has_no_lineage(tmp_path: Path) -> None:
    """Nor has one that was deleted, nor one of a table that was never made."""
    layout = Layout(tmp_path)
    assert row_lineage(layout, CATALOG, FIRM, {"uscc": KEYS[0]}) is None
    taken(layout, change(0, "甲", 1), change(1, "乙", 1))
    taken(layout, change(0, "甲", 2, "D"))
    assert row_lineage(layout, CATALOG, FIRM, {"uscc": KEYS[0]}) is None
    assert row_lineage(layout, CATALOG, FIRM, {"uscc": KEYS[1]})


@pytest.mark.parametrize(
    "words",
    [("1", "2", "2024-01-01"), ("visit_day=2024-01-01", "resident_id=1", "visit_no=2")],
    ids=["in order", "by name"],
)
def test_a_key_is_named_in_order_or_by_item(words: Sequence[str]) -> None:
    """Both say the same of a key of several items."""
    expected = {"resident_id": "1", "visit_no": "2", "visit_day": "2024-01-01"}
    assert key_of(visit(), tuple(words)) == expected


@pytest.mark.parametrize(
    "words", [(), ("1",), ("visit_no=2",), ("visit_no=2", "1", "2024-01-01"), ("1", "2", "3", "4")]
)
def test_words_that_do_not_name_a_key_say_what_is_wanted(words: tuple[str, ...]) -> None:
    """Too few, too many, or some by name and some not."""
    with pytest.raises(CatalogLookupError, match="visit_no=…"):
        key_of(visit(), words)
