"""Former approvals: taken over once by a home that an earlier version made, by no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.applications.former import begin_grants, waiting_former
from governance.grants.life import GrantState
from governance.grants.standing import standings
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW
from tests.city.declared import change, compiled


def test_a_fresh_home_takes_nothing_over(tmp_path: Path) -> None:
    """What is typed into a file is no decision, also when the home has a lake later."""
    layout = Layout(tmp_path / "home")
    assert begin_grants(layout, compiled(), "", NOW) == ()
    layout.lake.mkdir()
    assert begin_grants(layout, compiled(), "", NOW) == ()
    assert standings(layout) == {}
    assert not layout.governance_db.exists()


def test_an_earlier_home_takes_its_approvals_over_once(tmp_path: Path) -> None:
    """Posts, days and document numbers are kept, and marked; what was typed in later is not."""
    layout = Layout(tmp_path)
    layout.lake.mkdir()
    assert waiting_former(layout, compiled(), "") == (GRANT,)
    assert begin_grants(layout, compiled(), "", NOW) == (GRANT,)
    assert waiting_former(layout, compiled(), "") == ()
    found = standings(layout)[GRANT]
    assert found.state is GrantState.GRANTED
    assert [
        (one.post, one.on.isoformat(), one.document, one.imported) for one in found.decisions
    ] == [
        ("共享科科长", "2024-02-01", "数共享2024-01", True),
        ("数据管理员", "2024-02-02", "民数据2024-01", True),
    ]
    assert begin_grants(layout, compiled(), "", NOW) == ()
    layout.grants_begun.unlink()
    assert begin_grants(layout, compiled(), "", NOW) == ()
    assert standings(layout)[GRANT] == found


@pytest.mark.parametrize("edits", [{"approvals__0__on": "2024-03-02"}, {"approvals__1": ...}])
def test_what_was_not_approved_in_time_is_not_granted(
    tmp_path: Path, edits: dict[str, str]
) -> None:
    """An approval after the grant began counts as little as one that is not there."""
    layout = Layout(tmp_path)
    layout.lake.mkdir()
    begin_grants(
        layout, compiled(**{GRANT_FILE: change(resources__0__items__5="income", **edits)}), "", NOW
    )
    assert standings(layout)[GRANT].state is GrantState.APPLIED
