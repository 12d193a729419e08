"""Shapes: pydantic's errors become problems with a dotted path and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check
from catalog_specs.models.resource import Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Grant
from catalog_specs.problems import Problem
from catalog_specs.reading.shapes import allowed_keys
from tests.city.declared import Change, change, write_catalog

PERSON = "resources/civil_affairs/person.yaml"
GRANT = "grants/residents_for_office.yaml"
CLASSES = "masking/sensitivities.yaml"


def _only(tmp_path: Path, file: str, edit: Change) -> Problem:
    problems = check(write_catalog(tmp_path, **{file: edit}))[1]
    assert len(problems) == 1, [str(problem) for problem in problems]
    assert problems[0].file == file
    assert problems[0].line > 0
    return problems[0]


@pytest.mark.parametrize(
    ("file", "edit", "code", "path", "remedy"),
    [
        (PERSON, change(sumary="x"), "CAT-105", "sumary", "did you mean `summary`?"),
        (PERSON, change(feed__colums={}), "CAT-105", "feed.colums", "did you mean `columns`?"),
        (PERSON, change(items__2__zzz=1), "CAT-105", "items[2].zzz", "remove it; allowed here"),
        (PERSON, change(share__methods=...), "CAT-106", "share.methods", "add `methods:`"),
        (PERSON, change(update_cycle="dayly"), "CAT-107", "update_cycle", "did you mean `daily`?"),
        (PERSON, change(code=306), "CAT-107", "code", 'put it in quotes: "306"'),
        (PERSON, change(published_on="bald"), "CAT-107", "published_on", "YYYY-MM-DD"),
        (PERSON, change(key=["Resident"]), "CAT-107", "key[0]", "lower-case"),
        (PERSON, change(key=["nobody"]), "CAT-107", "", "no longer holds"),
        (
            GRANT,
            change(resources__0__masks__name={"mask": "partial", "keep_frst": 1}),
            "CAT-105",
            "resources[0].masks.name.keep_frst",
            "did you mean `keep_first`?",
        ),
        (
            GRANT,
            change(resources__0__masks__name={"mask": "partail"}),
            "CAT-107",
            "resources[0].masks.name",
            "did you mean `partial`?",
        ),
        (
            GRANT,
            change(resources__0__where__0__value={"a": 1}),
            "CAT-107",
            "resources[0].where[0].value",
            "",
        ),
        (CLASSES, change(**{"3__levl": 1}), "CAT-105", "[3].levl", "did you mean `level`?"),
        (CLASSES, change(**{"3__level": 9}), "CAT-107", "[3].level", ""),
    ],
)
def test_an_error_becomes_a_problem_with_path_and_remedy(
    tmp_path: Path, file: str, edit: Change, code: str, path: str, remedy: str
) -> None:
    """The path is the one in the file, without union tags; the remedy says what to do."""
    problem = _only(tmp_path, file, edit)
    assert (problem.code, problem.path) == (code, path)
    assert problem.remedy
    assert remedy in problem.remedy


def test_all_errors_of_a_file_come_at_once(tmp_path: Path) -> None:
    """Three mistakes in one file are three problems."""
    edit = change(sumary="x", update_cycle="dayly", share__methods=...)
    problems = check(write_catalog(tmp_path, **{PERSON: edit}))[1]
    assert {p.path for p in problems} == {"sumary", "update_cycle", "share.methods"}


def test_allowed_keys_follow_lists_maps_and_masks() -> None:
    """Keys are found through indices, map keys and the tag of a mask."""
    assert "element" in allowed_keys(Resource, ("items", 0))
    assert "columns" in allowed_keys(Resource, ("feed",))
    assert "keep_first" in allowed_keys(Grant, ("resources", 0, "masks", "name", "partial"))
    assert "keep_first" not in allowed_keys(Sensitivity, ("share", "pseudonym"))
    assert allowed_keys(Resource, ("code",)) == ()
