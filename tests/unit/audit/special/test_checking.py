"""Checking special acts: each body that the log names is there, whole, and of that entry."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from audit.log import AuditLog
from audit.special.bodies import BODY, read_identity
from audit.special.checking import Checked, check_bodies, with_bodies
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT
from tests.unit.audit.special.test_bodies import SPECIAL


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Return a log with two special acts between others."""
    made = AuditLog(Layout(tmp_path))
    made.append([ACT, SPECIAL, ACT, SPECIAL])
    return made


def bodies(log: AuditLog) -> list[Path]:
    """Return the files of the bodies, in the order of their entries."""
    digests = [one.act.facts.get(BODY) for one in log.read()]
    return [log.layout.special_acts / f"{one}.age" for one in digests if one]


def test_whole_bodies_are_counted_and_read_in_place(log: AuditLog) -> None:
    """A body that no entry names is none; other entries stay as they are."""
    (log.layout.special_acts / f"{'0' * 64}.age").write_bytes(b"left by a killed writer")
    assert check_bodies(log.layout, log.read(), log.layout.special_key) == Checked(2, ())
    found = [one.act for one in with_bodies(log.layout, log.read(), log.layout.special_key)]
    assert found == [ACT, SPECIAL, ACT, SPECIAL]


@pytest.mark.parametrize("fault", ["removed", "cut", "flipped", "other", "swapped"])
def test_every_change_of_a_body_is_told_by_its_entry(log: AuditLog, fault: str) -> None:
    """Also one that the key opens, because it was sealed to it by somebody else."""
    first, second = bodies(log)
    content = first.read_bytes()
    match fault:
        case "removed":
            first.unlink()
        case "cut":
            first.write_bytes(content[:-1])
        case "flipped":
            first.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
        case "other":
            to = read_identity(log.layout.special_key).to_public()
            first.write_bytes(pyrage.encrypt(b'{"act":{},"salt":""}', [to]))
        case "swapped":
            first.write_bytes(second.read_bytes())
    checked = check_bodies(log.layout, log.read(), log.layout.special_key)
    assert checked.bodies == 2
    assert [one.partition(":")[0] for one in checked.wrong] == ["1"]
    with pytest.raises(AuditError):
        list(with_bodies(log.layout, log.read(), log.layout.special_key))


def test_without_the_key_nothing_is_said_to_be_whole(log: AuditLog, tmp_path: Path) -> None:
    """A log without special acts needs none."""
    with pytest.raises(AuditError, match="missing"):
        check_bodies(log.layout, log.read(), tmp_path / "none")
    other = AuditLog(Layout(tmp_path / "other"))
    other.append([ACT])
    assert check_bodies(other.layout, other.read(), tmp_path / "none") == Checked(0, ())
