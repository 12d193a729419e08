"""The walk through a catalogue's folder: every declaration, every problem of form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.reading.declared import Place
from catalog_specs.reading.files import digest, gather
from catalog_specs.reading.yaml_text import MAX_BYTES
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import PERSON, PERSONS, VISIT, new_element

CITY = "departments/civil_affairs.yaml"
CONTENTS = st.dictionaries(st.text("ab/", max_size=3), st.binary(max_size=3), max_size=3)


def _found(folder: Path, **changes: Change) -> list[tuple[str, str, str]]:
    problems = gather(write_catalog(folder, **changes)).problems
    return [(problem.code, problem.file, problem.path) for problem in problems]


def test_every_declaration_knows_its_place(tmp_path: Path) -> None:
    """A file of its own is a place; an entry of a list stands at its index."""
    found = gather(write_catalog(tmp_path))
    assert found.problems == []
    assert found.places["departments:civil_affairs"] == Place(CITY)
    assert found.places["elements:sex"] == Place(PERSONS, "[2]")
    assert found.places["catalog:city"] == Place("catalog.yaml")
    assert set(found.contents) == {
        str(path.relative_to(found.root)) for path in found.root.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("grant/x.yaml", "a: 1", ("CAT-111", "grant/x.yaml", "")),
        ("departments/x.yml", "a: 1", ("CAT-111", "departments/x.yml", "")),
        ("resources/x.yaml", "a: 1", ("CAT-111", "resources/x.yaml", "")),
        ("catalog.yaml", None, ("CAT-100", "catalog.yaml", "")),
        ("subjects.yaml", {"code": "x"}, ("CAT-107", "subjects.yaml", "")),
        (CITY, change(code="civil"), ("CAT-108", CITY, "code")),
        (VISIT, change(provider="civil_affairs"), ("CAT-108", VISIT, "provider")),
        (VISIT, change(resource="visits"), ("CAT-108", VISIT, "resource")),
        (
            "elements/visits.yaml",
            new_element("sex", "natural_person"),
            ("CAT-109", "elements/visits.yaml", "[4].code"),
        ),
        (CITY, "#" * (MAX_BYTES + 1), ("CAT-101", CITY, "")),
        ("counties/x.yaml", "a: 1", ("CAT-111", "counties/x.yaml", "")),
    ],
)
def test_what_stands_wrongly_is_reported_once(
    tmp_path: Path, file: str, content: Change, expected: tuple[str, str, str]
) -> None:
    """A stray, missing, misnamed, doubled or huge file is one problem of form."""
    assert _found(tmp_path, **{file: content}) == [expected]


@pytest.mark.parametrize("file", [".git/c.yaml", "resources/.draft/x.yaml", ".x.yaml", "a.txt"])
def test_hidden_and_other_files_may_lie_beside(tmp_path: Path, file: str) -> None:
    """What editors and version control keep is no part of the catalogue, nor of its digest."""
    plain = gather(write_catalog(tmp_path / "plain"))
    beside = gather(write_catalog(tmp_path / "beside", **{file: "a: 1"}))
    assert beside.problems == []
    assert digest(beside.contents) == digest(plain.contents)


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_a_link_stays_within_the_catalogue(tmp_path: Path, inside: bool) -> None:
    """A link to a file of the catalogue is read; one that leaves it is not even opened."""
    root = write_catalog(tmp_path)
    away = (root if inside else tmp_path) / "kept.txt"
    (root / PERSON).rename(away)
    (root / PERSON).symlink_to(away)
    found = gather(root)
    assert [(one.code, one.file) for one in found.problems] == (
        [] if inside else [("CAT-101", PERSON)]
    )
    assert ("resources:civil_affairs/person" in found.failed) is not inside
    assert (PERSON in found.contents) is inside


def test_the_first_of_two_declarations_counts(tmp_path: Path) -> None:
    """The second is the problem, and names the first."""
    again = new_element("sex", "natural_person", type="integer")
    found = gather(write_catalog(tmp_path, **{"elements/visits.yaml": again}))
    assert found.models["elements"]["sex"].type.value == "string"
    assert f"`{PERSONS}`[2]" in found.problems[0].message


def test_one_bad_entry_leaves_its_neighbours(tmp_path: Path) -> None:
    """The other entries of a list are declared all the same."""
    found = gather(write_catalog(tmp_path, **{PERSONS: change(**{"2__type": "text"})}))
    assert found.failed == {"elements:sex"}
    assert {"person_name", "birth_date"} <= set(found.models["elements"])


@settings(max_examples=100, deadline=None)
@given(one=CONTENTS, other=CONTENTS)
def test_a_digest_names_one_set_of_files(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    """Two sets of files have one digest exactly when they are one, whatever their order."""
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(dict(reversed(one.items()))) == digest(one)
