"""How a grant stands: what was approved covers less than it, and never more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.models.sharing import Grant
from catalog_specs.rules.decisions import DecisionReason
from governance.grants.rights import Rights
from governance.grants.standing import asks_for_more, content_of, digest_of, standings
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, TODAY
from tests.city.declared import change, compiled
from tests.city.grants import decide_as_typed, standing_of

APPROVED = compiled().grants[GRANT]


def grant(**edits: Any) -> Grant:
    """Return the small city's grant, changed."""
    return compiled(**{GRANT_FILE: change(**edits)}).grants[GRANT]


@pytest.mark.parametrize(
    "edits",
    [
        {"name": "别的名称"},
        {"approvals": []},
        {"valid_to": date(2030, 1, 1)},
        {"valid_from": date(2025, 1, 1)},
        {"resources__0__items": ["name"], "resources__0__masks": {}},
        {"resources__0__where__1": {"item": "sex", "op": "eq", "value": "1"}},
        {"resources__0__masks__name": {"mask": "drop"}},
    ],
)
def test_less_than_was_approved_needs_nobody(edits: dict[str, Any]) -> None:
    """Fewer items, more conditions, a shorter term and dropped columns hold without a decision."""
    assert asks_for_more(APPROVED, grant(**edits)) is None


@pytest.mark.parametrize(
    ("edits", "where"),
    [
        ({"purpose": "别的用途"}, "purpose"),
        ({"terms": "可以转给第三方"}, "terms"),
        ({"valid_to": date(2035, 1, 1)}, "valid_to"),
        ({"valid_from": date(2024, 2, 29)}, "valid_from"),
        ({"resources__0__items__5": "income"}, "civil_affairs/person.income"),
        ({"resources__0__where": []}, "civil_affairs/person.where"),
        ({"resources__0__masks": {}}, "civil_affairs/person.birth_date"),
        ({"resources__0__masks__name": {"mask": "keep"}}, "civil_affairs/person.name"),
        ({"resources__0__mark_disputed": True}, "civil_affairs/person.mark_disputed"),
        (
            {"resources__1": {"resource": "civil_affairs/region", "items": ["code"]}},
            "civil_affairs/region",
        ),
    ],
)
def test_more_than_was_approved_is_named_and_denied(edits: dict[str, Any], where: str) -> None:
    """What a file asks for beyond its approval denies the whole grant, and says where."""
    catalog = compiled(**{GRANT_FILE: change(**edits)})
    rights = Rights(catalog, {GRANT: standing_of(compiled(), APPROVED)})

    decision = rights.decide(catalog.grants[GRANT], TODAY)

    assert asks_for_more(APPROVED, catalog.grants[GRANT]) == where
    assert DecisionReason.CHANGED_SINCE_APPROVAL in [one.reason for one in decision.objections]


def test_what_the_store_says_comes_back_as_it_was(tmp_path: Path) -> None:
    """State, content, digest and decisions are read from the file of a home as they were written.

    A home without a store, or with one of an earlier version, knows of no grant.
    """
    layout = Layout(tmp_path)
    assert standings(layout) == {}
    decide_as_typed(layout, compiled())
    [found] = standings(layout).values()
    assert found.content == APPROVED.model_copy(update={"approvals": ()})
    assert found.approved_digest == digest_of(APPROVED)
    assert content_of(APPROVED).keys().isdisjoint({"approvals", "status"})
    assert found.valid_to == date(2034, 2, 28)
    assert [(one.department, one.role, one.document) for one in found.decisions] == [
        ("data_office", "authority", "数共享2024-01"),
        ("civil_affairs", "producer", "民数据2024-01"),
    ]


def test_a_file_cannot_outlast_what_was_approved() -> None:
    """A later `valid_to` in the file extends nothing: the approved term is over on its last day."""
    catalog = compiled(**{GRANT_FILE: change(valid_to=date(2040, 1, 1))})
    rights = Rights(catalog, {GRANT: standing_of(compiled(), APPROVED)})
    decision = rights.decide(catalog.grants[GRANT], date(2034, 3, 1))
    assert decision.reason is DecisionReason.EXPIRED


def test_what_may_be_matched_is_approved_too() -> None:
    """Any further word of a granted resource is compared: leaving it out asks for less."""
    [one] = APPROVED.resources
    matched = APPROVED.model_copy(
        update={"resources": (one.model_copy(update={"match": "resident_id"}),)}
    )
    assert asks_for_more(APPROVED, matched) == "civil_affairs/person.match"
    assert asks_for_more(matched, APPROVED) is None
