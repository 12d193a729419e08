"""A commit that no run of ours made is noticed before anything leaves, named, and held."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from catalog_specs.errors import ForeignCommitError
from flow.derived import due_shares, refresh_share, release_set
from flow.failures import Faults
from flow.run import run
from flow.stops import promote_waiting
from flow.upkeep.evolution import evolve
from outlets.open_data.release import Release
from outlets.shares.project import Projection
from outlets.views.city_file import build_city_views
from storage.delta.appending import compact
from storage.delta.tables import snapshot
from storage.foreign_commits import accept, look, looks
from tests.city import PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id
from tests.flow.old_town import OldTown
from tests.harness.placing import opened

GRANT, OPEN_SET = "residents_for_office", "resident_profile"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with twelve people, shared and released, and looked at."""
    made = Town(tmp_path)
    same = ("人", 1, "1990-01-01", 350500, "1.00")
    made.take(PERSON, "p.csv", people(range(12), **{f"p{n}": same for n in range(12)}))
    run(made.city)
    return made


def later(town: Town) -> datetime:
    """Let a minute pass."""
    now = town.city.clock() + timedelta(minutes=1)
    town.city = replace(town.city, clock=lambda: now)
    return now


def table(town: Town) -> DeltaTable:
    """Open the persons as any writer of Delta does."""
    return DeltaTable(str(town.layout.authoritative(PERSON)))


def delete(town: Town) -> None:
    """Delete a row."""
    table(town).delete(f"resident_id = '{person_id(1)}'")


def rewound(town: Town) -> None:
    """Take the newest log entry away, after a delivery of ours."""
    _deliver(town)
    later(town)
    run(town.city)
    log = town.layout.authoritative(PERSON) / "_delta_log"
    max(log.glob("*.json")).unlink()


def _deliver(town: Town) -> None:
    same = ("改", 1, "1990-01-01", 350500, "1.00")
    town.take(PERSON, "p2.csv", people(range(12), **{f"p{n}": same for n in range(12)}))


@pytest.mark.parametrize("act", [delete, rewound])
def test_whatever_somebody_else_did_holds_the_table(
    town: Town, act: Callable[[Town], object]
) -> None:
    """Nothing is shared, released or applied from it; every other table goes on."""
    act(town)
    later(town)

    with pytest.raises(ForeignCommitError, match=rf"TAB-002 .*of {PERSON} is not ours"):
        refresh_share(town.city, GRANT)
    faults = Faults(town.layout)
    assert due_shares(town.city, faults) == {}
    assert [(one.code, one.subject) for one in faults.found] == [("TAB-002", GRANT)]
    with pytest.raises(ForeignCommitError):
        release_set(town.city, OPEN_SET)
    with pytest.raises(ForeignCommitError):
        promote_waiting(town.city, PERSON)
    assert town.take(VISIT, "v.csv", csv_text(VISITS)).resource == "visit"


def test_a_run_goes_on_with_everything_else_and_says_so(town: Town) -> None:
    """The table, its share and its set are named with one code; other tables take deliveries."""
    delete(town)
    later(town)
    place = town.layout.inbox(VISIT) / "v.csv"
    visit = ("V1", "2026-01-01", 9, 1, 1, person_id(2), "")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(csv_text(VISITS, visit), encoding="utf-8")
    os.utime(place, (1e9, 1e9))

    result = run(town.city)

    told = {one.subject: one.code for one in result.faults}
    assert told == {PERSON: "TAB-002", GRANT: "TAB-002", OPEN_SET: "TAB-002"}
    assert town.rows(VISIT, "visit_no") == [("V1",)]
    assert result.views_rebuilt


def test_a_held_table_is_named_in_the_views(town: Town) -> None:
    """Its comment says which version, and what was done; it is rebuilt without when accepted."""
    delete(town)
    now = later(town)

    built = build_city_views(town.layout, town.city.catalog, now)

    assert built.built
    assert "外部写入待核：version 1" in _comment(town)
    accept(town.layout, PERSON, "批1", "岗", now)
    assert build_city_views(town.layout, town.city.catalog, now).built
    assert "外部写入" not in _comment(town)


def _comment(town: Town) -> str:
    query = "SELECT comment FROM duckdb_views() WHERE view_name = 'person'"
    with opened(town.layout.city_views) as con:
        return str(con.execute(query).fetchall()[0][0])


def test_accepted_once_on_a_document_it_goes_on_from_there(town: Town) -> None:
    """The decision is on record; the next foreign commit is held again."""
    delete(town)
    now = later(town)

    [told] = accept(town.layout, PERSON, "批〔2026〕3号", "岗", now)

    assert told.operation == "DELETE"
    assert accept(town.layout, PERSON, "批〔2026〕4号", "岗", now) == ()
    last = looks(town.layout)[PERSON][-1]
    assert (last.document, last.version) == ("批〔2026〕3号", told.version)
    shared = refresh_share(town.city, GRANT)
    assert isinstance(shared, Projection)
    assert shared.rows == 11
    assert isinstance(release_set(town.city, OPEN_SET), Release)
    promote_waiting(town.city, PERSON)
    table(town).delete(f"resident_id = '{person_id(2)}'")
    with pytest.raises(ForeignCommitError):
        promote_waiting(town.city, PERSON)


def test_our_own_tidying_is_ours(town: Town) -> None:
    """Joined files, columns gained, a key recorded, a table rewritten: nothing is held."""
    _deliver(town)
    compact(town.layout.authoritative(PERSON), 0)
    evolve(town.city)
    later(town)

    found = snapshot(town.layout.authoritative(PERSON))
    assert found
    assert look(PERSON, found, looks(town.layout)[PERSON]) == ()
    assert len(promote_waiting(town.city, PERSON)) == 0


def test_a_turn_looks_at_what_it_wrote_itself(town: Town) -> None:
    """How far was looked is recorded at its end: a run with nothing waiting records nothing."""
    _deliver(town)
    known = looks(town.layout)
    later(town)

    run(town.city)

    assert known[PERSON][-1].version == table(town).version()
    assert looks(town.layout) == known


def test_tables_of_an_earlier_version_are_believed_at_the_first_look(tmp_path: Path) -> None:
    """Its commits had no mark and said what they were; one of somebody else is held."""
    town = OldTown(tmp_path)
    promote_waiting(town.city, VISIT)
    assert [one.version for one in looks(town.layout)[VISIT]] == [1]

    delete(town)

    with pytest.raises(ForeignCommitError, match="DELETE"):
        promote_waiting(town.city, PERSON)
