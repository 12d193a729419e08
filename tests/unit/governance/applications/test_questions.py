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
    brief = {
        "valid_from": date(2026, 1, 1),
        "scenario": "按姓名、性别和出生日期核对",
        **SHORT,
    }
    assert asked({"resources__0__items": few, **brief}) == set()
    stored = [item.code for item in compiled().resource(PERSON).stored]
    assert (PERSON, "二(二)") in asked({"resources__0__items": stored, **brief})


def test_columns_that_the_scenario_does_not_name_are_asked_about() -> None:
    """In one question a resource; keys, conditions and dropped columns need no words."""
    catalog = compiled(**{GRANT_FILE: change(scenario="核对姓名", purpose="核对")})
    grant = catalog.grants[GRANT]
    (found,) = (one for one in questions(catalog, grant) if "未提及" in one.zh)
    names = {item.code: catalog.name_of(item) for item in catalog.resource(PERSON).stored}
    granted = grant.resources[0]
    asked = {code for code, name in names.items() if name in found.zh}
    chosen = {one.item for one in granted.where} | {"resident_id", "name"}
    assert asked == set(granted.items) - chosen
    dropped = change(
        scenario="核对姓名", purpose="核对", resources__0__masks__birth_date={"mask": "drop"}
    )
    catalog = compiled(**{GRANT_FILE: dropped})
    (found,) = (one for one in questions(catalog, catalog.grants[GRANT]) if "未提及" in one.zh)
    assert names["birth_date"] not in found.zh


def test_a_batch_is_asked_about_with_the_reason_that_it_gives() -> None:
    """The official sees it where the question stands."""
    batch = change(method="batch", batch_reason="夜间比对")
    catalog = compiled(
        **{GRANT_FILE: batch, PERSON_FILE: change(share__methods=["query", "batch"])}
    )
    (found,) = (one for one in questions(catalog, catalog.grants[GRANT]) if one.clause == "五(三)")
    assert "夜间比对" in found.zh
