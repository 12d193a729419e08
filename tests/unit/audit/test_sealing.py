"""Sealing: what is new is entered once, in as many entries as it needs, however many seal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from audit import sealing
from audit.acts import Operation
from audit.lake import SEALED, unexplained
from audit.log import AuditLog
from audit.performing import performing
from audit.sealing import seal
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.layout import Layout
from tests.unit.audit.acts import ACT

OURS = replace(ACT, operation=Operation.MAINTAIN)
ROWS = pa.table({"a": [1]})


def test_many_commits_are_sealed_by_several_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commit by one of them."""
    monkeypatch.setattr(sealing, "_MOST", 3)
    log = AuditLog(Layout(tmp_path))
    with performing(log, OURS):
        for number in range(1, 8):
            append(log.layout.ledger("held"), ROWS, Commit("x", number))

    assert seal(log, OURS) == ()

    sealed = [one.act.facts[SEALED]["commits"] for one in log.read() if one.act.facts]
    assert [sorted(map(int, one)) for one in sealed] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert list(unexplained(log)) == []


def test_runs_that_seal_at_once_seal_each_commit_once(tmp_path: Path) -> None:
    """The second finds nothing left to do."""
    log = AuditLog(Layout(tmp_path))
    with performing(log, OURS):
        append(log.layout.ledger("held"), ROWS, Commit("x", 1))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: seal(log, OURS), range(4))) == {()}
    assert sum(SEALED in one.act.facts for one in log.read()) == 1


def test_a_home_without_an_audit_log_is_sealed_from_its_first_run_on(tmp_path: Path) -> None:
    """What an earlier version committed names no act, and is taken as it lies."""
    log = AuditLog(Layout(tmp_path))
    append(log.layout.ledger("held"), ROWS, Commit("x", 1))
    assert seal(log, OURS) == ()
    write_deltalake(log.layout.ledger("held"), ROWS, mode="append")
    (found,) = seal(log, OURS)
    assert (found.table, found.why) == ("ledgers/held", "no run of ours made it")
