"""A home may be copied or restored anywhere: the next run makes what held paths anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flow.run import run
from outlets.shares.project import Projection
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.lake import bytes_under
from tests.city.records import people
from tests.flow.old_town import OldTown
from tests.harness.placing import copy_home, opened
from tests.tiers import then_thorough


@pytest.mark.parametrize("place", then_thorough(["a c=d#/泉州 'x'"], ["elsewhere"]))
def test_a_copied_home_refers_to_its_new_place_alone(tmp_path: Path, place: str) -> None:
    """Views, shares and lineage work there, deliveries go through, nothing names the old place."""
    town = Town(tmp_path / "old")
    town.take(PERSON, "p.csv", people(range(12)))
    run(town.city)
    former = town.home
    moved = tmp_path / place
    moved.mkdir(parents=True)
    copy_home(town.home, moved / "home")
    shutil.rmtree(former)
    town.folder = moved
    town.declare()

    result = run(town.city)

    assert [one.rows for one in result.shares if isinstance(one, Projection)] == [12]
    with opened(town.layout.city_views) as con:
        assert con.execute("SELECT count(*) FROM civil_affairs.person").fetchall() == [(12,)]
    naming = [
        path
        for path, content in bytes_under(town.home)
        # Delta's log says where a table was made, and nobody reads it for that
        if str(former).encode() in content and path.parent.name != "_delta_log"
    ]
    assert naming == []
    town.take(PERSON, "p2.csv", people(range(13)))
    assert len(town.rows(PERSON, "resident_id")) == 13
    assert not former.exists()


def test_a_home_of_an_earlier_version_was_moved_already(tmp_path: Path) -> None:
    """It was packed elsewhere: its views are made anew here."""
    town = OldTown(tmp_path)

    assert run(town.city).views_rebuilt

    with opened(town.layout.city_views) as con:
        assert con.execute("SELECT count(*) FROM civil_affairs.person").fetchall() == [(39,)]
