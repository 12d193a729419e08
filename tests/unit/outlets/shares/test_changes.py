"""What differs under a grant since its extract was made, in masked rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from governance.keys import KeyRing
from outlets.shares.changes import Change, change_of
from outlets.shares.plan import plan_share
from storage.delta.change_feed import entry_digest
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, MASTER_KEY, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, persons, someone


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a lake with twelve persons."""
    made = Layout(tmp_path)
    fill(made, compiled(), PERSON, persons(12))
    return made


def made_now(layout: Layout) -> dict[str, Any]:
    """Return what is remembered of an extract that was made just now."""
    catalog = compiled()
    [part] = plan_share(layout, catalog, catalog.grants[GRANT], KEYS).parts
    assert part.found
    source = {"table": part.found.table_id, "version": part.found.version}
    return source | {"form": part.form, "entry": entry_digest(part.found)}


def changed(
    layout: Layout, before: dict[str, Any], keys: KeyRing = KEYS, **edits: Any
) -> Change | None:
    """Return what differs now."""
    catalog = compiled(**{GRANT_FILE: change(**edits)})
    plan = plan_share(layout, catalog, catalog.grants[GRANT], keys)
    return change_of(plan.parts[0], plan.key, before)


def test_rows_that_came_are_masked_and_counted(layout: Layout) -> None:
    """Two that look alike are one row of two; one that is not granted is none."""
    before = made_now(layout)
    alike = [someone(30, resident_id=None), someone(30, resident_id=None)]
    fill(layout, compiled(), PERSON, [*alike, someone(31, residence="110101")])
    found = changed(layout, before)
    assert found
    [row] = found.net.rows(named=True)
    assert row.pop(found.count) == 2
    assert list(row.values()) == [None, "张*******", "1", "1980", "350503"]
    assert len(found.came) == 1


def test_nothing_differs_while_nothing_that_is_granted_changes(layout: Layout) -> None:
    """Neither without a new version nor by rows of elsewhere."""
    before = made_now(layout)
    for _ in range(2):
        found = changed(layout, before)
        assert found
        assert found.net.is_empty()
        fill(layout, compiled(), PERSON, [someone(31, residence="110101")])


def test_another_grant_mask_key_or_table_is_no_change_of_rows(layout: Layout) -> None:
    """What an extract was made by must still hold, else all of it is made again."""
    before = made_now(layout)
    another = KeyRing.load(MASTER_KEY[::-1], where="tests")
    assert changed(layout, before, another) is None
    assert changed(layout, before, resources__0__masks__birth_date__to="decade") is None
    assert changed(layout, before, resources__0__where__0__value="350502") is None
    assert changed(layout, before | {"table": "another"}) is None
    assert changed(layout, before | {"entry": "another"}) is None
    assert changed(layout, {}) is None
