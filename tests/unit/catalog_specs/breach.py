"""One breach of one law: changes to the minimal city, and where the problem must stand.

Belongs here: the value, the files' names, and the edits that breaches share. Keep out: breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.factories import Change

__all__ = ["REGION", "VISIT", "Breach", "at", "new_element", "new_item"]

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


@dataclass(frozen=True)
class Breach:
    """The law that is broken, where its problem must stand, what it must say, and the changes."""

    law: str
    name: str
    file: str
    path: str
    says: str
    changes: dict[str, Change]


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
