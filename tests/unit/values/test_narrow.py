"""The narrow feed: what is looked at across records is there, and all of a few records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.engines.workbench import open_workbench
from tests.city.resources import catalog_of, fed, person
from tests.unit.values.test_typed import rows_file
from values import narrow
from values.narrow import Across, narrow_rows
from values.typed import Landed

MARKS = {"_flags_0": "CASE WHEN children > 1 THEN 1 ELSE 0 END::BIGINT"}
RECORDS = [{"name": f"名{n}", "children": str(n)} for n in range(4)]


def _narrow(folder: Path, across: Across) -> list[tuple[Any, ...]] | None:
    resource = fed(person())
    rows = Landed(rows_file(folder / "rows.parquet", resource, RECORDS))
    with open_workbench(folder) as con:
        typed = narrow_rows(con, catalog_of(resource), resource, rows, MARKS, across)
        if typed is None:
            return None
        names = "_row, name, children, _given_children, _flags_0"
        return con.execute(f"SELECT {names} FROM {typed.feed.sql} ORDER BY _row").fetchall()


def test_what_is_looked_at_across_records_is_kept(tmp_path: Path) -> None:
    """Marks are worked out from columns that are not; a number is always there."""
    assert _narrow(tmp_path, Across(frozenset({"name"}))) == [
        (n + 1, f"名{n}", None, None, int(n > 1)) for n in range(4)
    ]


def test_of_wanted_records_everything_is_there(tmp_path: Path) -> None:
    """They are read again, and each stands in the feed once."""
    across = Across(frozenset({"name"}), ("name = '名1'", "name IN (SELECT '名3')"))
    assert _narrow(tmp_path, across) == [
        (n + 1, f"名{n}", n if n % 2 else None, bool(n % 2) or None, int(n > 1)) for n in range(4)
    ]


@pytest.mark.parametrize("most", [1, 2])
def test_too_many_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Whoever asked is told, and types all of them."""
    monkeypatch.setattr(narrow, "MOST", most)
    found = _narrow(tmp_path, Across(frozenset({"name"}), ("name IN ('名1', '名3')",)))
    assert (found is None) == (most < 2)
