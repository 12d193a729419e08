"""`quanshu audit key`: another key for the log, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.acts import Operation
from flow.acts import about_city, at_work
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home


@pytest.fixture
def logged(home: Home) -> Home:
    """Return a home whose log has an entry at least."""
    with at_work(home.city, about_city(home.city, Operation.ANALYSE, "用途", "内容")) as act:
        act.enter()
    return home


def test_the_log_gets_another_key(logged: Home) -> None:
    """It is shown, entered on a document, and nothing else changes."""
    (before,) = logged.city.audit.verifiers
    said = logged.said("audit", "key", "rotate", "--document", "泉数〔2026〕11号")
    (after,) = logged.city.audit.verifiers
    assert (said.code, str(after) in said.out, after == before) == (0, True, False)
    newest = list(logged.city.audit.read())[-1].act
    assert (newest.approver, newest.facts["log_key"]) == ("泉数〔2026〕11号", str(after))
    assert logged.said("audit", "verify").code == 0
    assert logged.said("audit", "key", "rotate").code == 2
    private = logged.layout.audit_key.read_text("utf-8").rpartition("+")[2].strip()
    assert private not in said.out


def test_a_key_that_is_there_is_not_replaced(logged: Home) -> None:
    """A lost one is; who runs the log is told to give the public key to witnesses."""
    words = ("audit", "key", "replace", "--document", "泉数急〔2026〕5号")
    assert logged.said(*words).code == 3
    logged.layout.audit_key.unlink()
    said = logged.said(*words)
    assert (said.code, "log.vkey" in said.out) == (0, True)
    assert logged.said("audit", "verify").code == 0


def test_a_witness_follows_the_key_that_it_got_once(logged: Home, tmp_path: Path) -> None:
    """By a copy of the log's folder; one that does not show the way is refused."""
    key, asked = tmp_path / "got.vkey", tmp_path / "request"
    key.write_bytes(logged.layout.audit_verifier.read_bytes())
    assert logged.said("audit", "key", "rotate", "--document", "号").code == 0
    assert logged.said("audit", "witness", "request", "--out", str(asked)).code == 0
    assert quanshu(tmp_path, "audit", "witness", "begin", "w", "--name", "w").code == 0
    words = ("audit", "witness", "sign", "w", str(asked), "--log-key", str(key), "--out")
    log = logged.layout.audit
    (log / "succession" / "1" / "entry").rename(tmp_path / "entry")
    refused = quanshu(tmp_path, *words, "line", "--log", str(log))
    assert (refused.code, "does not show" in refused.err) == (2, True)
    (tmp_path / "entry").rename(log / "succession" / "1" / "entry")
    assert quanshu(tmp_path, *words, "line", "--log", str(log)).code == 0
    assert (tmp_path / "line").is_file()
