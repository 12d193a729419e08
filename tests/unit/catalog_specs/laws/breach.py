"""One breach of one law: changes to the small city, and where the problem must stand.

Belongs here: the value, the files' names, the edits that breaches share, and the two questions
that every law is asked. Keep out: breaches, which stand beside the law that they break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalog_specs.laws import LAWS, Law, dated_laws
from catalog_specs.loader import check
from tests.city.declared import Change, write_catalog

__all__ = [
    "TODAY",
    "Breach",
    "assert_lawful",
    "assert_reported_alone",
    "at",
    "new_element",
    "new_item",
]

TODAY = date(2026, 3, 2)
DATED = dated_laws(TODAY)

REGION = "resources/civil_affairs/region.yaml"
PERSON = "resources/civil_affairs/person.yaml"
VISIT = "resources/data_office/visit.yaml"
GRANT = "grants/residents_for_office.yaml"
OPEN_SET = "open_data/resident_profile.yaml"
PLACES = "elements/places.yaml"
PERSONS = "elements/persons.yaml"
CLASSES = "masking/sensitivities.yaml"
SUBJECTS = "subjects.yaml"
OFFICE = "departments/data_office.yaml"
VISITS = "elements/visits.yaml"


@dataclass(frozen=True)
class Breach:
    """The law that is broken, where its problem must stand, what it must say, and the changes."""

    law: str
    name: str
    file: str
    path: str
    says: str
    changes: dict[str, Change]

    def __str__(self) -> str:
        """Name it in the list of tests."""
        return f"{self.law} {self.name}"


def assert_reported_alone(breach: Breach, folder: Path, more: Sequence[Law] = ()) -> None:
    """Ask every law: problems of the broken one only, at the place to correct, with a remedy."""
    asked = (*DATED, *more)
    catalog, problems = check(write_catalog(folder, **breach.changes), asked)
    assert catalog is None
    assert {problem.code for problem in problems} == {breach.law}, [str(p) for p in problems]
    places = {(problem.file, problem.path): problem for problem in problems}
    assert (breach.file, breach.path) in places, [str(p) for p in problems]
    found = places[breach.file, breach.path]
    assert breach.says in f"{found.message} {found.remedy}"
    assert found.remedy
    assert found.line > 0
    assert found.clause == next(law.clause for law in (*LAWS, *asked) if law.code == breach.law)


def assert_lawful(changes: dict[str, Change], folder: Path, more: Sequence[Law] = ()) -> None:
    """Ask every law: none has anything against the city with these changes."""
    problems = check(write_catalog(folder, **changes), (*DATED, *more))[1]
    assert [str(problem) for problem in problems] == []


def new_item(code: str, element: str, **more: Any) -> Change:
    """Return an edit that adds an item and a column that feeds it."""

    def edit(document: Any) -> None:
        document["items"].append({"code": code, "element": element, **more})
        document["feed"]["columns"][code] = code

    return edit


def new_element(code: str, subject: str, **more: Any) -> Change:
    """Return an edit that adds an element to a list of elements."""

    def edit(document: Any) -> None:
        plain = {"code": code, "name": code, "subject": subject, "type": "string"}
        document.append({**plain, "sensitivity": "public", **more})

    return edit


def at(law: str, name: str, where: tuple[str, str], says: str, edit: Change) -> Breach:
    """Return a breach whose changes and problem are in one file."""
    return Breach(law, name, *where, says, {where[0]: edit})
