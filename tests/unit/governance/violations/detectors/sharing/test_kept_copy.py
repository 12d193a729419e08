"""⑤ Kept copy: copies past the day of their recall, or beyond a grant that was narrowed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.masks.columns import masked_columns
from governance.masks.copied import copied_scope
from register.copies import Traced
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected
from tests.unit.register.test_copies import COPY, NOTICE

NAME = "kept_copy"
SCOPE = copied_scope([(PERSON, masked_columns(compiled(), compiled().grant(GRANT).resources[0]))])
OUT = Traced(replace(COPY, scope=SCOPE))
REVOKED = {GRANT_FILE: change(status="revoked")}


@pytest.mark.parametrize(("due", "count"), [("2026-03-01", 1), ("2026-03-02", 0)])
def test_a_copy_past_the_day_of_its_recall_is_suspected(due: str, count: int) -> None:
    """On the last day it is in time; all copies of a grant are one suspicion."""
    late = replace(OUT, notice=replace(NOTICE, due=due))
    other = replace(late, copy=replace(COPY, copy="20260302-ffffffff"))
    found = suspected(NAME, facts_of(compiled(**REVOKED), copies=(late, other)))
    assert [(one.about, one.cause, one.evidence["copies"]) for one in found] == [
        (GRANT, "kept", 2)
    ] * count


def test_a_copy_of_more_than_the_grant_covers_by_now_is_suspected() -> None:
    """The items are named; a copy of which nobody knows its items is judged by its resources."""
    narrowed = compiled(**{GRANT_FILE: change(resources__0__items=["resident_id", "birth_date"])})
    unknown = Traced(replace(COPY, copy="20260302-ffffffff"))
    (one,) = suspected(NAME, facts_of(narrowed, copies=(OUT, unknown)))
    assert (one.cause, one.evidence["copies"]) == ("narrowed", 1)
    assert f"{PERSON}.name" in str(one.evidence["items"])
    assert one.department == narrowed.grant(GRANT).consumer


def test_a_copy_within_its_grant_is_suspected_of_nothing() -> None:
    """Nor is one whose grant is over while its recall runs."""
    assert suspected(NAME, facts_of(copies=(OUT,))) == []
    running = replace(OUT, notice=NOTICE)
    assert suspected(NAME, facts_of(compiled(**REVOKED), copies=(running,))) == []
