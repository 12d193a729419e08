"""Bodies of special acts: the log tells that something was done, and binds what."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from audit.acts import MANDATORY, Act
from audit.log import AuditLog
from audit.special.bodies import BODY, opened_body, read_identity
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT

SPECIAL = replace(
    ACT, procedure="调证〔2026〕1号", grant="case_check", department="civil_affairs", rows=7,
    facts={"resources": ["civil_affairs/person"], "refused": "daily"},
)  # fmt: skip


def entered(layout: Layout, act: Act = SPECIAL) -> Act:
    """Enter an act; return what the log tells of it."""
    (entry,) = AuditLog(layout).append([act])
    (kept,) = AuditLog(layout).read(entry.index)
    return kept.act


def test_the_log_tells_when_and_which_grant_and_nothing_else(tmp_path: Path) -> None:
    """All seven fields are said, to be sealed; no byte of the log has what they hold."""
    layout = Layout(tmp_path)
    told = entered(layout)
    assert (told.operation, told.at, told.grant) == (SPECIAL.operation, SPECIAL.at, SPECIAL.grant)
    assert (told.department, told.rows, told.procedure) == ("", None, "")
    assert set(told.facts) == {BODY, "refused"}
    hidden = {getattr(told, one) for one in MANDATORY if one != "at"}
    assert len(hidden) == 1
    every = b"".join(one.read_bytes() for one in layout.audit.rglob("*") if one.is_file())
    for word in (SPECIAL.procedure, SPECIAL.purpose, SPECIAL.approver, "civil_affairs"):
        assert word.encode() not in every


def test_the_key_opens_the_act_as_it_was(tmp_path: Path) -> None:
    """Another key does not; equal acts have different digests, so that none can be guessed."""
    layout = Layout(tmp_path)
    first, second = entered(layout), entered(layout)
    assert first.facts[BODY] != second.facts[BODY]
    identity = read_identity(layout.special_key)
    assert opened_body(layout, first.facts[BODY], identity) == SPECIAL
    with pytest.raises(AuditError, match="does not open"):
        opened_body(layout, first.facts[BODY], pyrage.x25519.Identity.generate())


def test_folder_and_key_are_their_owners_alone(tmp_path: Path) -> None:
    """A key that others may read is refused."""
    layout = Layout(tmp_path)
    entered(layout)
    for path in (layout.special_acts, layout.special_key, *layout.special_acts.glob("*.age")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    layout.special_key.chmod(0o640)
    with pytest.raises(AuditError, match="others may read"):
        read_identity(layout.special_key)


def test_the_private_key_may_lie_in_a_safe(tmp_path: Path) -> None:
    """Acts are entered without it; a lost public key is not replaced by another one's."""
    layout = Layout(tmp_path)
    entered(layout)
    safe = tmp_path / "safe.key"
    layout.special_key.rename(safe)
    told = entered(layout)
    assert not layout.special_key.exists()
    assert opened_body(layout, told.facts[BODY], read_identity(safe)) == SPECIAL
    (layout.special_acts / "recipient").unlink()
    with pytest.raises(AuditError, match="public key"):
        AuditLog(layout).append([SPECIAL])


def test_what_cannot_be_sealed_is_not_entered(tmp_path: Path) -> None:
    """Nor is anything that was to be entered with it."""
    layout = Layout(tmp_path)
    layout.special_acts.write_text("in the way")
    with pytest.raises((AuditError, OSError)):
        AuditLog(layout).append([ACT, SPECIAL])
    assert list(AuditLog(layout).read()) == []


def test_other_acts_are_as_they_were(tmp_path: Path) -> None:
    """An act of no special procedure makes neither key nor folder."""
    layout = Layout(tmp_path)
    assert entered(layout, ACT) == ACT
    assert not layout.special_key.exists()
    assert not layout.special_acts.exists()
