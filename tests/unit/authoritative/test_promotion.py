"""Behaviour of promotion: what each kind of delivery does to the one source of its facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from authoritative import promotion as authoritative
from authoritative.promotion import Candidate, promote
from catalog_specs.errors import TableError
from catalog_specs.models.element import Element
from catalog_specs.vocabulary import FeedKind
from quality.accepted import divide
from register.bundles import Bundle
from register.outcomes import recovered_from
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.logs import last_commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import snapshot, version
from storage.layout import Layout
from tests.city import FIRM, PERSON, VISIT
from tests.city.records import person_id
from tests.city.registers import delivery
from tests.city.resources import catalog_of, person
from tests.city.tables import ORIGIN, apply, bench, feed, someone, stored
from values.typed import Typed


def counts(promotion: authoritative.Promotion) -> tuple[int, int, int, int]:
    """Return inserted, updated, deleted, unchanged."""
    return promotion.inserted, promotion.updated, promotion.deleted, promotion.unchanged


def test_a_snapshot_inserts_updates_and_deletes(tmp_path: Path) -> None:
    """Absent keys go, new ones come, changed ones change, and the others keep their lineage."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        first = apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(30)])
        records = [someone(n) for n in range(2, 31)]
        records[3] = someone(5, name=None)
        second = apply(con, layout, catalog, delivery(PERSON, 2), records[::-1])
        rows = {row["resident_id"]: row for row in stored(con, layout, catalog, PERSON)}
    assert counts(first) == (30, 0, 0, 0)
    assert counts(second) == (1, 1, 2, 27)
    assert (first.table_version, second.table_version) == (0, 1)
    assert rows[person_id(5)] == {
        **someone(5, name=None),
        "_delivery": "000002-aaaaaaaaaaaa",
        "_row": 26,
    }
    assert rows[person_id(6)] == {**someone(6), "_delivery": "000001-aaaaaaaaaaaa", "_row": 7}
    assert len(rows) == 29


def test_nothing_changed_makes_no_commit(tmp_path: Path) -> None:
    """The same content in another order leaves table and version as they are."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(9)])
        again = apply(con, layout, catalog, delivery(PERSON, 2), [someone(8 - n) for n in range(9)])
    assert counts(again) == (0, 0, 0, 9)
    assert not again.committed
    assert version(layout.authoritative(PERSON)) == 0


def test_a_commit_names_delivery_actor_and_approval(tmp_path: Path) -> None:
    """Every commit says where it comes from and on whose approval, with counts and no values."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(9)])
        for records in ([someone(n) for n in range(10)], [someone(n + 50) for n in range(10)]):
            sequence = (version(layout.authoritative(PERSON)) or 0) + 2
            apply(con, layout, catalog, delivery(PERSON, sequence), records)
            commit = last_commit(layout.authoritative(PERSON)) or {}
            assert commit["delivery"] == f"{sequence:06}-aaaaaaaaaaaa"
            assert (commit["actor"], commit["approval"]) == ("tests", "批〔2026〕1号")
            assert commit["sequence"] == sequence
    table = DeltaTable(str(layout.authoritative(PERSON)))
    assert table.metadata().configuration["delta.logRetentionDuration"] == "interval 1098 days"


def test_change_data_says_what_a_small_delivery_changed(tmp_path: Path) -> None:
    """A merge's change data feed holds the touched rows only."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(30)])
        apply(con, layout, catalog, delivery(PERSON, 2), [someone(n) for n in range(1, 30)])
    changes = DeltaTable(str(layout.authoritative(PERSON))).load_cdf(1).read_all()
    assert changes.column("_change_type").to_pylist() == ["delete"]


def test_an_upsert_never_deletes_and_takes_nulls_in_keys(tmp_path: Path) -> None:
    """Composite keys of any type, null parts included, find their row; the last record wins."""
    layout, catalog = Layout(tmp_path), catalog_of()
    ref = VISIT

    def visit(number: int, day: int | None, outcome: str) -> dict[str, Any]:
        when = date(2024, 1, day) if day else None
        return {"resident_id": "1", "visit_no": number, "visit_day": when, "outcome": outcome}

    with bench(tmp_path) as con:
        first = [visit(1, 1, "办结"), visit(1, None, "退件"), visit(1, 2, "退件")]
        assert counts(apply(con, layout, catalog, delivery(ref, 1), first)) == (3, 0, 0, 0)
        more = [visit(1, None, "受理"), visit(1, 3, "受理"), visit(1, None, "办结")]
        assert counts(apply(con, layout, catalog, delivery(ref, 2), more)) == (1, 1, 0, 1)
        rows = [(r["visit_day"], r["outcome"]) for r in stored(con, layout, catalog, ref)]
    days = [date(2024, 1, n) for n in (1, 2, 3)]
    assert rows == [(days[0], "办结"), (days[1], "退件"), (days[2], "受理"), (None, "办结")]


def test_the_highest_sequence_of_a_change_feed_wins(tmp_path: Path) -> None:
    """Changes apply by their sequence, not by their place; deleting the unknown does nothing."""
    layout, catalog = Layout(tmp_path), catalog_of()

    def change(op: str, seq: int, code: str, name: str = "甲") -> dict[str, Any]:
        return {"_op": op, "_seq": seq, "uscc": code, "firm_name": name, "capital": Decimal(1)}

    with bench(tmp_path) as con:
        first = [change("U", 3, "A", "乙"), change("I", 1, "A"), change("I", 2, "B")]
        assert counts(apply(con, layout, catalog, delivery(FIRM, 1), first)) == (2, 0, 0, 1)
        second = [
            change("D", 9, "B"),
            change("U", 8, "B"),
            change("D", 9, "Z"),
            change("I", 9, "A"),
        ]
        assert counts(apply(con, layout, catalog, delivery(FIRM, 2), second)) == (0, 1, 1, 2)
        third = [change("I", 10, "B", "丙")]
        assert counts(apply(con, layout, catalog, delivery(FIRM, 3), third)) == (1, 0, 0, 0)
        rows = [(row["uscc"], row["firm_name"]) for row in stored(con, layout, catalog, FIRM)]
    assert rows == [("A", "甲"), ("B", "丙")]


def test_a_quarantined_record_does_not_delete_its_row(tmp_path: Path) -> None:
    """A key in quarantine stays as it was; so does one that a broken record speaks of."""
    layout, catalog = Layout(tmp_path), catalog_of()
    receipt = delivery(PERSON, 2)
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(30)])
        broken = {"_defect": "field_count", "_raw": f'"{person_id(4)}",某,多,余'}
        records = [*(someone(n) for n in range(5, 30)), someone(3, income=None), broken]
        typed = Typed(feed(con, catalog, PERSON, records))
        _quarantine(layout, receipt.delivery, [26, 27])
        judged = divide(layout, Bundle((receipt,)), typed)
        candidate = Candidate(Bundle((receipt,)), judged.accepted, judged.quarantined)
        (promotion,) = promote(layout, catalog, candidate, ORIGIN)
        rows = {row["resident_id"]: row for row in stored(con, layout, catalog, PERSON)}
    assert counts(promotion) == (0, 0, 3, 25)
    assert rows[person_id(3)]["income"] == someone(3)["income"]
    assert person_id(4) in rows


def _quarantine(layout: Layout, batch: str, numbers: list[int]) -> None:
    import pyarrow as pa

    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    names = [batch] * len(numbers)
    rows = pa.table({"delivery": names, "row": numbers}, schema=arrow_schema(columns))
    append(layout.quarantine(PERSON), rows, Commit(batch, 1), Shape("隔离", "", columns))


def test_repaired_records_are_an_upsert_even_of_a_snapshot(tmp_path: Path) -> None:
    """A candidate may say that absence means nothing."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(9)])
        accepted = feed(con, catalog, PERSON, [someone(3, children=77)])
        candidate = Candidate(Bundle((delivery(PERSON, 2),)), accepted, kind=FeedKind.UPSERT)
        (promotion,) = promote(layout, catalog, candidate, ORIGIN)
        assert counts(promotion) == (0, 1, 0, 0)


def test_a_delivery_is_applied_once_and_its_counts_come_back(tmp_path: Path) -> None:
    """After a commit without a ledger row, the counts are read from the commit."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        first = apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(9)])
        found = snapshot(layout.authoritative(PERSON))
        assert found is not None
        assert recovered_from(found, delivery(PERSON, 2), 9) is None
        apply(con, layout, catalog, delivery(PERSON, 4), [someone(n) for n in range(3)])
        again = apply(con, layout, catalog, delivery(PERSON, 1), [someone(n) for n in range(9)])
        assert again == replace(first, committed=False)
        late = apply(con, layout, catalog, delivery(PERSON, 3), [someone(99)])
        assert (counts(late), late.committed) == ((0, 0, 0, 1), False)
        assert len(stored(con, layout, catalog, PERSON)) == 3


def test_a_table_without_rows_still_has_an_identity(tmp_path: Path) -> None:
    """A first delivery of which nothing was accepted makes an empty table."""
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        nothing = apply(con, layout, catalog, delivery(PERSON, 1), [])
        assert (counts(nothing), nothing.committed) == ((0, 0, 0, 0), True)
        assert counts(apply(con, layout, catalog, delivery(PERSON, 2), [someone(1)])) == (
            1,
            0,
            0,
            0,
        )


def test_a_new_owned_item_becomes_a_column(tmp_path: Path) -> None:
    """The catalogue gains an item: old rows have no value for it until one is delivered."""
    layout, wider = Layout(tmp_path), catalog_of(person(more=["outcome"]))
    with bench(tmp_path) as con:
        apply(con, layout, catalog_of(), delivery(PERSON, 1), [someone(n) for n in range(30)])
        assert stored(con, layout, catalog_of(), PERSON)[0]["_row"] == 1
        records = [someone(n, outcome="新" if n == 3 else None) for n in range(30)]
        assert counts(apply(con, layout, wider, delivery(PERSON, 2), records)) == (0, 1, 0, 29)
        rows = stored(con, layout, wider, PERSON)
    assert [row["outcome"] for row in rows[:4]] == [None, None, None, "新"]
    assert list(rows[0])[-3:] == ["outcome", "_delivery", "_row"]


def test_a_column_the_catalogue_lost_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """Facts are not dropped in silence, and a type is not changed under them."""
    layout = Layout(tmp_path)
    catalog = catalog_of(person(more=["outcome"]))
    retyped = replace(
        catalog,
        elements={
            **catalog.elements,
            "outcome": Element.model_validate(
                catalog.elements["outcome"].model_dump() | {"type": "integer"}
            ),
        },
    )
    with bench(tmp_path) as con:
        apply(con, layout, catalog, delivery(PERSON, 1), [someone(1)])
        with pytest.raises(TableError, match="outcome"):
            apply(con, layout, catalog_of(), delivery(PERSON, 2), [someone(1)])
        with pytest.raises(TableError, match="becomes BIGINT, and was VARCHAR"):
            apply(con, layout, retyped, delivery(PERSON, 2), [someone(1)])


def test_two_runs_at_once_apply_every_delivery_once(tmp_path: Path) -> None:
    """Two runs that take the same deliveries at the same time end where one would."""
    layout, catalog = Layout(tmp_path), catalog_of()
    batches = [[someone(i, children=n) for i in range(n, n + 20)] for n in range(6)]

    def run(_: int) -> int:
        made = 0
        with bench(tmp_path) as con:
            for sequence, records in enumerate(batches, start=1):
                receipt = delivery(PERSON, sequence)
                made += apply(con, layout, catalog, receipt, records).committed
        return made

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == len(batches)
    with bench(tmp_path) as con:
        rows = stored(con, layout, catalog, PERSON)
    assert [(row["resident_id"], row["children"]) for row in rows] == [
        (person_id(i), 5) for i in range(5, 25)
    ]
