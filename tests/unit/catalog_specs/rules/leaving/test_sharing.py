"""Sharing types, methods and approvals: what a grant may hand out."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, OpenSet
from catalog_specs.rules.leaving.opening import may_open, withheld
from catalog_specs.rules.leaving.sharing import (
    Signature,
    approvals_missing,
    granted_twice,
    lacks_reason,
    may_ask_specially,
    may_hand_out,
    share_type_of,
    signatures_needed,
    strictest,
    touched,
)
from catalog_specs.vocabulary import ApprovalRole, Method, OpenType, ShareType
from tests.city import GRANT, GRANT_FILE, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled

PERSON_FILE = "resources/civil_affairs/person.yaml"
SHARES = list(ShareType)


def grant(**edits: Any) -> Grant:
    """Return the small city's grant with single places changed."""
    return compiled(**{GRANT_FILE: change(**edits)}).grants[GRANT]


def person(**edits: Any) -> Resource:
    """Return the small city's register of persons with single places changed."""
    return compiled(**{PERSON_FILE: change(**edits)}).resource(PERSON)


def opened(**edits: Any) -> OpenSet:
    """Return the small city's open set with single places changed."""
    return compiled(**{OPEN_FILE: change(**edits)}).open_sets[OPEN_SET]


@pytest.mark.parametrize(("whole", "own"), list(product(SHARES, [None, *SHARES])))
def test_an_items_own_type_comes_first(whole: ShareType, own: ShareType | None) -> None:
    """An item is shared as it says itself, else as its resource is."""
    found = person(share__type=whole.value, items__5__share=own.value if own else None)
    assert share_type_of(found, "income") is (own or whole)


@pytest.mark.parametrize(("first", "second"), list(product(SHARES, SHARES)))
def test_the_strictest_type_counts(first: ShareType, second: ShareType) -> None:
    """Of all that is handed out or chosen by, the strictest type holds, in whatever order."""
    resource = person(items__4__share=first.value, items__5__share=second.value)
    asked = {"items": ["residence"], "where": [{"item": "income", "op": "ge", "value": 1}]}
    source = grant(resources__0={"resource": PERSON, **asked}).resources[0]
    assert touched(source) == ("residence", "income")
    assert strictest(resource, source) is max(first, second, key=SHARES.index)


@pytest.mark.parametrize(("method", "kind"), list(product(Method, SHARES)))
def test_what_is_not_shared_yet_only_answers(method: Method, kind: ShareType) -> None:
    """Rows of 暂不共享 are handed out by no method; everything else by every method."""
    rows = method in {Method.QUERY, Method.BATCH}
    assert may_hand_out(method, kind) is not (rows and kind is ShareType.NOT_YET)


@pytest.mark.parametrize("method", list(Method))
def test_only_a_batch_needs_a_reason(method: Method) -> None:
    """A batch says why nothing less suffices."""
    assert lacks_reason(grant(method=method.value)) is (method is Method.BATCH)
    assert not lacks_reason(grant(method=method.value, batch_reason="夜间比对"))


def test_a_resource_is_granted_once() -> None:
    """The second entry of a resource is found, and only the second."""
    one = {"resource": PERSON, "items": ["sex"]}
    other = {"resource": "civil_affairs/region", "items": ["code"]}
    assert list(granted_twice(grant(resources=[one, other]))) == []
    assert list(granted_twice(grant(resources=[one, other, one]))) == [2]


AUTHORITY, PRODUCER = ApprovalRole.AUTHORITY, ApprovalRole.PRODUCER
OFFICE, BUREAU = Signature("data_office", AUTHORITY), Signature("civil_affairs", PRODUCER)
SWAPPED = [Signature("data_office", PRODUCER), Signature("civil_affairs", AUTHORITY)]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ([], (OFFICE, BUREAU)),
        ([OFFICE], (BUREAU,)),
        ([BUREAU], (OFFICE,)),
        ([OFFICE, BUREAU], ()),
        (SWAPPED, (OFFICE, BUREAU)),
    ],
)
@pytest.mark.parametrize("kind", SHARES)
def test_who_must_approve(
    kind: ShareType, given: list[Signature], missing: tuple[Signature, ...]
) -> None:
    """Both sides approve what is shared on conditions, each in its role; else nobody need."""
    asked = approvals_missing("data_office", person(), kind, given)
    assert asked == (() if kind is ShareType.UNCONDITIONAL else missing)


def test_everybody_who_must_approve_a_grant_is_named_once() -> None:
    """The authority once, and each producer of something shared on conditions."""
    resources = {"civil_affairs/person": person(share__type="conditional")}
    again = {"resource": "civil_affairs/person", "items": ["income"]}
    found = grant(resources=[again, again, {"resource": "a/unknown", "items": ["name"]}])
    assert signatures_needed("data_office", resources, found) == (OFFICE, BUREAU)


@pytest.mark.parametrize(
    ("resource", "wanted"), list(product(OpenType, [OpenType.UNIVERSAL, OpenType.AUTHORISED]))
)
def test_a_set_is_opened_as_its_resource_is(resource: OpenType, wanted: OpenType) -> None:
    """A set has its resource's type: neither wider nor narrower, and none of a closed one."""
    allowed = may_open(person(open__type=resource.value), opened(type=wanted.value))
    assert allowed is (resource is wanted)


@pytest.mark.parametrize(
    ("edits", "kept"),
    [
        ({}, []),
        ({"items": ["sex", "income"]}, ["items[1]"]),
        ({"items": ["sex", "income"], "masks": {"income": {"mask": "drop"}}}, []),
        ({"items": ["income"], "masks": {"income": {"mask": "constant", "value": "x"}}}, []),
        (
            {"items": ["income"], "masks": {"income": {"mask": "generalise_number", "width": 9}}},
            ["items[0]"],
        ),
        ({"where": [{"item": "income", "op": "ge", "value": 1}]}, ["where[0].item"]),
        ({"items": ["nothing"]}, []),
    ],
)
@pytest.mark.parametrize("kind", [ShareType.CONDITIONAL, ShareType.NOT_YET])
def test_what_is_shared_on_conditions_is_not_opened(
    kind: ShareType, edits: dict[str, Any], kept: list[str]
) -> None:
    """Nothing is told of an item on conditions, not in part and not by choosing rows."""
    source = opened(**{"masks": {}, **edits})
    resource = person(share__type="unconditional", items__5__share=kind.value)
    found = list(withheld(resource, source, source.masks))
    assert [one.path for one in found] == kept
    assert all(one.kind is kind for one in found)


@pytest.mark.parametrize("kind", SHARES)
def test_by_a_special_procedure_the_authority_alone_decides(kind: ShareType) -> None:
    """Whatever the sharing type is (五(九))."""
    asked = approvals_missing("data_office", person(), kind, (), special=True)
    assert asked == (Signature("data_office", ApprovalRole.AUTHORITY),)
    assert approvals_missing("data_office", person(), kind, asked, special=True) == ()


def test_only_special_departments_ask_by_a_special_procedure() -> None:
    """Everybody may ask without one; nobody unknown may with one."""
    office = compiled().departments["data_office"]
    special = office.model_copy(update={"special": True})
    plain = grant()
    asked = plain.model_copy(update={"procedure": "调证〔2026〕1号"})
    assert may_ask_specially(plain, None)
    assert not may_ask_specially(asked, None)
    assert not may_ask_specially(asked, office)
    assert may_ask_specially(asked, special)


def test_a_grant_without_a_procedure_is_kept_as_before() -> None:
    """What is stored of it, and its digests, know no such word."""
    assert "procedure" not in grant().model_dump(mode="json")
    asked = grant().model_copy(update={"procedure": "调证〔2026〕1号"})
    assert asked.model_dump(mode="json")["procedure"] == "调证〔2026〕1号"
    assert "purpose" in grant().model_dump(mode="json", exclude={"procedure", "name"})
