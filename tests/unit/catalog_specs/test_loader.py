"""The loader: all problems at once, nothing said about what failed, one digest for all files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogError, CatalogLookupError
from catalog_specs.loader import bundled, check, load
from tests.city.declared import change, write_catalog
from tests.unit.catalog_specs.laws.breach import new_element, new_item

REGION = "resources/civil_affairs/region.yaml"
PERSON = "resources/civil_affairs/person.yaml"
VISIT = "resources/data_office/visit.yaml"
GRANT = "grants/residents_for_office.yaml"
OPEN_SET = "open_data/resident_profile.yaml"


def test_the_small_city_compiles(tmp_path: Path) -> None:
    """A lawful catalogue is indexed by code, and its resources know their order."""
    catalog, problems = check(write_catalog(tmp_path))
    assert problems == ()
    assert isinstance(catalog, Catalog)
    assert list(catalog.resources) == [
        "civil_affairs/person",
        "civil_affairs/region",
        "data_office/permit",
        "data_office/visit",
    ]
    assert [r.resource for r in catalog.in_order()] == ["region", "person", "permit", "visit"]
    assert catalog.profile.code == "test_rules"
    assert catalog.files["resources:civil_affairs/person"] == PERSON
    assert catalog.files["elements:sex"] == "elements/persons.yaml"


def test_five_different_faults_are_reported_in_one_go(tmp_path: Path) -> None:
    """Two owners, an unknown column, a circle, a missing mask and a bad key all come at once."""
    root = write_catalog(
        tmp_path,
        **{
            "elements/places.yaml": new_element("division_head", "division"),
            REGION: new_item(
                "head", "division_head", references="civil_affairs/person.resident_id"
            ),
            VISIT: change(items__5__source=..., feed__columns__备注="remark"),
            "masking/sensitivities.yaml": change(**{"1__share": ...}),
            "departments/data_office.yaml": change(stewart={"post": "x"}),
        },
    )
    problems = check(root)[1]
    assert {problem.code for problem in problems} == {
        "CAT-001",
        "CAT-006",
        "CAT-012",
        "CAT-015",
        "CAT-105",
    }
    assert all(problem.remedy and problem.line for problem in problems)


def test_load_raises_with_every_problem(tmp_path: Path) -> None:
    """The exception carries the same problems that `check` returns."""
    root = write_catalog(tmp_path, **{PERSON: change(items__2__share="?", summary=...)})
    with pytest.raises(CatalogError) as caught:
        load(root)
    assert caught.value.problems == check(root)[1]
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("file", [REGION, PERSON, VISIT])
def test_a_broken_resource_is_not_called_unknown(tmp_path: Path, file: str) -> None:
    """References to a resource whose file failed, and to facts it may own, are not reported."""
    problems = check(write_catalog(tmp_path, **{file: "code: [\n"}))[1]
    assert [(p.code, p.file) for p in problems] == [("CAT-102", file)]


@pytest.mark.parametrize(
    "file",
    [
        "subjects.yaml",
        "elements/persons.yaml",
        "masking/sensitivities.yaml",
        "code_lists/sex.yaml",
        "departments/civil_affairs.yaml",
        "profiles/test_rules.yaml",
        "catalog.yaml",
        GRANT,
        OPEN_SET,
    ],
)
def test_any_broken_file_is_the_only_problem(tmp_path: Path, file: str) -> None:
    """Whichever file cannot be read, nothing that mentions its contents is blamed."""
    problems = check(write_catalog(tmp_path, **{file: "a: 1\na: 2\n"}))[1]
    assert [(p.code, p.file) for p in problems] == [("CAT-103", file)]


@pytest.mark.parametrize(
    ("file", "index"),
    [("subjects.yaml", 1), ("elements/persons.yaml", 0), ("masking/sensitivities.yaml", 0)],
)
def test_a_broken_entry_of_a_list_is_the_only_problem(
    tmp_path: Path, file: str, index: int
) -> None:
    """One bad entry does not take its neighbours along."""
    problems = check(write_catalog(tmp_path, **{file: change(**{f"{index}__name": ...})}))[1]
    assert [(p.code, p.path) for p in problems] == [("CAT-106", f"[{index}].name")]


@pytest.mark.parametrize("folder", ["empty", "absent"])
def test_a_folder_without_a_catalogue_is_a_problem(tmp_path: Path, folder: str) -> None:
    """An empty or missing folder does not compile, and says what is missing."""
    (tmp_path / "empty").mkdir()
    catalog, problems = check(tmp_path / folder)
    assert catalog is None
    assert [p.code for p in problems] == ["CAT-100"]


def test_problems_read_as_one_line_and_as_json(tmp_path: Path) -> None:
    """A problem prints as `file:line path code …` and is plain data for machines."""
    problem = check(write_catalog(tmp_path, **{PERSON: change(share__condition=...)}))[1][0]
    assert str(problem).startswith(f"{PERSON}:{problem.line} share.condition CAT-009 [五(二)] ")
    assert json.loads(json.dumps(problem.as_dict()))["line"] == problem.line


def test_bundled_cities_are_found_by_name() -> None:
    """The bundled city is a folder with a `catalog.yaml`; another name is refused with a remedy."""
    assert (bundled("quanzhou") / "catalog.yaml").is_file()
    with pytest.raises(CatalogLookupError, match="quanzhou"):
        bundled("nowhere")
