"""Behaviour of the comparison with the one source of each fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quality import reconciliation
from quality.reconciliation import reconcile
from register.bundles import Bundle
from register.comparisons import Comparison
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.city import FIRM, PERSON, STAFF
from tests.city.records import person_id
from tests.city.registers import delivery
from tests.city.resources import catalog_of, item, person, resource, staff
from tests.city.tables import apply, bench, feed, someone

RECEIPT = delivery(STAFF, 1)


def worker(number: int, **changes: Any) -> dict[str, Any]:
    """Return a staff record that agrees with the person of that number."""
    person = someone(number)
    record = {"resident_id": person["resident_id"], "name": person["name"]}
    return record | {"born": person["birth_date"]} | changes


def numbers(one: Comparison) -> tuple[int, int, int, int]:
    """Return compared, matched, mismatched, missing."""
    return one.compared, one.matched, one.mismatched, one.missing_in_source


def test_values_are_compared_with_their_source(tmp_path: Path) -> None:
    """Agreeing, differing and unknown records are counted, and named by their numbers only."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        people = [someone(1), someone(2), someone(3, birth_date=None)]
        apply(con, layout, catalog, delivery(PERSON, 1), people)
        records = [
            worker(1),
            worker(2, name="另"),
            worker(3),
            worker(4),
            worker(1, born=None),
            worker(2, resident_id=None),
        ]
        accepted = feed(con, catalog, STAFF, records, "accepted")
        key, name, born = reconcile(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert numbers(key) == (5, 4, 0, 1)
    assert numbers(name) == (5, 3, 1, 1)
    assert (name.mismatched_rows, name.missing_rows) == ((2,), (4,))
    assert numbers(born) == (4, 2, 1, 1)
    assert born.mismatched_rows == (3,)
    assert (born.item, born.source) == ("born", f"{PERSON}.birth_date")
    assert not {someone(1)["name"], "另"} & {str(value) for value in vars(name).values()}


def test_a_source_without_a_table_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Before the owner's first delivery nobody is called missing."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        accepted = feed(con, catalog, STAFF, [worker(1)], "accepted")
        found = reconcile(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert [numbers(one) for one in found] == [(0, 0, 0, 0)] * 3


def test_a_source_that_cannot_be_joined_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Without the element of the source's key there is no row to compare with."""
    name = item("name", "person_name", source=f"{PERSON}.name")
    firm = resource(FIRM, "snapshot", ["uscc"], ["uscc", name], "legal_entity")
    layout, catalog = Layout(tmp_path), catalog_of(person(), firm)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        accepted = feed(con, catalog, FIRM, [{"uscc": "A", "name": "某"}], "accepted")
        (found,) = reconcile(layout, catalog, Bundle((delivery(FIRM, 1),)), accepted)
    assert numbers(found) == (0, 0, 0, 0)


def test_a_column_the_owner_has_not_delivered_yet_differs(tmp_path: Path) -> None:
    """The owner's table lacks a new column until its next delivery: its values are null."""
    layout, before = Layout(tmp_path), catalog_of(person(), staff())
    post = item("result", "outcome", source=f"{PERSON}.outcome")
    referring = staff().model_copy(update={"items": (*staff().items, post)})
    after = catalog_of(person(more=["outcome"]), referring)
    with bench(tmp_path) as con:
        apply(con, layout, before, delivery(PERSON, 1), [someone(1)])
        accepted = feed(con, after, STAFF, [worker(1, result="办结")], "accepted")
        found = reconcile(layout, after, Bundle((RECEIPT,)), accepted)
    assert numbers(found[-1]) == (1, 0, 1, 0)


def test_deletions_are_not_compared(tmp_path: Path) -> None:
    """A deletion of a change feed says nothing about anybody's facts."""
    boss = item("boss", "resident_id", source=f"{PERSON}.resident_id")
    firm = resource(FIRM, "changes", ["uscc"], ["uscc", boss], "legal_entity")
    layout, catalog = Layout(tmp_path), catalog_of(person(), firm)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        records = [
            {"_op": op, "_seq": 1, "uscc": op, "boss": person_id(number)}
            for op, number in (("I", 1), ("D", 2), ("U", 3))
        ]
        accepted = feed(con, catalog, FIRM, records, "accepted")
        (found,) = reconcile(layout, catalog, Bundle((delivery(FIRM, 1),)), accepted)
    assert numbers(found) == (2, 1, 0, 1)
    assert found.missing_rows == (3,)


def test_record_numbers_are_bounded(tmp_path: Path) -> None:
    """The counts are whole, the list of numbers is cut to the lowest."""
    layout, catalog = Layout(tmp_path), catalog_of()
    kept = reconciliation.ROWS_KEPT
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        con.execute(
            "CREATE TEMP TABLE accepted AS SELECT i AS _row, i::VARCHAR AS resident_id, "
            f"'x' AS name, NULL::DATE AS born, NULL AS post FROM range(1, {kept + 51}) t(i)"
        )
        accepted = Relation(con, "accepted")
        key, *_ = reconcile(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert key.missing_in_source == kept + 50
    assert key.missing_rows == tuple(range(1, kept + 1))
