"""Pruning: the oldest go, the others stay whole, and nothing goes that may still be needed."""

from __future__ import annotations

import pytest

from audit.acts import Operation
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.checking import check
from flow.backup.drilling import drill, examined
from flow.backup.pruning import prune
from flow.upkeep.retention import hold, release
from tests.unit.flow.backup.conftest import Backed


def test_the_oldest_go_with_what_only_they_need(backed: Backed) -> None:
    """What stays can be restored; nobody misses what was pruned on purpose."""
    before = len(set(backed.repository.objects.names()))
    assert prune(backed.city, backed.to, 1, "文〔2026〕1号") == (1,)

    assert backed.repository.generations() == (2,)
    assert len(set(backed.repository.objects.names())) < before
    assert examined(backed.city, backed.to).flaws == ()
    assert drill(backed.city, backed.to, backed.identity).head.generation == 2
    acts = [one.act for one in backed.city.audit.read() if one.act.purpose == "清除旧备份"]
    assert [(one.operation, one.approver) for one in acts] == [
        (Operation.MAINTAIN, "文〔2026〕1号")
    ]
    assert prune(backed.city, backed.to, 0) == ()


def test_a_legal_hold_keeps_every_generation(backed: Backed) -> None:
    """Until it is ended."""
    hold(backed.city, "查〔2026〕3号", "调查", None)
    with pytest.raises(BackupError) as caught:
        prune(backed.city, backed.to, 1)
    assert caught.value.fault is BackupFault.HELD
    release(backed.city, "查〔2026〕3号", "查〔2026〕4号")
    assert prune(backed.city, backed.to, 1) == (1,)


def test_nothing_goes_of_a_damaged_backup(backed: Backed) -> None:
    """An earlier generation may have the only copy that is whole."""
    next((backed.to / "objects").glob("??/*")).unlink()
    with pytest.raises(BackupError) as caught:
        prune(backed.city, backed.to, 1)
    assert caught.value.fault is BackupFault.MISSING
    assert backed.repository.generations() == (1, 2)
    assert check(backed.repository).flaws
