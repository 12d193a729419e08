"""The breaches: for every law, changes to the minimal city that break this law and no other.

Belongs here: the table that `test_laws` goes through. Keep out: assertions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import Change, change

__all__ = ["BREACHES", "Breach"]

REGION = "resources/civil_affairs/region.yaml"
PERSON = "resources/civil_affairs/person.yaml"
VISIT = "resources/data_office/visit.yaml"
GRANT = "grants/residents_for_office.yaml"
OPEN_SET = "open_data/resident_profile.yaml"
PERSONS = "elements/persons.yaml"
VISITS = "elements/visits.yaml"
CLASSES = "masking/sensitivities.yaml"
SUBJECTS = "subjects.yaml"
OFFICE = "departments/data_office.yaml"


@dataclass(frozen=True)
class Breach:
    """Changes, the law they break, where the problem must stand, and what its text must say."""

    law: str
    name: str
    file: str
    path: str
    says: str
    changes: dict[str, Change]


def _one(law: str, name: str, file: str, path: str, says: str, edit: Change) -> Breach:
    return Breach(law, name, file, path, says, {file: edit})


def _new_item(code: str, element: str, header: str, at: int, **more: Any) -> Change:
    def edit(document: Any) -> None:
        document["items"].insert(at, {"code": code, "element": element, **more})
        document["feed"]["columns"][header] = code

    return edit


def _both(*edits: Change) -> Change:
    def edit(document: Any) -> None:
        for one in edits:
            one(document)

    return edit


_NO_OWNER: dict[str, Change] = {
    SUBJECTS: change(
        **{"2": {"code": "dwelling", "name": "住房", "key": ["dwelling_no"]}}, **{"1__key__1": ...}
    )
}

OWNERSHIP = (
    _one(
        "CAT-001",
        "two owners",
        VISIT,
        "items[5]",
        "`resources/civil_affairs/person.yaml` and `resources/data_office/visit.yaml`",
        change(items__5__source=...),
    ),
    Breach(
        "CAT-002",
        "nobody owns what identifies a subject",
        SUBJECTS,
        "key[1]",
        "`region_alias` identifies a subject",
        {
            SUBJECTS: change(**{"0__key__1": "region_alias"}),
            REGION: _both(
                _new_item("alias", "region_alias", "别名", 2, required=True),
                change(key__1="alias", items__2__source="civil_affairs/region.code"),
            ),
        },
    ),
    _one(
        "CAT-004",
        "source points to another element",
        VISIT,
        "items[5].source",
        "not the owner of the element `person_name`",
        change(items__5__source="civil_affairs/person.sex"),
    ),
    _one(
        "CAT-005",
        "nothing to compare by",
        REGION,
        "items[2].source",
        "does not carry `resident_id`",
        _new_item("mayor", "person_name", "负责人", 2, source="civil_affairs/person.name"),
    ),
    _one(
        "CAT-017",
        "a fact about something else",
        VISITS,
        "",
        "",
        change(),
    ),
)
