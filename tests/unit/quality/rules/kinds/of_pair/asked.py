"""Asking one rule of the resource whose items are held beside each other about rows.

Belongs here: that one way. Keep out: assertions.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from quality.rules.derivation import rules_for
from quality.rules.kind import Lookup
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule
from storage.layout import Layout
from tests.city.resources import catalog_of, dweller
from tests.unit.quality.rules.kinds.judging import good_rows

TODAY = date(2026, 3, 3)


def rule(code: str) -> Rule:
    """Return a rule of the resource by its code."""
    made = dweller()
    (found,) = (one for one in rules_for(catalog_of(made), made) if one.code == code)
    return found


def good(asked: Rule, columns: dict[str, pa.Array]) -> list[int]:
    """Return the places, from 0, of the rows that a rule lets pass, or says nothing of."""
    made = dweller()
    kind = kind_of(asked.kind)
    assert kind.condition
    _, arguments = kind.expected(asked, made, TODAY)
    column = arguments.pop("column")
    rows = pa.table({"_row": range(len(columns[column])), **columns})
    return good_rows(
        kind.condition,
        column,
        rows,
        lambda con: kind.bring(Lookup(con, Layout(Path()), catalog_of(made)), asked),
        **arguments,
    )
