"""Replays as one act: what was delivered before comes first, and the views follow."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from catalog_specs.errors import RepairError
from flow import replays
from flow.city import City
from flow.derived import refresh_views
from flow.failures import Faults
from flow.replays import replay
from quality.quarantine.states import Chosen, records
from register.approvals import HELD, Held
from register.records import Verdict
from register.verdicts import verdicts
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.locks import locked
from tests.city import NOW, VISIT
from tests.city.by_hand import ByHand
from tests.city.homes import KEYS
from tests.city.resources import catalog_of

REF = VISIT
BAD = ("some:rule",)


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return an empty home of visits."""
    return ByHand(Layout(tmp_path), catalog_of(), REF)


@pytest.fixture(autouse=True)
def _lenient(home: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever is landed pass, except records whose outcome is `坏`: the gate by hand."""

    def judging(made: City, ref: str) -> tuple[Verdict, ...]:
        assert (made.layout, ref) == (home.layout, REF)
        for one in home.register().landed.deliveries(home.register().unjudged):
            rows = pl.read_parquet(home.layout.rows(REF, one.delivery)).to_dicts()
            home.records[one.delivery] = rows
            failing = {row: BAD for row, text in enumerate(rows, 1) if text["outcome"] == "坏"}
            home.judge(one, failing)
        return ()

    monkeypatch.setattr("flow.replays.judge_waiting", judging)
    monkeypatch.setattr("flow.replays.refresh_views", lambda *_: True)


def visits(*outcomes: str) -> list[dict[str, str]]:
    """Return a visit for each outcome."""
    common = {"visit_no": "1", "visit_day": "2024-01-01"}
    return [{**common, "resident_id": str(n), "outcome": o} for n, o in enumerate(outcomes)]


def at_work(home: ByHand) -> City:
    """Return the city over a home."""
    return City(home.catalog, home.layout, KEYS, lambda: NOW)


def states(home: ByHand) -> list[str]:
    """Return the state of everything quarantined, in order."""
    with open_workbench(home.layout.work) as con:
        found = records(con, home.layout, home.resource, Chosen(), 100)
    return [one.state.value for one in found]


def test_what_was_replayed_is_judged_and_promoted(home: ByHand) -> None:
    """Its outcome is told, it alone; what fails again stays in quarantine."""
    home.judge(home.land(*visits("甲", "乙", "坏")), {2: BAD, 3: BAD})

    done = replay(at_work(home), REF)

    [outcome] = done.outcomes
    assert (outcome.delivered, outcome.accepted, outcome.quarantined) == (2, 1, 1)
    assert states(home) == ["settled", "replayed", "open"]
    told = json.loads(json.dumps(done.as_dict()))
    assert (told["records"], told["settled"], told["unsplit"], told["refused"]) == (2, 0, 0, {})
    assert told["deliveries"] == [outcome.delivery] == [told["outcomes"][0]["delivery"]]
    assert told["failures"] == []


def test_what_waits_comes_first(home: ByHand) -> None:
    """What lay unjudged or unapplied is taken before, so that the newest values stand.

    Its outcomes are those of another act, and are not told here.
    """
    home.judge(home.land(*visits("甲", "坏")), {2: BAD})
    second = home.land(*visits("丙"))

    done = replay(at_work(home), REF)

    assert second.delivery in {one.delivery for one in verdicts(home.layout, REF)}
    assert {one.delivery for one in done.outcomes} == {
        one.delivery for one in done.landed.deliveries
    }
    stored = pl.read_delta(str(home.layout.authoritative(REF)))
    assert stored["outcome"].to_list() == ["丙"]


def test_what_another_run_took_meanwhile_is_not_told(
    home: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its outcome is the other run's, though this one happened to apply it."""
    home.judge(home.land(*visits("甲")), {1: BAD})
    judging, calls = replays.judge_waiting, list[str]()

    def meanwhile(made: City, ref: str) -> tuple[Verdict, ...]:
        calls.append(ref)
        if len(calls) == 2:
            home.records |= dict.fromkeys(home.register().landed.names, ())
            home.land(*visits("丁"))
        return judging(made, ref)

    monkeypatch.setattr("flow.replays.judge_waiting", meanwhile)

    done = replay(at_work(home), REF)

    assert len(verdicts(home.layout, REF)) == 3
    assert [one.delivery for one in done.outcomes] == [
        one.delivery for one in done.landed.deliveries
    ]


def test_a_second_replay_changes_nothing(home: ByHand) -> None:
    """Nothing is landed, and no table gets a version more."""
    home.judge(home.land(*visits("甲", "乙")), {1: BAD, 2: BAD})
    replay(at_work(home), REF)
    before = {path: path.stat().st_mtime_ns for path in home.layout.lake.rglob("*.json")}

    again = replay(at_work(home), REF)

    assert (again.landed.deliveries, again.landed.records, again.outcomes) == ((), 0, ())
    assert {path: path.stat().st_mtime_ns for path in home.layout.lake.rglob("*.json")} == before


def test_nothing_is_landed_while_a_delivery_waits_for_approval(home: ByHand) -> None:
    """Until it is decided nobody knows what is newer."""
    one = home.judge(home.land(*visits("甲")), {1: BAD})
    wait = Held(REF, one.delivery, 1, 3, 3, None, NOW.isoformat())
    assert HELD.record(home.layout, (wait,))

    with pytest.raises(RepairError, match="approval"):
        replay(at_work(home), REF)

    assert [*home.register().landed.names] == [one.delivery]
    with locked(home.layout, f"replay/{REF}"):
        assert states(home) == ["open"]


def test_the_views_follow(home: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be built is told beside the outcomes, which stand."""
    monkeypatch.setattr("flow.replays.refresh_views", refresh_views)
    home.judge(home.land(*visits("甲")), {1: BAD})
    assert replay(at_work(home), REF).failures == ()
    assert home.layout.city_views.exists()

    def broken(made: City, faults: Faults) -> bool:
        faults.add("views", made.actor, LookupError())
        return False

    monkeypatch.setattr("flow.replays.refresh_views", broken)
    [told] = replay(at_work(home), REF).failures
    assert told.stop == "views"


def test_one_delivery_may_be_meant(home: ByHand) -> None:
    """All others stay in quarantine."""
    home.judge(home.land(*visits("甲")), {1: BAD})
    second = home.judge(home.land(*visits("乙", "丙")), {2: BAD})

    assert replay(at_work(home), REF, delivery=second.delivery).landed.records == 1
    assert states(home) == ["open", "settled"]
