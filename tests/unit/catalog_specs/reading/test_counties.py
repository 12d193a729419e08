"""Places of county catalogues: their files compile with the city's, whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check, load
from catalog_specs.reading.counties import city_folder, counties_in, county_in
from catalog_specs.reading.files import gather
from tests.city.counties import county
from tests.city.declared import write_catalog


@pytest.mark.parametrize(
    ("file", "whose"),
    [
        ("counties/licheng/catalog.yaml", "licheng"),
        ("counties/licheng/grants/x.yaml", "licheng"),
        ("counties/x.yaml", None),
        ("departments/counties.yaml", None),
        ("catalog.yaml", None),
        ("", None),
    ],
)
def test_a_file_is_of_the_county_whose_folder_it_lies_in(file: str, whose: str | None) -> None:
    """Only what lies in a folder below `counties/` is a county's."""
    assert county_in(file) == whose
    assert counties_in([file, file]) == (() if whose is None else (whose,))


def test_the_folder_of_a_county_stands_for_the_whole_catalogue(tmp_path: Path) -> None:
    """A county's engineer checks what the city compiles: one catalogue, one digest."""
    root = write_catalog(tmp_path, **county())
    here = root / "counties/licheng"
    assert city_folder(here) == root.resolve()
    assert city_folder(root) == root
    assert load(here).digest == load(root).digest
    assert load(here).files == load(root).files


def test_a_folder_called_counties_needs_a_city_above(tmp_path: Path) -> None:
    """A city's catalogue may lie in a folder of that name by chance."""
    root = write_catalog(tmp_path / "counties")
    assert city_folder(root) == root


def test_the_compiled_catalogue_knows_its_counties(tmp_path: Path) -> None:
    """Departments are known by county and by division, and everything by one reference."""
    catalog = load(write_catalog(tmp_path, **county(), **county("jinjiang", "350582")))
    assert set(catalog.counties) == {"licheng", "jinjiang"}
    assert catalog.county_of("licheng_welfare") == "licheng"
    assert catalog.county_of("civil_affairs") is None
    assert catalog.units_of("350582") == {"jinjiang_welfare"}
    assert "jinjiang_welfare/subsidy" in catalog.resources


@pytest.mark.parametrize("file", ["subjects.yaml", "code_lists/sex.yaml", "profiles/own.yaml"])
def test_rules_of_the_city_are_no_countys_to_declare(file: str, tmp_path: Path) -> None:
    """Subjects, lists and profiles in a county's folder are reported, and nothing else is."""
    added = {f"counties/licheng/{file}": "a: 1"}
    problems = gather(write_catalog(tmp_path, **county(), **added)).problems
    assert [(one.code, one.file) for one in problems] == [("CAT-112", *added)]


def test_a_county_without_its_own_file_is_missed(tmp_path: Path) -> None:
    """A folder of a county that does not say what it extends compiles with nothing."""
    files = county() | {"counties/licheng/catalog.yaml": None}
    _, problems = check(write_catalog(tmp_path, **files))
    assert [one.code for one in problems] == ["CAT-100"]


def test_a_county_that_cannot_be_read_hides_no_other_problem(tmp_path: Path) -> None:
    """A malformed file of a county is one problem; what depends on it is not reported again."""
    files = county() | {"counties/licheng/catalog.yaml": "catalog: licheng\n"}
    _, problems = check(write_catalog(tmp_path, **files))
    assert {(one.code, one.file) for one in problems} == {
        ("CAT-106", "counties/licheng/catalog.yaml")
    }


def test_a_county_is_no_link(tmp_path: Path) -> None:
    """A linked folder is not walked into, so it is told instead of being left out unseen."""
    root = write_catalog(tmp_path, **county())
    (root / "counties/licheng").rename(tmp_path / "elsewhere")
    (root / "counties/licheng").symlink_to(tmp_path / "elsewhere")
    problems = gather(root).problems
    assert [(one.code, one.file) for one in problems] == [("CAT-101", "counties/licheng")]


def test_a_county_redefines_nothing(tmp_path: Path) -> None:
    """A code that the city declares is not declared again: the message names the city's file."""
    files = county()
    again = dict(files["counties/licheng/elements/subsidies.yaml"][0], code="sex")
    files["counties/licheng/elements/own.yaml"] = [again]
    _, problems = check(write_catalog(tmp_path, **files))
    (twice,) = (one for one in problems if one.code == "CAT-109")
    assert twice.file == "counties/licheng/elements/own.yaml"
    assert "`elements/persons.yaml`" in twice.message
