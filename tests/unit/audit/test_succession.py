"""Succession: it may break off anywhere, and the log goes on, whole, under one of the two keys."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from audit.keys import create_key, read_key
from audit.log import AuditLog
from audit.rotation import replace_lost, succeed
from audit.succession import leave, resume
from audit.verifier import VerifierKey, check_log
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts


class Broken(BaseException):
    """The process ends here."""


@contextmanager
def broken_off(step: int) -> Iterator[list[str]]:
    """Let no name change on the disk from a step on, as if the process had been killed there."""
    steps: list[str] = []
    watching = [True]

    def look(event: str, told: tuple[Any, ...]) -> None:
        if watching and event in {"os.rename", "os.remove", "os.link"} and "locks" not in str(told):
            steps.append(event)
            if len(steps) > step:
                raise Broken

    sys.addaudithook(look)
    with suppress(Broken):
        yield steps
    watching.clear()


def whole(log: AuditLog, *keys: VerifierKey) -> int:
    """Check a whole log by keys; return its number of entries."""
    return sum(1 for _ in check_log(log.folder, keys)[1])


@pytest.mark.parametrize("lost", [False, True])
def test_wherever_it_breaks_off_the_log_goes_on(tmp_path: Path, lost: bool) -> None:
    """The next entry finds it whole by the first key too, and the command may be run again."""
    ended = 0
    for step in range(60):
        log = AuditLog(Layout(tmp_path / str(step)))
        log.append(acts(3))
        (first,) = log.verifiers
        if lost:
            log.layout.audit_key.unlink()
        with broken_off(step) as steps:
            (replace_lost if lost else succeed)(log, ACT)
        known = () if lost else (first,)
        assert whole(log, *known, *log.verifiers) >= 3
        if not (lost and not log.layout.audit_key.is_file() and not _named(log)):
            log.append(acts(1))
            assert whole(log, *known, *log.verifiers) == log.checkpoint.size  # type: ignore[union-attr]
            succeed(log, ACT)
        else:
            replace_lost(log, ACT)
        log.append(acts(1))
        assert whole(log, *known, *log.verifiers) == log.checkpoint.size  # type: ignore[union-attr]
        assert not log.layout.next_audit_key.exists()
        if len(steps) <= step:
            ended = step
            break
    assert ended > 5


def _named(log: AuditLog) -> bool:
    return log.layout.next_audit_key.is_file() and (log.folder / "succession" / "1").is_dir()


def test_a_key_that_was_never_named_does_not_take_over(tmp_path: Path) -> None:
    """It lies there from a command that was killed early; what a key left is left once."""
    log = AuditLog(Layout(tmp_path))
    log.append(acts(1))
    (first,) = log.verifiers
    stale = create_key(log.layout.next_audit_key, first.name)
    resume(log.layout)
    assert log.verifiers == (first,)
    leave(log.layout, first, {"checkpoint": log.note})
    leave(log.layout, first, {"checkpoint": b"another"})
    assert [one.name for one in (log.folder / "succession").iterdir()] == ["1"]
    resume(log.layout)
    assert log.verifiers == (stale.verifier,)
    assert read_key(log.layout.audit_key) == stale
