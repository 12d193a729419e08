"""Differences between a stored table and the catalogue: each is told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Item, Resource
from catalog_specs.rules.homes.evolution import TableDifference
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import arrow_schema, authoritative_shape
from storage.delta.tables import Snapshot, snapshot
from storage.evolution.differences import differences, require_fit
from tests.city.resources import catalog_of, firm


@pytest.fixture
def stored(tmp_path: Path) -> Snapshot:
    """Return the empty table of firms as today's catalogue asks for it."""
    shape = authoritative_shape(catalog_of(), firm())
    rows = arrow_schema(shape.columns).empty_table()
    append(tmp_path / "t", rows, Commit("tests", 1), shape)
    found = snapshot(tmp_path / "t")
    assert found
    return found


def changed(*items: Item | str, **more: Any) -> Resource:
    """Return firms with other items, and whatever else is declared otherwise."""
    made = tuple(i if isinstance(i, Item) else Item(code=i, element=i) for i in items)
    return firm().model_copy(update={"items": made, **more})


def told(catalog: Catalog, resource: Resource, found: Snapshot) -> list[tuple[str, str, bool]]:
    """Return kind, column and whether the resource waits, of every difference."""
    return [
        (one.kind.name, one.column, one.urgent) for one in differences(catalog, resource, found)
    ]


def test_a_table_that_fits_differs_in_nothing(stored: Snapshot) -> None:
    """And nothing waits for it."""
    assert differences(catalog_of(), firm(), stored) == ()
    require_fit(catalog_of(), firm(), stored)


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        (changed("uscc", "firm_name", "capital", "post"), ("ADDED", "post", False)),
        (changed("uscc", "firm_name"), ("GONE", "capital", True)),
        (changed("uscc", "firm_name", retired_items={"capital": "不再采集"}),
         ("RETIRED", "capital", True)),
        (changed("uscc", "firm_name", Item(code="money", element="capital", formerly="capital")),
         ("RENAMED", "money", True)),
        (changed("uscc", "firm_name", Item(code="capital", element="birth_date")),
         ("RETYPED", "capital", True)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_every_difference_is_told_apart(
    stored: Snapshot, resource: Resource, wanted: tuple[str, str, bool]
) -> None:
    """Only a new item keeps nobody waiting."""
    assert told(catalog_of(), resource, stored) == [wanted]
    if wanted[2]:
        with pytest.raises(TableError, match="quanshu evolve"):
            require_fit(catalog_of(), resource, stored)
    else:
        require_fit(catalog_of(), resource, stored)


def test_another_key_is_a_difference(stored: Snapshot) -> None:
    """The same columns under another key are another table."""
    resource = changed("uscc", "firm_name", "capital", key=("firm_name",))

    assert "KEYED" in [kind for kind, _, _ in told(catalog_of(), resource, stored)]


def test_who_reads_some_items_waits_for_those_alone(stored: Snapshot) -> None:
    """A change of what nobody asks for does not keep a reader."""
    resource = changed("uscc", "firm_name", Item(code="capital", element="birth_date"))

    require_fit(catalog_of(), resource, stored, ["firm_name"])
    with pytest.raises(TableError):
        require_fit(catalog_of(), resource, stored, ["capital"])


def test_a_difference_reads_as_one_line(stored: Snapshot) -> None:
    """It names the column and both types, and holds no value."""
    resource = changed("uscc", "firm_name", Item(code="capital", element="birth_date"))
    (one,) = differences(catalog_of(), resource, stored)

    assert one.kind is TableDifference.RETYPED
    assert str(one) == "`capital` becomes DATE, and was DECIMAL(18,2)"
    assert not one.loses
