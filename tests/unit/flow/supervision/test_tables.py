"""Tables that can be looked at: a damaged one is left out, and hides no other."""

from __future__ import annotations

from pathlib import Path

from flow.supervision.gathering import facts_of
from flow.supervision.tables import readable
from tests.city import PERSON, REGION
from tests.city.homes import Town


def test_a_damaged_table_hides_no_other(tmp_path: Path) -> None:
    """Its own resource tells of the damage; facts of all others are gathered."""
    town = Town(tmp_path)
    broken = town.layout.authoritative(PERSON) / "_delta_log"
    broken.mkdir(parents=True)
    (broken / f"{0:020}.json").write_text("{", encoding="utf-8")
    places = [(ref, town.layout.authoritative(ref)) for ref in (PERSON, REGION, "a/none")]
    assert list(readable(places)) == [REGION]
    assert facts_of(town.city).foreign == ()
