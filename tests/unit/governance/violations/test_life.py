"""The life of a violation: what may follow what, and that nothing vanishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from governance.violations.detector import Suspicion
from governance.violations.life import (
    FOLLOWS,
    Decision,
    Violation,
    as_of,
    decided,
    entered,
    missed,
    seen,
)
from tests.city import NOW as MORNING
from tests.city import PERSON

DAY = timedelta(days=1)
NOW = (MORNING, "测试账号")
SUSPICION = Suspicion(
    ViolationKind.SCOPE,
    "civil_affairs",
    PERSON,
    "header:x",
    "甲",
    "a",
    Confidence.HIGH,
    "out_of_catalogue",
    {"deliveries": 1},
)
CONFIRMED = Decision(ViolationState.CONFIRMED, "督查科科长", "督〔2026〕1号", "", date(2026, 3, 16))


def _on(day: int) -> tuple[datetime, str]:
    """Return the moment so many days later, and who acts."""
    return MORNING + day * DAY, NOW[1]


def _to(state: ViolationState) -> Decision:
    return Decision(state, "督查科科长", "督〔2026〕2号", "理由", date(2026, 3, 16))


def _confirmed() -> Violation:
    one = decided(seen(None, SUSPICION, NOW), CONFIRMED, _on(1))
    assert one
    return one


def test_a_suspicion_does_not_count_before_a_post_confirms_it() -> None:
    """The state says so, and the decision stays with it."""
    one = seen(None, SUSPICION, NOW)
    assert (one.state.counts, one.current) == (False, True)
    after = _confirmed()
    assert (after.state.counts, after.rectify_by) == (True, date(2026, 3, 16))
    assert [one.what for one in after.history] == ["suspected", "confirmed"]


@pytest.mark.parametrize(("day", "late"), [(date(2026, 3, 16), False), (date(2026, 3, 17), True)])
def test_a_confirmed_one_is_overdue_after_its_last_day(day: date, *, late: bool) -> None:
    """The day itself still counts; what was put right is never overdue."""
    assert _confirmed().overdue(day) is late
    done = decided(_confirmed(), _to(ViolationState.RECTIFIED), _on(2))
    assert done
    assert not done.overdue(day)


@pytest.mark.parametrize("state", ViolationState)
@pytest.mark.parametrize("target", [one for one in ViolationState if one in FOLLOWS])
def test_only_what_the_regulation_foresees_follows(
    state: ViolationState, target: ViolationState
) -> None:
    """Every pair of states is allowed or is not, and a refused decision changes nothing."""
    one = replace(_confirmed(), state=state)
    after = decided(one, _to(target), _on(1))
    assert (after is not None) is (state in FOLLOWS[target])


def test_a_confirmed_one_that_is_no_longer_seen_stays() -> None:
    """It says since when; a suspected one leaves the list, and both come back when seen again."""
    gone = missed(_confirmed(), _on(3))
    assert (gone.gone_since, gone.current) == (_on(3)[0], True)
    assert missed(gone, _on(4)) == gone
    left = missed(seen(None, SUSPICION, NOW), _on(1))
    assert not left.current
    back = seen(left, SUSPICION, _on(2))
    assert (back.current, back.gone_since, back.first_seen) == (True, None, MORNING)
    assert [one.what for one in back.history] == ["suspected", "gone", "seen again"]


def test_what_was_put_right_and_is_seen_again_is_suspected_anew() -> None:
    """Its history is kept; what was dismissed stays dismissed."""
    done = decided(_confirmed(), _to(ViolationState.RECTIFIED), _on(1))
    assert done
    again = seen(done, SUSPICION, _on(2))
    assert (again.state, again.rectify_by) == (ViolationState.SUSPECTED, None)
    assert len(again.history) == 4
    no = decided(seen(None, SUSPICION, NOW), _to(ViolationState.DISMISSED), NOW)
    assert no
    assert seen(no, SUSPICION, _on(1)).state is ViolationState.DISMISSED


def test_one_entered_by_hand_is_never_missed() -> None:
    """No detector sees it, so none can say that it is gone; it is suspected like any other."""
    one = entered(("civil_affairs", PERSON), ("八(三)", "现场检查发现"), NOW)
    assert (one.kind, one.state) == (ViolationKind.OTHER, ViolationState.SUSPECTED)
    assert missed(one, _on(1)) == one


def test_confirming_needs_a_day() -> None:
    """限期改正 without a term is none."""
    with pytest.raises(ValueError, match="a day"):
        decided(seen(None, SUSPICION, NOW), Decision(ViolationState.CONFIRMED, "岗", "文"), NOW)


def test_a_violation_can_be_told_as_it_stood_on_any_day() -> None:
    """What happened later is not known yet; as of now it is itself."""
    steps = [_confirmed()]
    steps.append(missed(steps[-1], _on(2)))
    done = decided(steps[-1], _to(ViolationState.RECTIFIED), _on(3))
    assert done
    steps += [done, seen(done, SUSPICION, _on(4))]
    last = steps[-1]
    told = [as_of(last, MORNING + day * DAY + DAY / 2) for day in range(-1, 5)]
    assert told[0] is None
    found = [(one.state.value, one.gone_since is not None) for one in told if one]
    assert found == [
        ("suspected", False),
        ("confirmed", False),
        ("confirmed", True),
        ("rectified", True),
        ("suspected", False),
    ]
    assert as_of(last, MORNING + 9 * DAY) == last
