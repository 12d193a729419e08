"""Whether a grant holds: the decision table, deny by default, and what an explanation says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.rules.decisions import DecisionReason as Reason
from catalog_specs.vocabulary import Method
from governance.grants.decisions import Decision
from tests.city import GRANT, GRANT_FILE, TODAY
from tests.city.declared import change, compiled
from tests.city.grants import rights_of

PERSON_FILE = "resources/civil_affairs/person.yaml"
BOTH = [
    {
        "by": "data_office",
        "role": "authority",
        "post": "科长",
        "on": "2024-02-01",
        "reference": "1",
    },
    {
        "by": "civil_affairs",
        "role": "producer",
        "post": "管理员",
        "on": "2024-02-02",
        "reference": "2",
    },
]


def decide(catalog: Catalog, today: date = TODAY) -> Decision:
    """Decide the small city's grant, after everybody did what its file says."""
    return rights_of(catalog).decide(catalog.grants[GRANT], today)


def reason_of(changes: dict[str, Any], today: date = TODAY) -> Reason:
    """Return the first reason after single files were changed."""
    catalog = compiled(**changes)
    return decide(catalog, today).reason


def after(**edits: Any) -> Reason:
    """Return the first reason after the grant was changed."""
    return reason_of({GRANT_FILE: change(**edits)})


def test_a_grant_in_order_holds() -> None:
    """A grant whose scope, method, term and approvals are in order holds, and says so."""
    catalog = compiled()
    decision = decide(catalog)
    assert decision.allowed
    assert decision.reason is Reason.GRANTED
    assert decision.objections == ()
    assert rights_of(catalog).holding(TODAY) == (catalog.grants[GRANT],)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 2, 29), Reason.NOT_YET_VALID),
        (date(2024, 3, 1), Reason.GRANTED),
        (date(2034, 2, 28), Reason.GRANTED),
        (date(2034, 3, 1), Reason.EXPIRED),
    ],
)
def test_term_is_inclusive(today: date, expected: Reason) -> None:
    """A grant holds on its first and last day and on no day outside."""
    assert reason_of({}, today) is expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"status": "suspended"}, Reason.SUSPENDED),
        ({"status": "revoked"}, Reason.REVOKED),
        ({"consumer": "nobody"}, Reason.CONSUMER_UNKNOWN),
        ({"consumer": "civil_affairs"}, Reason.CONSUMER_ROLE),
        ({"method": "batch"}, Reason.BATCH_WITHOUT_REASON),
        ({"method": "batch", "batch_reason": "夜间离线比对"}, Reason.METHOD_NOT_OFFERED),
        ({"resources__0__resource": "civil_affairs/nothing"}, Reason.RESOURCE_UNKNOWN),
        ({"resources__0__items__0": "nothing"}, Reason.ITEM_UNKNOWN),
        ({"resources__0__where__0__item": "nothing"}, Reason.ITEM_UNKNOWN),
    ],
)
def test_what_is_out_of_order_denies(edits: dict[str, Any], expected: Reason) -> None:
    """Every single thing out of order denies, with its own reason."""
    assert after(**edits) is expected


def test_consumer_needs_a_steward_on_record_today() -> None:
    """A consumer without a steward who is in office on the day gets nothing (九(二))."""
    office = "departments/data_office.yaml"
    assert reason_of({office: change(steward=...)}) is Reason.CONSUMER_STEWARD
    later = change(steward__since=TODAY + timedelta(days=1))
    assert reason_of({office: later}) is Reason.CONSUMER_STEWARD
    over = change(steward__until=TODAY - timedelta(days=1))
    assert reason_of({office: over}) is Reason.CONSUMER_STEWARD
    assert reason_of({office: change(steward__until=TODAY)}) is Reason.GRANTED


def test_an_item_that_is_only_compared_cannot_be_granted() -> None:
    """A referred item is not stored in the resource, so it has to be granted from its source."""
    resources = [{"resource": "data_office/visit", "items": ["visit_no", "name"]}]
    assert after(resources=resources) is Reason.ITEM_UNKNOWN


APPROVALS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "authority": BOTH[:1],
    "producer": BOTH[1:],
    "both": BOTH,
    "swapped": [{**BOTH[0], "by": "civil_affairs"}, {**BOTH[1], "by": "data_office"}],
    "in_future": [{**one, "on": "2030-01-01"} for one in BOTH],
}
TABLE = list(product(("unconditional", "conditional", "not_yet"), list(Method), APPROVALS))


def expected_reason(share: str, method: Method, approvals: str) -> Reason:
    """Return the reason 五(四) asks for, written down apart from the code."""
    if share == "not_yet" and method in {Method.QUERY, Method.BATCH}:
        return Reason.NEVER_LEAVES
    if share == "unconditional" or approvals == "both":
        return Reason.GRANTED
    return Reason.PRODUCER_APPROVAL if approvals == "authority" else Reason.AUTHORITY_APPROVAL


@pytest.mark.parametrize(("share", "method", "approvals"), TABLE)
def test_decision_table(share: str, method: Method, approvals: str) -> None:
    """Sharing type, method and approvals together decide, and only what is listed is allowed."""
    expected = expected_reason(share, method, approvals)
    methods = [one.value for one in Method]
    found = reason_of(
        {
            PERSON_FILE: change(share__type=share, share__methods=methods, items__4__share=share),
            GRANT_FILE: change(
                method=method.value,
                batch_reason="夜间离线比对",
                approvals=APPROVALS[approvals],
                resources__0__items=["residence"],
            ),
        }
    )
    assert found is expected


def test_strictest_item_decides() -> None:
    """One item that never leaves keeps the whole grant from holding, also as a row filter."""
    income = {PERSON_FILE: change(items__5__share="not_yet")}
    granted = change(resources__0__items=["name", "income"])
    filtered = change(resources__0__where=[{"item": "income", "op": "gt", "value": 1000}])
    assert reason_of(income) is Reason.GRANTED
    assert reason_of(income | {GRANT_FILE: granted}) is Reason.NEVER_LEAVES
    assert reason_of(income | {GRANT_FILE: filtered}) is Reason.NEVER_LEAVES


def test_basic_items_need_no_approval() -> None:
    """Items that are shared without condition are granted without approvals (五(四))."""
    alone: dict[str, Any] = {"approvals": [], "resources__0__where": [], "resources__0__masks": {}}
    assert after(**alone, resources__0__items=["resident_id", "name"]) is Reason.GRANTED
    assert after(**alone, resources__0__items=["name", "income"]) is Reason.AUTHORITY_APPROVAL


def test_every_objection_is_listed() -> None:
    """A decision lists everything that is wrong, each with its clause, not only the first."""
    edit = change(
        status="suspended", approvals=[], consumer="nobody", resources__0__items__5="income"
    )
    catalog = compiled(**{GRANT_FILE: edit})
    decision = decide(catalog, date(2040, 1, 1))
    assert [one.reason for one in decision.objections] == [
        Reason.CONSUMER_UNKNOWN,
        Reason.SUSPENDED,
        Reason.EXPIRED,
        Reason.AUTHORITY_APPROVAL,
        Reason.PRODUCER_APPROVAL,
    ]
    assert all(one.clause for one in decision.objections)
