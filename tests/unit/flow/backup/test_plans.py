"""Plans: a night's backup, and a week's check that is a drill when one is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_specs.errors import BackupError
from flow.backup.plans import BackupPlan, checked, made
from storage.backup.ledger import BACKUPS
from tests.city import NOW
from tests.unit.flow.backup.conftest import Backed


@pytest.fixture
def plan(backed: Backed) -> BackupPlan:
    """Return a plan whose keys lie beside the home."""
    for name, key in (("public", backed.recipient), ("secret", backed.identity)):
        (backed.folder / name).write_text(f"{key}\n", encoding="utf-8")
    return BackupPlan(backed.to, backed.folder / "public", backed.folder / "secret")


def test_a_drill_comes_before_it_is_overdue(backed: Backed, plan: BackupPlan) -> None:
    """Before that, and without the secret key, all is checked and nothing opened."""
    assert made(backed.city, plan).startswith("generation 3")
    for days, one in ((1, plan), (174, replace(plan, identity=None)), (174, plan)):
        checked(replace(backed.city, clock=lambda days=days: NOW + timedelta(days=days)), one)
    events = [one.event.value for one in BACKUPS.read(backed.city.layout)]
    assert sorted(events[-3:]) == ["checked", "checked", "drilled"]


def test_what_is_wrong_is_an_error(backed: Backed, plan: BackupPlan) -> None:
    """So that a scheduled run fails, and says what and where."""
    next((backed.to / "objects").glob("??/*")).unlink()
    with pytest.raises(BackupError) as caught:
        checked(backed.city, plan)
    assert caught.value.where.startswith("objects/")
