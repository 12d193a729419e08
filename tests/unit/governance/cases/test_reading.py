"""Reading cases: the most pressing first, reasons in both languages, history whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from catalog_specs.errors import CatalogLookupError
from governance.cases.clocks import Clocks, Standing
from governance.cases.notices import NoticeKind, tell
from governance.cases.reading import case_file, cases
from governance.cases.settling import settle, stored, stored_case
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, decided
from governance.store.database import Store
from tests.city.declared import compiled

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLOCKS = Clocks.of(compiled())


def opened(store: Store, about: str, days: int) -> int:
    """Open a case so many days after the start; return its number."""
    at = START + timedelta(days=days)
    said = {"wording": "性别代码", "wording_en": "sex code", "owner": "d"}
    fact = Signal(CaseOrigin.RULE, "d/r", about, "", True, 1_200, {"delivery": "1"}, at, **said)
    with store.writing() as session:
        return settle(session, [fact], By("岗位", at)).opened[0].number


def test_the_most_pressing_comes_first_and_what_is_over_last(store: Store) -> None:
    """By due day; closed cases only when they are asked for."""
    later, first, over = (
        opened(store, name, days) for name, days in (("b", 3), ("a", 0), ("c", 1))
    )
    with store.writing() as session:
        case, row = stored_case(session, over)
        stored(session, decided(case, By("岗位", START, None, "无误"), correct=False), row)
    now = START + timedelta(days=8)
    with store.reading() as session:
        found = cases(session, CLOCKS, now)
        assert [(one.case.number, one.standing) for one in found] == [
            (first, Standing.OVERDUE),
            (later, Standing.IN_TIME),
        ]
        whole = cases(session, CLOCKS, now, every=True)
        assert [one.case.number for one in whole] == [first, later, over]
        assert whole[-1].standing is Standing.OVER
        assert [one.case.number for one in cases(session, CLOCKS, now, resource="d/r")] == [
            first, later,
        ]  # fmt: skip
        assert cases(session, CLOCKS, now, resource="d/other") == ()


def test_a_reason_stands_in_both_languages(store: Store) -> None:
    """With what fails and how much of it; everything is JSON."""
    opened(store, "a", 0)
    with store.reading() as session:
        (one,) = cases(session, CLOCKS, START)
    assert one.reason == "规则未通过：性别代码（1,200 处）"
    assert one.reason_en == "a rule fails: sex code (1,200)"
    said = json.loads(json.dumps(one.as_dict()))
    assert (said["due"], said["state"], said["reason"]) == ("2026-03-09", "dispatched", one.reason)


def test_a_file_holds_the_whole_history(store: Store) -> None:
    """Every event in its order, and who was told."""
    number = opened(store, "a", 0)
    with store.writing() as session:
        tell(session, number, NoticeKind.DISPUTED, [("d", "g"), ("e", None)], START)
        assert tell(session, number, NoticeKind.DISPUTED, [("d", "g")], START) == 0
        assert tell(session, number, NoticeKind.CORRECTED, [("d", "g")], START) == 1
    with store.reading() as session:
        found = case_file(session, number, CLOCKS, START)
        with pytest.raises(CatalogLookupError, match="no case 99"):
            case_file(session, 99, CLOCKS, START)
    assert [one.kind.value for one in found.events] == ["opened", "dispatched"]
    assert [(one.party, one.kind) for one in found.notices] == [
        ("d", "disputed"), ("e", "disputed"), ("d", "corrected"),
    ]  # fmt: skip
    assert found.report is None
    assert json.loads(json.dumps(found.as_dict()))["events"][0]["by"] == "岗位"
