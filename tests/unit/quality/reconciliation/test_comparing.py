"""Behaviour of the comparison with the one source of each fact."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.rules.mismatches import Uncompared
from quality.reconciliation.comparing import reconcile
from register.bundles import ROW_SPAN, Bundle
from register.comparisons import Comparison, Scope
from storage.delta.tables import table_id
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON, STAFF
from tests.city.records import person_id
from tests.city.registers import delivery
from tests.city.resources import catalog_of, item, person, resource, staff
from tests.city.tables import apply, bench, feed, someone

RECEIPT = delivery(STAFF, 1)
SOURCE = delivery(PERSON, 1)


def worker(number: int, **changes: Any) -> dict[str, Any]:
    """Return a staff record that agrees with the person of that number."""
    person = someone(number)
    record = {"resident_id": person["resident_id"], "name": person["name"]}
    return record | {"born": person["birth_date"]} | changes


def compared(
    layout: Layout, catalog: Catalog, bundle: Bundle, accepted: Relation, kept: int = 10
) -> tuple[tuple[Comparison, ...], list[tuple[Any, ...]]]:
    """Return comparisons, and (item, pattern, row, source delivery, source row) of mismatches."""
    found = reconcile(layout, catalog, bundle, accepted, NOW, kept)
    rows = found.mismatches.to_pylist()
    assert {one["delivery"] for one in rows} <= set(bundle.names)
    assert all(one["stands"] and one["resource"] == bundle.resource for one in rows)
    shown = ("item", "pattern", "row", "source_delivery", "source_row")
    return found.comparisons, sorted(tuple(one[name] for name in shown) for one in rows)


def numbers(one: Comparison) -> tuple[int, int, int, int]:
    """Return compared, matched, mismatched, missing."""
    return one.compared, one.matched, one.mismatched, one.missing_in_source


def test_values_are_compared_with_their_source(tmp_path: Path) -> None:
    """Agreeing, differing and unknown records are counted, and named by their numbers only."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        people = [someone(1), someone(2), someone(3, birth_date=None)]
        apply(con, layout, catalog, SOURCE, people)
        records = [
            worker(1),
            worker(2, name="另"),
            worker(3),
            worker(4),
            worker(1, born=None),
            worker(2, resident_id=None),
        ]
        accepted = feed(con, catalog, STAFF, records, "accepted")
        (key, name, born), rows = compared(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert numbers(key) == (5, 4, 0, 1)
    assert numbers(name) == (5, 3, 1, 1)
    assert numbers(born) == (4, 2, 1, 1)
    assert rows == [
        ("born", "no_source_row", 4, None, None),
        ("born", "source_empty", 3, SOURCE.delivery, 3),
        ("name", "no_source_row", 4, None, None),
        ("name", "other", 2, SOURCE.delivery, 2),
        ("resident_id", "no_source_row", 4, None, None),
    ]
    assert born.by_pattern == {"no_source_row": 1, "source_empty": 1}
    assert (born.item, born.source) == ("born", f"{PERSON}.birth_date")
    assert (born.department, born.element) == (STAFF.split("/")[0], "birth_date")
    assert (born.source_version, born.reason, born.scope) == (0, None, Scope.STANDING)
    assert born.source_table == table_id(layout.authoritative(PERSON))
    assert datetime.fromisoformat(born.compared_at) == NOW
    told = {str(value) for value in vars(name).values()} | {str(one) for row in rows for one in row}
    assert not {someone(1)["name"], "另"} & told


def test_a_source_without_a_table_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Before the owner's first delivery nobody is called missing."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        accepted = feed(con, catalog, STAFF, [worker(1)], "accepted")
        found, _ = compared(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert [numbers(one) for one in found] == [(0, 0, 0, 0)] * 3
    assert {(one.reason, one.source_version) for one in found} == {(Uncompared.NO_SOURCE, None)}


def test_a_source_that_cannot_be_joined_leaves_nothing_to_compare(tmp_path: Path) -> None:
    """Without the element of the source's key there is no row to compare with."""
    name = item("name", "person_name", source=f"{PERSON}.name")
    firm = resource(FIRM, "snapshot", ["uscc"], ["uscc", name], "legal_entity")
    layout, catalog = Layout(tmp_path), catalog_of(person(), firm)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        accepted = feed(con, catalog, FIRM, [{"uscc": "A", "name": "某"}], "accepted")
        (found,), _ = compared(layout, catalog, Bundle((delivery(FIRM, 1),)), accepted)
    assert numbers(found) == (0, 0, 0, 0)
    assert found.reason is Uncompared.NO_KEY


def test_a_column_the_owner_has_not_delivered_yet_differs(tmp_path: Path) -> None:
    """The owner's table lacks a new column until its next delivery: its values are null."""
    layout, before = Layout(tmp_path), catalog_of(person(), staff())
    post = item("result", "outcome", source=f"{PERSON}.outcome")
    referring = staff().model_copy(update={"items": (*staff().items, post)})
    after = catalog_of(person(more=["outcome"]), referring)
    with bench(tmp_path) as con:
        apply(con, layout, before, delivery(PERSON, 1), [someone(1)])
        accepted = feed(con, after, STAFF, [worker(1, result="办结")], "accepted")
        found, _ = compared(layout, after, Bundle((RECEIPT,)), accepted)
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
        (found,), rows = compared(layout, catalog, Bundle((delivery(FIRM, 1),)), accepted)
    assert numbers(found) == (2, 1, 0, 1)
    assert rows == [("boss", "no_source_row", 3, None, None)]
    assert found.scope is Scope.DELIVERY


def test_an_item_that_nobody_fills_in_is_compared_with_nothing(tmp_path: Path) -> None:
    """No record with a value: the comparison says so."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, SOURCE, [someone(1)])
        accepted = feed(con, catalog, STAFF, [worker(1, born=None)], "accepted")
        (*_, born), _ = compared(layout, catalog, Bundle((RECEIPT,)), accepted)
    assert numbers(born) == (0, 0, 0, 0)
    assert born.reason is Uncompared.NO_VALUE


def test_deliveries_of_a_bundle_are_compared_each_for_itself(tmp_path: Path) -> None:
    """Counts and record numbers are those of each delivery, one that is empty among them."""
    boss = item("boss", "resident_id", source=f"{PERSON}.resident_id")
    firm = resource(FIRM, "upsert", ["uscc"], ["uscc", boss], "legal_entity")
    layout, catalog = Layout(tmp_path), catalog_of(person(), firm)
    bundle = Bundle(tuple(delivery(FIRM, number) for number in (1, 2, 3)))
    with bench(tmp_path) as con:
        apply(con, layout, catalog, SOURCE, [someone(1)])
        numbered = ((1, 1), (2, 9), (ROW_SPAN * 2 + 1, 9), (ROW_SPAN * 2 + 2, 1))
        rows = ", ".join(f"({row}, '{person_id(who)}')" for row, who in numbered)
        con.execute(f"CREATE TEMP TABLE accepted AS FROM (VALUES {rows}) t(_row, boss)")
        found = reconcile(layout, catalog, bundle, Relation(con, "accepted"), NOW)
    assert [numbers(one) for one in found.comparisons] == [(2, 1, 0, 1), (0, 0, 0, 0), (2, 1, 0, 1)]
    named = {(one["delivery"], one["row"]) for one in found.mismatches.to_pylist()}
    assert named == {(bundle.names[0], 2), (bundle.names[2], 1)}


def test_a_resource_that_only_owns_is_compared_with_nothing(tmp_path: Path) -> None:
    """It has no comparison, and no mismatch."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        accepted = feed(con, catalog, PERSON, [someone(1)], "accepted")
        assert compared(layout, catalog, Bundle((SOURCE,)), accepted) == ((), [])


def test_record_numbers_are_bounded(tmp_path: Path) -> None:
    """The counts are whole; of each pattern the first are named, so that none hides another."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, SOURCE, [someone(1)])
        known = person_id(1)
        con.execute(
            "CREATE TEMP TABLE accepted AS SELECT i AS _row, "
            f"CASE WHEN i = 50 THEN '{known}' ELSE i::VARCHAR END AS resident_id, "
            "'x' AS name, NULL::DATE AS born, NULL AS post FROM range(1, 51) t(i)"
        )
        (key, *_), rows = compared(
            layout, catalog, Bundle((RECEIPT,)), Relation(con, "accepted"), kept=3
        )
    assert key.missing_in_source == 49
    assert [one[2] for one in rows if one[0] == "resident_id"] == [1, 2, 3]
    assert [one[1:3] for one in rows if one[0] == "name"][-1] == ("other", 50)
