"""The life of a grant: what may follow what, and that nothing else changes anything."""

from __future__ import annotations

from governance.grants.life import GrantEvent, GrantEventKind, GrantState, lived
from tests.city import GRANT, NOW, TODAY

KINDS = {one.value: one for one in GrantEventKind}


def after(*events: str) -> tuple[GrantState, int | None, int | None, int]:
    """Return state, granted, pending and approvals after events such as `applied:1`."""
    made = []
    for one in events:
        kind, _, number = one.partition(":")
        made.append(GrantEvent(GRANT, int(number or 1), KINDS[kind], NOW, TODAY, "岗"))
    life = lived(made)
    assert life
    return life.state, life.granted, life.pending, len(life.held)


def test_what_was_applied_for_is_granted_by_its_own_decisions() -> None:
    """Decisions about another application, or after a refusal, change nothing."""
    assert after("applied", "approved", "granted") == (GrantState.GRANTED, 1, None, 1)
    assert after("applied", "granted:2") == (GrantState.APPLIED, None, 1, 0)
    assert after("applied", "refused", "granted") == (GrantState.REFUSED, None, None, 0)
    assert after("applied", "applied:2", "granted:1") == (GrantState.APPLIED, None, 2, 0)
    assert lived([]) is None
    assert lived([GrantEvent(GRANT, 1, GrantEventKind.GRANTED, NOW, TODAY, "岗")]) is None


def test_a_further_application_leaves_what_is_granted() -> None:
    """It waits beside it; refused, it is gone, and granted, it takes its place."""
    granted = ("applied", "approved", "granted", "applied:2")
    assert after(*granted) == (GrantState.GRANTED, 1, 2, 1)
    assert after(*granted, "refused:2") == (GrantState.GRANTED, 1, None, 1)
    assert after(*granted, "granted:2") == (GrantState.GRANTED, 2, None, 0)


def test_what_is_suspended_is_resumed_and_what_is_revoked_is_over() -> None:
    """Nothing but a new application follows an end; what is suspended is not granted around."""
    granted = ("applied", "granted")
    assert after(*granted, "suspended")[0] is GrantState.SUSPENDED
    assert after(*granted, "suspended", "applied:2", "granted:2")[0] is GrantState.SUSPENDED
    assert after(*granted, "suspended", "resumed")[0] is GrantState.GRANTED
    assert after(*granted, "revoked", "resumed")[0] is GrantState.REVOKED
    assert after(*granted, "applied:2", "revoked", "granted:2") == (GrantState.REVOKED, 1, None, 0)
    assert after(*granted, "revoked", "applied:2") == (GrantState.APPLIED, None, 2, 0)
