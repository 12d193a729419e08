"""Performing: entered once, before the first commit, or nothing is committed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from audit.log import AuditLog
from audit.performing import Performance, performing
from catalog_specs.errors import AuditError
from storage.delta.appending import append
from storage.delta.commits import ACT, Commit
from storage.layout import Layout
from tests.unit.audit.acts import ACT as DONE

ROWS = pa.table({"a": [1]})


def test_every_commit_of_a_block_names_the_act_which_is_entered_once(tmp_path: Path) -> None:
    """The making of a table too; a block without a commit enters nothing."""
    log = AuditLog(Layout(tmp_path))
    with performing(log, DONE):
        pass
    assert log.checkpoint is None

    with performing(log, DONE):
        append(tmp_path / "t", ROWS, Commit("x", 1))
        append(tmp_path / "t", ROWS, Commit("x", 2))

    said = [one.get(ACT) for one in DeltaTable(tmp_path / "t").history()]
    assert said == ["0", "0", "0"]
    assert [one.act for one in log.read()] == [DONE]


def test_what_follows_for_certain_is_entered_with_it(tmp_path: Path) -> None:
    """Two acts, one append; each has its place, and neither is entered twice."""
    log = AuditLog(Layout(tmp_path))
    first = Performance(log, DONE)
    then = first.followed_by(replace(DONE, rows=2))
    with performing(log, first):
        append(tmp_path / "t", ROWS, Commit("x", 1))
        assert log.checkpoint is not None
        assert log.checkpoint.size == 2
    with performing(log, then):
        append(tmp_path / "t", ROWS, Commit("x", 2))

    assert [one.get(ACT) for one in DeltaTable(tmp_path / "t").history()] == ["1", "0", "0"]
    assert [one.act.rows for one in log.read()] == [None, 2]


def test_what_follows_may_be_entered_first(tmp_path: Path) -> None:
    """Then the other is entered alone."""
    log = AuditLog(Layout(tmp_path))
    first = Performance(log, DONE)
    then = first.followed_by(replace(DONE, rows=2))
    assert (then.enter(), first.enter(), then.enter()) == (0, 1, 0)
    assert [one.act.rows for one in log.read()] == [2, None]


def test_an_act_that_cannot_be_entered_is_not_done(tmp_path: Path) -> None:
    """No table appears."""
    log = AuditLog(Layout(tmp_path))
    log.append([DONE])
    (log.folder / "checkpoint").unlink()

    with pytest.raises(AuditError), performing(log, DONE):
        append(tmp_path / "t", ROWS, Commit("x", 1))

    assert not (tmp_path / "t").exists()
