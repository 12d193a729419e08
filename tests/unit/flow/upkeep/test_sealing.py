"""Sealing after a run: what a run did is explained, and what nobody did holds its table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.lake import unexplained
from catalog_specs.errors import ForeignCommitError
from flow.acts import about_resource, at_work
from flow.failures import Faults
from flow.run import run
from flow.upkeep.sealing import seal_lake
from storage.delta.tables import glance
from storage.foreign_commits import accept, require_ours
from tests.city import NOW, REGION
from tests.city.homes import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town after a run, which sealed all that lies in its lake."""
    town = Town(tmp_path)
    run(town.city)
    return town


def forge(town: Town) -> None:
    """Put one more commit into a table, with our mark and the act of the first."""
    log = town.layout.authoritative(REGION) / "_delta_log"
    found = glance(town.layout.authoritative(REGION))
    assert found is not None
    said = {"timestamp": 0, "operation": "DELETE", "operationParameters": {}, "quanshu": "1"}
    (log / f"{found.version + 1:020}.json").write_text(json.dumps({"commitInfo": said}))


def test_all_that_a_run_committed_is_explained(town: Town) -> None:
    """And sealing again enters nothing."""
    assert list(unexplained(town.city.audit)) == []
    before = town.city.audit.checkpoint
    assert seal_lake(town.city, Faults(town.layout)) == ()
    assert town.city.audit.checkpoint == before


def test_a_commit_that_bears_our_mark_but_no_act_holds_its_table(town: Town) -> None:
    """It is a fault of the run that finds it, and of every further one, until it is accepted."""
    forge(town)

    result = run(town.city)

    (fault,) = [one for one in result.faults if one.stop == "audit"]
    assert fault.code is ForeignCommitError.code
    assert "it names no act" in fault.what
    found = glance(town.layout.authoritative(REGION))
    assert found is not None
    with pytest.raises(ForeignCommitError, match="it names no act"):
        require_ours(town.layout, REGION, found)

    document = "泉数函〔2026〕9号"
    act = about_resource(town.city, Operation.MAINTAIN, REGION, document=document)
    with at_work(town.city, act):
        accept(town.layout, REGION, document, "quanshu", NOW)
    seal_lake(town.city, Faults(town.layout), [f"authoritative/{REGION}"], document)
    again = run(town.city)
    assert [one for one in again.faults if one.stop == "audit"] == []
    assert require_ours(town.layout, REGION, found)
    assert list(unexplained(town.city.audit)) == []
