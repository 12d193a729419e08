"""The walk of a delivery: docs/architecture.md lists the packages that one run really enters."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from flow.run import run
from register.records import VerdictKind
from tests.city import NOW, PERSON
from tests.city.records import PEOPLE, person_id
from tests.city.regions import drop, made
from tests.docs.pages import ROOT, packages, project, section
from tests.docs.walks import FOUNDATION, Walk, recorded_walk

PAGE = ROOT / "docs" / "architecture.md"
SPAN = re.compile(r"`(\w+)/`")


def _told() -> dict[str, set[str]]:
    """Return the list of the page: each stop, and the packages behind its arrow."""
    steps = re.findall(r"^\d\. (.*?):", section(PAGE, "The walk of a delivery"), re.MULTILINE)
    spans = [SPAN.findall(step) for step in steps]
    return {stop: set(below) for stop, *below in spans}


def _layers() -> list[str]:
    """Return the packages from the bottom up."""
    contract = next(
        c for c in project()["tool"]["importlinter"]["contracts"] if c["type"] == "layers"
    )
    return [package for layer in reversed(contract["layers"]) for package in layer.split(" | ")]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Record the run that takes one delivery of persons the whole way, share and release too."""
    city = made(tmp_path_factory.mktemp("walk"))
    drop(city, [2, 3, 4], "regions.csv")
    run(city)
    people = [f"{person_id(n)},张三,1,1990-01-0{n % 9 + 1},350502,1.00" for n in range(1, 41)]
    file: Path = city.layout.inbox(PERSON) / "people.csv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join([PEOPLE, *people, ""]), encoding="utf-8")
    os.utime(file, (NOW.timestamp() - 60,) * 2)
    with recorded_walk() as recorded:
        result = run(city, resources={PERSON})
    assert [one.verdict for one in result.outcomes] == [VerdictKind.PASSED]
    assert [one.as_dict()["rows"] for one in (*result.shares, *result.releases)] == [40, 40]
    return recorded


def test_a_run_enters_the_packages_in_the_order_of_the_page(walk: Walk) -> None:
    """Withdrawals come first; then each stop is entered in its turn, and never again."""
    assert walk.stops == ["governance", "outlets", *_told()]


def test_a_stop_enters_below_itself_what_the_page_says(walk: Walk) -> None:
    """The packages behind each arrow are those that the stop calls, and no others."""
    assert {stop: below for stop, below in walk.below.items() if below} == {
        stop: below for stop, below in _told().items() if below
    }


def test_the_walk_goes_through_the_list_of_packages_without_climbing_back() -> None:
    """Each stop stands further on in the list of packages than the one before."""
    layers = _layers()
    places = [layers.index(stop) for stop in _told()]
    assert places == sorted(places)
    for stop, below in _told().items():
        assert all(layers.index(one) < layers.index(stop) for one in below)


def test_the_page_names_the_foundation() -> None:
    """The packages that a walk leaves out are said to be left out."""
    named = set(SPAN.findall(section(PAGE, "The walk of a delivery")))
    assert named >= FOUNDATION
    assert set(packages()) > FOUNDATION
