"""The adaptation of a stored table: one commit, unless its rows do not allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Item, Resource, Retirement
from catalog_specs.vocabulary import ItemType
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import Snapshot, commits, snapshot
from storage.engines.connection import Connection
from storage.evolution.differences import differences
from storage.evolution.evolving import Mandate, evolve_table, know_key, refusals, rename_columns
from storage.layout import Layout
from tests.city import PERSON
from tests.city.registers import delivery
from tests.city.resources import catalog_of, element, person
from tests.city.tables import apply, bench, someone

REF = PERSON
MANDATE = Mandate("岗", "批1")


@dataclass
class Table:
    """The persons' table, and the catalogue that it is to follow."""

    con: Connection
    path: Path
    catalog: Catalog

    @property
    def resource(self) -> Resource:
        """Return the resource as it is declared now."""
        return self.catalog.resource(REF)

    @property
    def found(self) -> Snapshot:
        """Return the table as it is."""
        found = snapshot(self.path)
        assert found
        return found

    def refused(self, document: str | None = None) -> list[tuple[str, str]]:
        """Return code and words of everything that is refused."""
        said = refusals(self.con, self.catalog, self.resource, self.found, document)
        assert all(one.remedy for one in said)
        return [(str(one.code), one.what) for one in said]

    def evolve(self) -> bool:
        """Bring the table along."""
        return evolve_table(self.con, self.catalog, self.resource, self.path, MANDATE)

    def values(self, *columns: str) -> list[tuple[Any, ...]]:
        """Return columns of all rows, in order."""
        query = f"SELECT {', '.join(columns)} FROM {self.found.scan_sql()} ORDER BY ALL"
        return self.con.execute(query).fetchall()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Yield a table of four persons."""
    layout = Layout(tmp_path)
    with bench(tmp_path) as con:
        said = {"income": Decimal("12.30")}
        people = [someone(n, name=f"人{n}", children=n * 100, **said) for n in range(4)]
        apply(con, layout, catalog_of(), delivery(REF, 1), people)
        yield Table(con, layout.authoritative(REF), catalog_of())


def typed(code: str, kind: ItemType, **more: Any) -> Callable[[Catalog], Catalog]:
    """Return an edit that gives an element another type."""

    def edit(catalog: Catalog) -> Catalog:
        new = element(code).model_copy(update={"type": kind, **more})
        return replace(catalog, elements={**catalog.elements, code: new})

    return edit


def declared(**changes: Any) -> Callable[[Catalog], Catalog]:
    """Return an edit of the person's declaration."""

    def edit(catalog: Catalog) -> Catalog:
        new = catalog.resource(REF).model_copy(update=changes)
        return replace(catalog, resources={**catalog.resources, REF: new})

    return edit


def items(**changed: Item | None) -> tuple[Item, ...]:
    """Return the person's items with some replaced, or left out."""
    return tuple(new for one in person().items if (new := changed.get(one.code, one)) is not None)


RENAMED = declared(items=items(name=Item(code="full_name", element="person_name",
                                                 formerly="name")))  # fmt: skip
RETIRED = declared(
    items=items(children=None),
    retired_items={"children": Retirement.model_validate({"on": "2026-03-01", "reason": "废止"})},
)
CHANGES: dict[str, tuple[Callable[[Catalog], Catalog], str | None, list[str]]] = {
    "nothing": (lambda catalog: catalog, None, []),
    "an item more": (
        declared(items=(*person().items, Item(code="post", element="post"))),
        None,
        [],
    ),
    "an item renamed": (RENAMED, None, []),
    "a wider type": (typed("income", ItemType.DECIMAL, scale=4), None, []),
    "a type that no value loses by": (typed("income", ItemType.DECIMAL, scale=1), None, []),
    "a type that values do not fit": (typed("income", ItemType.INTEGER), None, ["EVO-202"]),
    "numbers as texts": (typed("children", ItemType.STRING), None, []),
    "an item gone without a word": (declared(items=items(children=None)), "批1", ["EVO-201"]),
    "an item retired": (RETIRED, "批1", []),
    "an item retired without a document": (RETIRED, None, ["EVO-204"]),
    "an item retired on an empty document": (RETIRED, " ", ["EVO-204"]),
    "a key that tells rows apart": (declared(key=("children",)), None, []),
    "a key that many share": (declared(key=("seen_at",)), None, ["EVO-203"]),
    "a key that no row has yet": (
        declared(items=(*person().items, Item(code="post", element="post")), key=("post",)),
        None,
        ["EVO-203"],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_stored_rows_do_not_allow_is_refused(table: Table, change: str) -> None:
    """With counts and columns and never a value; the rest is done, and then nothing differs."""
    edit, document, codes = CHANGES[change]
    before = table.values("resident_id", "_delivery", "_row"), table.found.table_id
    changed = replace(table, catalog=edit(table.catalog))

    told = changed.refused(document)

    assert [code for code, _ in told] == codes
    assert not any("12.3" in what or "1950" in what for _, what in told)
    if not codes:
        assert changed.evolve() is (change != "nothing")
        assert not changed.evolve()
        assert differences(changed.catalog, changed.resource, changed.found) == ()
        after = changed.values("resident_id", "_delivery", "_row"), changed.found.table_id
        assert after == before


def test_a_table_keeps_its_deliveries_and_says_who_let_it_evolve(table: Table) -> None:
    """The commit names each change, the actor and the document; a delivery is not applied again."""
    changed = replace(table, catalog=RENAMED(table.catalog))
    changed.evolve()

    assert changed.values("full_name")[0] == ("人0",)
    assert changed.found.transaction_version(REF) == 1
    [said] = [one for one in commits(table.path) if "evolved" in one]
    assert "name" in said["evolved"]
    assert (said["actor"], said["approval"]) == ("岗", "批1")


def test_an_item_more_is_no_rewrite(table: Table) -> None:
    """Its column is null in every stored row, and the files stay as they are."""
    files = table.found.files
    edit = declared(items=(*person().items, Item(code="post", element="post")))
    changed = replace(table, catalog=edit(table.catalog))

    assert changed.evolve()

    assert changed.found.files == files
    assert changed.values("post") == [(None,)] * 4


def test_several_changes_are_one_commit(table: Table) -> None:
    """A reader sees the old table or the new one, and nothing between."""
    edit = typed("income", ItemType.DECIMAL, scale=4)
    changed = replace(table, catalog=edit(RENAMED(table.catalog)))
    rewrites = [one for one in commits(table.path) if one.get("operation") == "WRITE"]

    changed.evolve()

    after = [one for one in commits(table.path) if one.get("operation") == "WRITE"]
    assert len(after) == len(rewrites) + 1
    assert changed.values("full_name", "income")[0] == ("人0", Decimal("12.3000"))


def _without_key(table: Table, folder: Path, people: list[dict[str, Any]]) -> Table:
    """Make the table of an earlier version, which recorded no key."""
    found = table.found
    plain = tuple(replace(column, key=False) for column in found.columns)
    rows = [{**one, "_delivery": "d", "_row": n} for n, one in enumerate(people)]
    made = pa.Table.from_pylist(rows, schema=arrow_schema(plain))
    append(folder / "old", made, Commit("old", 1), Shape("", "", plain))
    return replace(table, path=folder / "old")


def test_a_key_is_recorded_once_where_it_identifies(table: Table, tmp_path: Path) -> None:
    """A table of an earlier version learns its key from the catalogue; another one does not."""
    old = _without_key(table, tmp_path, [someone(n) for n in range(3)])

    know_key(old.con, old.catalog, old.resource, old.found)
    version = old.found.version
    know_key(old.con, old.catalog, old.resource, old.found)

    assert [column.name for column in old.found.columns if column.key] == ["resident_id"]
    assert old.found.version == version


def test_a_key_that_rows_share_is_not_recorded(table: Table, tmp_path: Path) -> None:
    """Merging by it would join facts of different things."""
    old = _without_key(table, tmp_path, [someone(1), someone(1)])

    with pytest.raises(TableError, match="1 share theirs with another row"):
        know_key(old.con, old.catalog, old.resource, old.found)

    assert not any(column.key for column in old.found.columns)


NAMES: dict[str, tuple[Mapping[str, str], bool]] = {
    "a column that is there": ({"name": "full_name"}, True),
    "one that was renamed before": ({"was": "name"}, False),
    "one that nobody has": ({"was": "will_be"}, False),
    "one whose new name is taken": ({"name": "children"}, False),
    "none": ({}, False),
}


@pytest.mark.parametrize("names", NAMES)
def test_columns_beside_the_table_are_renamed_once(table: Table, names: str) -> None:
    """Rows stay, columns that the shape does not name stay, and what it has more is null."""
    wanted, done = NAMES[names]
    shape = Shape("", "", (Column("full_name", "VARCHAR"), Column("more", "BIGINT")))
    rows = table.values("resident_id", "children")

    assert rename_columns(table.con, table.path, shape, dict(wanted)) is done
    assert not rename_columns(table.con, table.path, shape, dict(wanted))

    assert table.values("resident_id", "children") == rows
    if done:
        assert table.values("full_name", "more")[0] == ("人0", None)


def test_a_table_that_is_not_there_has_nothing_to_adapt(table: Table, tmp_path: Path) -> None:
    """Neither its rows nor its columns' names."""
    nowhere = replace(table, path=tmp_path / "nowhere")
    assert not nowhere.evolve()
    assert not rename_columns(table.con, nowhere.path, Shape("", "", ()), {"a": "b"})
