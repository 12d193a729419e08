"""Behaviour of the comparison with the one source of each fact."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from catalog_specs.models.resource import Item
from quality import reconciliation
from quality.reconciliation import reconcile
from register.bundles import Bundle
from register.findings import Finding
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.cities.tables import (
    apply,
    bench,
    city,
    delivery,
    feed,
    person,
    resource,
    someone,
    staff,
)

STAFF = delivery("trade/staff", 1)


def worker(number: int, **changes: Any) -> dict[str, Any]:
    """Return a staff record that agrees with the person of that number."""
    record = {"resident_id": f"{number:018}", "name": f"人{number}", "born": date(1950, 1, 1)}
    return record | changes


def numbers(finding: Finding) -> tuple[int, int, int, int]:
    """Return compared, matched, mismatched, missing."""
    return finding.compared, finding.matched, finding.mismatched, finding.missing_in_source


def test_values_are_compared_with_their_source(tmp_path: Path) -> None:
    """Agreeing, differing and unknown records are counted, and named by their numbers only."""
    layout, catalog = Layout(tmp_path), city()
    with bench(tmp_path) as con:
        people = [someone(1), someone(2), someone(3, birth_date=None)]
        apply(con, layout, catalog, delivery("civil/person", 1), people)
        records = [
            worker(1),
            worker(2, name="另"),
            worker(3),
            worker(4),
            worker(1, born=None),
            worker(2, resident_id=None),
        ]
        accepted = feed(con, catalog, "trade/staff", records, "accepted")
        key, name, born = reconcile(layout, catalog, Bundle((STAFF,)), accepted)
    assert numbers(key) == (5, 4, 0, 1)
    assert numbers(name) == (5, 3, 1, 1)
    assert (name.mismatched_rows, name.missing_rows) == ((2,), (4,))
    assert numbers(born) == (4, 2, 1, 1)
    assert born.mismatched_rows == (3,)
    assert (born.item, born.source) == ("born", "civil/person.birth_date")
    assert not {"人1", "另"} & {str(value) for value in vars(name).values()}


def test_a_source_without_a_table_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Before the owner's first delivery nobody is called missing."""
    layout, catalog = Layout(tmp_path), city()
    with bench(tmp_path) as con:
        accepted = feed(con, catalog, "trade/staff", [worker(1)], "accepted")
        found = reconcile(layout, catalog, Bundle((STAFF,)), accepted)
    assert [numbers(one) for one in found] == [(0, 0, 0, 0)] * 3


def test_a_source_that_cannot_be_joined_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Without the element of the source's key there is no row to compare with."""
    name = Item(code="name", element="person_name", source="civil/person.person_name")
    firm = resource("trade/firm", "snapshot", ["uscc"], ["uscc", name], "legal_entity")
    layout, catalog = Layout(tmp_path), city(person(), firm)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery("civil/person", 1), [someone(1)])
        accepted = feed(con, catalog, "trade/firm", [{"uscc": "A", "name": "人1"}], "accepted")
        (found,) = reconcile(layout, catalog, Bundle((delivery("trade/firm", 1),)), accepted)
    assert numbers(found) == (0, 0, 0, 0)


def test_a_column_the_owner_has_not_delivered_yet_differs(tmp_path: Path) -> None:
    """The owner's table lacks a new column until its next delivery: its values are null."""
    layout, before = Layout(tmp_path), city(person(), staff())
    post = Item(code="result", element="outcome", source="civil/person.outcome")
    referring = staff().model_copy(update={"items": (*staff().items, post)})
    after = city(person("outcome"), referring)
    with bench(tmp_path) as con:
        apply(con, layout, before, delivery("civil/person", 1), [someone(1)])
        accepted = feed(con, after, "trade/staff", [worker(1, result="办结")], "accepted")
        found = reconcile(layout, after, Bundle((STAFF,)), accepted)
    assert numbers(found[-1]) == (1, 0, 1, 0)


def test_deletions_are_not_compared(tmp_path: Path) -> None:
    """A deletion of a change feed says nothing about anybody's facts."""
    boss = Item(code="boss", element="resident_id", source="civil/person.resident_id")
    firm = resource("trade/firm", "changes", ["uscc"], ["uscc", boss], "legal_entity")
    layout, catalog = Layout(tmp_path), city(person(), firm)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery("civil/person", 1), [someone(1)])
        records = [
            {"_op": op, "_seq": 1, "uscc": op, "boss": f"{number:018}"}
            for op, number in (("I", 1), ("D", 2), ("U", 3))
        ]
        accepted = feed(con, catalog, "trade/firm", records, "accepted")
        (found,) = reconcile(layout, catalog, Bundle((delivery("trade/firm", 1),)), accepted)
    assert numbers(found) == (2, 1, 0, 1)
    assert found.missing_rows == (3,)


def test_record_numbers_are_bounded(tmp_path: Path) -> None:
    """The counts are whole, the list of numbers is cut to the lowest."""
    layout, catalog = Layout(tmp_path), city()
    kept = reconciliation.ROWS_KEPT
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery("civil/person", 1), [someone(1)])
        con.execute(
            "CREATE TEMP TABLE accepted AS SELECT i AS _row, i::VARCHAR AS resident_id, "
            f"'x' AS name, NULL::DATE AS born, NULL AS post FROM range(1, {kept + 51}) t(i)"
        )
        accepted = Relation(con, "accepted")
        key, *_ = reconcile(layout, catalog, Bundle((STAFF,)), accepted)
    assert key.missing_in_source == kept + 50
    assert key.missing_rows == tuple(range(1, kept + 1))
