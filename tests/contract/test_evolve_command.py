"""`quanshu check --against` and `quanshu evolve`."""

from __future__ import annotations

from pathlib import Path

from tests.city import PERSON
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.records import people
from tests.contract.command import KEY, Said, quanshu


def said(town: Town, *words: str) -> Said:
    """Call the command over the town's catalogue."""
    return quanshu(town.folder, *words, "--catalog", str(town.folder / "catalogue"), **KEY)


def test_an_edited_catalogue_is_told_then_evolved(tmp_path: Path) -> None:
    """Check says what waits and ends with 1, evolve does it, and check is content."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(4)))
    home = ("--home", str(town.home))
    assert said(town, "check", "--against", str(town.home)).code == 0
    town.declare(**{"elements/persons.yaml": change(**{"5__scale": 4})})

    told = said(town, "check", "--against", str(town.home))
    assert told.code == 1
    assert "EVO-103 `income` becomes DECIMAL(18,4), and was DECIMAL(18,2)" in told.out
    assert "resources/civil_affairs/person.yaml" in told.out
    planned = said(town, "evolve", *home, "--dry-run", "--json").document
    assert [one["urgent"] for one in planned["resources"]] == [True]
    assert (planned["done"], planned["orphans"]) == (False, [])

    done = said(town, "evolve", *home)
    assert (done.code, "evolved" in done.out) == (0, True)
    assert said(town, "check", "--against", str(town.home)).code == 0


def test_a_refusal_ends_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    """An item that went without a word is named with code, count-free, and its remedy."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(4)))

    def gone(document: dict[str, object]) -> None:
        document["items"] = list(document["items"])[:-1]  # type: ignore[call-overload]
        del document["feed"]["columns"]["登记收入"]  # type: ignore[index]

    town.declare(**{"resources/civil_affairs/person.yaml": gone})

    done = said(town, "evolve", "--home", str(town.home))

    assert done.code == 1
    assert "EVO-201" in done.out
    assert "retired_items: {income:" in done.out
