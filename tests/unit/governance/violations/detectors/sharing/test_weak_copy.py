"""⑥ Weak copy: a copy whose masks are weaker than law is by now."""

from __future__ import annotations

from dataclasses import replace

from governance.masks.columns import masked_columns
from governance.masks.copied import copied_scope
from register.copies import Traced
from tests.city import GRANT, PERSON
from tests.city.declared import compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected
from tests.unit.register.test_copies import COPY

NAME = "weak_copy"
COLUMNS = masked_columns(compiled(), compiled().grant(GRANT).resources[0])


def test_items_that_might_not_leave_so_today_are_named() -> None:
    """A copy under today's masks is in order; one with a whole birthday as it was is not."""
    (kept,) = (one.mask for one in COLUMNS if one.code == "sex")
    bare = [replace(one, mask=kept) if one.code == "birth_date" else one for one in COLUMNS]
    now, before = (
        Traced(replace(COPY, scope=copied_scope([(PERSON, some)]))) for some in (COLUMNS, bare)
    )
    assert suspected(NAME, facts_of(copies=(now,))) == []
    (one,) = suspected(NAME, facts_of(copies=(now, before)))
    assert (one.evidence["copies"], one.evidence["items"]) == (1, f"{PERSON}.birth_date")


def test_what_the_catalogue_no_longer_has_is_no_matter_of_masks() -> None:
    """Nor is a copy of which nobody wrote what it has."""
    gone = copied_scope([("data_office/none", COLUMNS)])
    some = tuple(Traced(replace(COPY, scope=scope)) for scope in (gone, ""))
    assert suspected(NAME, facts_of(copies=some)) == []
