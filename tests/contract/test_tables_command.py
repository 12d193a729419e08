"""`quanshu tables`: what is not ours is listed, and decided about."""

from __future__ import annotations

from pathlib import Path

from deltalake import DeltaTable

from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people, person_id
from tests.contract.command import KEY, Said, quanshu


def said(town: Town, *words: str) -> Said:
    """Call the command over the town."""
    places = ("--catalog", str(town.folder / "catalogue"), "--home", str(town.home))
    return quanshu(town.folder, "tables", *words, *places, **KEY)


def test_a_foreign_commit_is_listed_and_accepted_on_a_document(tmp_path: Path) -> None:
    """List ends with 1 while something waits; a decision needs a document, and is taken once."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(4)))
    assert said(town, "list").code == 0
    person = f"resident_id = '{person_id(1)}'"
    DeltaTable(str(town.layout.authoritative(PERSON))).delete(person)

    listed = said(town, "list", "--json")
    held = {one["resource"]: one["foreign"] for one in listed.document if one["foreign"]}
    assert listed.code == 1
    assert held == {PERSON: [{"version": 1, "operation": "DELETE"}]}
    assert "version 1 DELETE" in said(town, "list").out

    assert said(town, "accept", PERSON).code == 2
    assert said(town, "accept", PERSON, "--document", " ").code == 2
    assert said(town, "accept", PERSON, "--document", "批1").code == 0
    assert said(town, "accept", PERSON, "--document", "批1").code == 2
    assert said(town, "list").code == 0
