"""Drills: whether a backup can be restored, tried and put on record."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.acts import Operation
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.drilling import drill, examined
from flow.backup.making import make
from flow.backup.pruning import prune
from storage.backup.ledger import BACKUPS, BackupEvent
from tests.city import NOW, PERSON
from tests.unit.flow.backup.conftest import Backed, changed_at_the_end


def test_a_drill_restores_compares_removes_and_records(backed: Backed) -> None:
    """Rows by table, how much a loss would cost, how long it took; nothing stays."""
    later = replace(backed.city, clock=lambda: NOW + timedelta(hours=2))
    done = drill(later, backed.to, backed.identity)

    assert done.rows[f"authoritative/{PERSON}"] == 13
    assert done.rpo_seconds == 7200
    assert done.rto_milliseconds > 0
    assert not list(backed.city.layout.work.glob("drill-*"))
    last = BACKUPS.read(backed.city.layout)[-1]
    assert (last.event, last.generation, last.faults) == (BackupEvent.DRILLED, 2, 0)
    act = list(backed.city.audit.read())[-1].act
    assert (act.operation, act.purpose) == (Operation.ACCESS, "备份恢复演练")


def test_a_drill_that_fails_is_on_record_too(backed: Backed) -> None:
    """What was restored by then is removed all the same."""
    for place in (backed.to / "objects").rglob("*"):
        if place.is_file() and place.stat().st_size > 4_000:
            place.chmod(0o600)
            place.write_bytes(changed_at_the_end(place))
    with pytest.raises(BackupError):
        drill(backed.city, backed.to, backed.identity)
    assert not list(backed.city.layout.work.glob("drill-*"))
    last = BACKUPS.read(backed.city.layout)[-1]
    assert (last.event, last.faults) == (BackupEvent.DRILLED, 1)


def test_a_check_is_on_record_with_what_it_found(backed: Backed) -> None:
    """Of the newest generation, whole or not."""
    assert examined(backed.city, backed.to).flaws == ()
    next((backed.to / "objects").glob("??/*")).unlink()
    assert len(examined(backed.city, backed.to).flaws) == 1
    faults = [
        one.faults for one in BACKUPS.read(backed.city.layout) if one.event is BackupEvent.CHECKED
    ]
    assert faults == [0, 1]


def test_a_generation_that_the_home_knows_is_missed(backed: Backed) -> None:
    """Whoever removes the newest ones, and their heads alone would not tell."""
    make(backed.city, backed.to, backed.recipient)
    backed.repository.head_file(3).unlink()
    (flaw,) = examined(backed.city, backed.to).flaws
    assert (flaw.code, flaw.where) == (BackupFault.MISSING, "generations/000003")


def test_another_generation_under_the_same_number_is_told(backed: Backed) -> None:
    """The home made one more, and what lies there is one of a former state."""
    former = backed.copied(backed.folder / "former")
    make(former.city, former.to, former.recipient)
    make(backed.city, backed.to, backed.recipient)
    shutil.rmtree(backed.to)
    shutil.copytree(former.to, backed.to)
    codes = {one.code for one in examined(backed.city, backed.to).flaws}
    assert codes == {BackupFault.NOT_IN_ORDER}


def test_without_a_home_it_is_checked_and_nothing_made(backed: Backed) -> None:
    """The machine that keeps backups gets no log and no keys by looking at them."""
    assert examined(backed.elsewhere, backed.to).flaws == ()
    for doing in (
        lambda: drill(backed.elsewhere, backed.to),
        lambda: prune(backed.elsewhere, backed.to, 1),
    ):
        with pytest.raises(BackupError) as caught:
            doing()
        assert caught.value.fault is BackupFault.OTHER_HOME
    assert not backed.elsewhere.layout.home.exists()
