"""Performing: entered once, before the first commit, or nothing is committed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from audit.log import AuditLog
from audit.performing import performing
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


def test_an_act_that_cannot_be_entered_is_not_done(tmp_path: Path) -> None:
    """No table appears."""
    log = AuditLog(Layout(tmp_path))
    log.append([DONE])
    (log.folder / "checkpoint").unlink()

    with pytest.raises(AuditError), performing(log, DONE):
        append(tmp_path / "t", ROWS, Commit("x", 1))

    assert not (tmp_path / "t").exists()
