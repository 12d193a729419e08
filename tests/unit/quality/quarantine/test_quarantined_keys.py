"""Quarantined records of one key: where they lie and why, and never what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from quality.quarantine.quarantined_keys import QuarantinedPlace, quarantined_with_key
from quality.quarantine.states import State
from register.records import VerdictKind
from storage.layout import Layout
from tests.city.by_hand import OF, ByHand
from tests.city.resources import catalog_of

VISIT = {"resident_id": "1", "visit_no": "7", "visit_day": "2024-01-01", "outcome": "金丝雀"}
KEY = {name: VISIT[name] for name in ("resident_id", "visit_no", "visit_day")}


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return a home in which one visit was quarantined twice, beside visits of other keys."""
    made = ByHand(Layout(tmp_path), catalog_of(), "data_office/visit")
    others = [{**VISIT, name: value} for name, value in
              (("resident_id", "2"), ("visit_no", "8"), ("visit_day", "2024-01-02"))]  # fmt: skip
    first = made.land(*others, VISIT)
    made.judge(first, {row: ["visit_no:required"] for row in (1, 2, 3, 4)})
    second = made.land(VISIT, *others)
    made.judge(second, {1: ["GATE-102", "gone:rule"]}, VerdictKind.REJECTED, "GATE-102")
    made.judge(made.replay({**VISIT, OF: (first.delivery, 4)}))
    return made


def found(home: ByHand, **key: str) -> tuple[QuarantinedPlace, ...]:
    """Return the records under a key."""
    return quarantined_with_key(home.layout, home.catalog, home.ref, {**KEY, **key})


def test_the_records_of_one_key_are_found_newest_first(home: ByHand) -> None:
    """Each with its place, its state, and every rule in words, as far as they are known today."""
    newer, older = found(home)

    assert (newer.delivery[:6], newer.record, newer.state) == ("000002", 1, State.OPEN)
    assert (older.delivery[:6], older.record, older.state) == ("000001", 4, State.SETTLED)
    assert (older.file, older.member, older.line) == ("feed.csv", None, 5)
    assert older.rules["visit_no:required"]
    assert newer.rules["GATE-102"]
    assert newer.rules["gone:rule"] == ""


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ({"visit_no": "007"}, 2),
        ({"visit_no": "many"}, 0),
        ({"visit_no": "70"}, 0),
        ({"resident_id": "1' OR TRUE --"}, 0),
        ({"visit_day": "2024-01-02"}, 1),
    ],
)
def test_a_key_is_asked_as_what_it_means(home: ByHand, key: Mapping[str, str], count: int) -> None:
    """However it is written; a text that cannot be of the item's type finds nothing."""
    assert len(found(home, **key)) == count


def test_no_value_of_a_record_is_told(home: ByHand) -> None:
    """Whoever may ask for places may not see the records themselves."""
    told = json.dumps([one.as_dict() for one in found(home)], ensure_ascii=False)

    assert '"record": 4' in told
    assert "金丝雀" not in told


def test_nothing_quarantined_is_nothing_found(tmp_path: Path) -> None:
    """A resource without a quarantine has no places."""
    assert found(ByHand(Layout(tmp_path), catalog_of(), "data_office/visit")) == ()
