"""Questions: what least privilege asks of an application, each with its clause."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from governance.applications.questions import questions
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, compiled

PERSON_FILE = "resources/civil_affairs/person.yaml"


def asked(edits: dict[str, Any], **files: Any) -> set[tuple[str, str]]:
    """Return where something is asked, and by which clause."""
    catalog = compiled(**{GRANT_FILE: change(**edits)}, **files)
    return {(one.where, one.clause) for one in questions(catalog, catalog.grants[GRANT])}


SHORT = {"valid_to": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("edits", "where", "clause"),
    [
        ({}, GRANT, "二(二)"),
        ({"method": "batch", "batch_reason": "夜间比对", **SHORT}, GRANT, "五(三)"),
        ({"resources__0__where": []}, PERSON, "二(二)"),
        ({"resources__0__masks__resident_id": {"mask": "keep"}}, f"{PERSON}.resident_id", "六(一)"),
        ({"method": "verify"}, f"{PERSON}.resident_id", "五(四)"),
    ],
)
def test_what_is_asked(edits: dict[str, Any], where: str, clause: str) -> None:
    """A long term, a batch, every row, a sensitive column in the clear, a verified key."""
    methods = {PERSON_FILE: change(share__methods=["query", "verify", "batch"])}
    found = asked(edits, **methods)
    assert (where, clause) in found


def test_nothing_is_asked_without_a_reason() -> None:
    """A short term, fewer columns and rows, and masks: nobody has a question."""
    few = ["resident_id", "name", "sex", "birth_date"]
    brief = {"valid_from": date(2026, 1, 1), **SHORT}
    assert asked({"resources__0__items": few, **brief}) == set()
    stored = [item.code for item in compiled().resource(PERSON).stored]
    assert (PERSON, "二(二)") in asked({"resources__0__items": stored, **brief})
