"""The decision table: 2,304 rows, each with the reasons that a plain reading of the rules gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.sharing import Grant
from governance.grants.decisions import decide
from governance.grants.life import GrantEvent, GrantEventKind, GrantState
from governance.grants.standing import Standing, content_of
from tests.city import GRANT, GRANT_FILE, NOW, TODAY
from tests.city.declared import change, compiled

APPROVED_ON, BEGIN, END = date(2025, 12, 1), date(2026, 1, 5), date(2026, 6, 30)
DAYS = {
    "before": date(2026, 1, 4),
    "first day": BEGIN,
    "last day": END,
    "after": date(2026, 7, 1),
}
SHARES = ("unconditional", "conditional", "not_yet")
METHODS = ("verify", "query", "statistics", "batch")
STATES = ("none", "applied", "refused", "granted", "suspended", "revoked")
APPROVED = ("nobody", "authority", "producer", "both")
OFFICE, PERSON = "departments/data_office.yaml", "resources/civil_affairs/person.yaml"
SIGNED = {"authority": "data_office", "producer": "civil_affairs"}


def plainly(
    share: str, method: str, state: str, approved: str, day: str, *, serves: bool
) -> set[str]:
    """Return every reason against it, as an official would read the regulation."""
    against = set()
    if not serves:
        against.add("consumer_steward")
    if day == "before":
        against.add("not_yet_valid")
    if day == "after":
        against.add("expired")
    if state == "none":
        against.add("not_applied")
        approved = "nobody"
    if state in {"refused", "suspended", "revoked"}:
        against.add(state)
    if share == "not_yet" and method in {"query", "batch"}:
        against.add("never_leaves")
    missing = {
        f"{side}_approval"
        for side in ("authority", "producer")
        if share != "unconditional" and approved not in {side, "both"}
    }
    if state == "applied" and not missing:
        against.add("undecided")
    return against | missing


def standing_of(grant: Grant, state: str, approved: str) -> Standing | None:
    """Return how the grant stands."""
    if state == "none":
        return None
    sides = ("authority", "producer") if approved == "both" else (approved,)
    decisions = tuple(
        GrantEvent(
            GRANT, 1, GrantEventKind.APPROVED, NOW, APPROVED_ON, "岗", SIGNED[one], one, "岗", "文"
        )
        for one in sides
        if one in SIGNED
    )
    kept = Grant.model_validate(content_of(grant))
    held = state in {"granted", "suspended", "revoked"}
    return Standing(GRANT, GrantState(state), "", kept if held else None, decisions)


def catalogues() -> Iterator[tuple[str, str, bool, Catalog]]:
    """Yield the small city under each sharing type and method, with and without a steward."""
    for share, method, serves in product(SHARES, METHODS, (True, False)):
        kind = change(share__type=share, share__methods=list(METHODS), items__4__share=share)
        asked = change(
            method=method,
            batch_reason="夜间离线比对",
            valid_from=BEGIN,
            valid_to=END,
            approvals=[],
            resources__0={"resource": "civil_affairs/person", "items": ["residence"]},
        )
        files = {PERSON: kind, GRANT_FILE: asked}
        if not serves:
            files[OFFICE] = change(steward__until=date(2025, 12, 31))
        yield share, method, serves, compiled(**files)


@pytest.fixture(scope="module")
def cities() -> list[tuple[str, str, bool, Catalog]]:
    """Return all catalogues."""
    return list(catalogues())


def test_every_row_of_the_table_holds(cities: list[tuple[str, str, bool, Catalog]]) -> None:
    """What is not allowed says exactly why, each reason with its clause."""
    rows = 0
    for share, method, serves, catalog in cities:
        grant = catalog.grants[GRANT]
        for state, approved, (day, today) in product(STATES, APPROVED, DAYS.items()):
            decision = decide(catalog, grant, standing_of(grant, state, approved), today)
            found = {one.reason.value for one in decision.objections}
            expected = plainly(share, method, state, approved, day, serves=serves)
            assert found == expected, (share, method, state, approved, day, serves)
            assert decision.allowed is (not expected)
            assert all(one.clause for one in decision.objections)
            rows += 1
    assert rows == len(SHARES) * len(METHODS) * 2 * len(STATES) * len(APPROVED) * len(DAYS) == 2304


def test_an_approval_counts_from_its_day(cities: list[tuple[str, str, bool, Catalog]]) -> None:
    """What will be decided tomorrow approves nothing today."""
    catalog = next(one for share, _, serves, one in cities if share == "conditional" and serves)
    grant = catalog.grants[GRANT]
    given = standing_of(grant, "granted", "both")
    assert given
    assert decide(catalog, grant, given, TODAY).allowed
    assert not decide(catalog, grant, given, date(2025, 11, 30)).allowed
