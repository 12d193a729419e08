"""Bundles: small deliveries that go together, and how their records are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.vocabulary import FeedKind
from register.bundles import (
    ROW_SPAN,
    Bundle,
    bundled,
    landed_sql,
    place_sql,
    record_sql,
    span,
    stretches,
)
from register.records import REPLAYED, Delivery
from storage.engines.plain_text import PlainFile, PlainText
from storage.layout import Layout

# ── which deliveries go together ────────────────────────────────────────────────────────────────


def one(sequence: int, **said: Any) -> Delivery:
    """Return a delivery of four records."""
    made = Delivery("a/b", f"{sequence:06}", sequence, (), "", 0, 4, 0, (), "", read_as="csv")
    return replace(made, **said)


def sizes(deliveries: Sequence[Delivery], kind: FeedKind = FeedKind.UPSERT) -> list[int]:
    """Return how many deliveries each bundle has; none is lost, and the order stays."""
    made = list(bundled(deliveries, kind))
    assert [d for bundle in made for d in bundle.deliveries] == list(deliveries)
    return [len(bundle.deliveries) for bundle in made]


CASES: dict[str, tuple[list[Delivery], list[int]]] = {
    "none": ([], []),
    "alike": ([one(n) for n in range(5)], [5]),
    "refused among others": ([one(0), one(1, refusal="GATE-101", rows=0), one(2)], [1, 1, 1]),
    "refused for two reasons": (
        [one(0, refusal="GATE-101"), one(1, refusal="GATE-101"), one(2, refusal="GATE-102")],
        [2, 1],
    ),
    "two formats": ([one(0), one(1, read_as="xlsx"), one(2, read_as="xlsx")], [1, 2]),
    "a replay": ([one(0), one(1, origin=REPLAYED), one(2), one(3)], [1, 1, 2]),
    "days that rise": ([one(0, as_of="2026-03-01"), one(1, as_of="2026-03-02")], [2]),
    "a day again": ([one(0, as_of="2026-03-02"), one(1, as_of="2026-03-02")], [2]),
    "an earlier day": (
        [one(0, as_of="2026-03-01"), one(1, as_of="2026-03-02"), one(2, as_of="2026-03-01")],
        [2, 1],
    ),
    "no day after a day": (
        [one(0, as_of="2026-03-01"), one(1), one(2, as_of="2026-03-05")],
        [1, 2],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_typed_and_ordered_alike_goes_together(case: str) -> None:
    """What landing refused, other formats, replays and earlier days begin a bundle of their own."""
    deliveries, expected = CASES[case]
    assert sizes(deliveries) == expected


@pytest.mark.parametrize("kind", [FeedKind.UPSERT, FeedKind.CHANGES])
def test_a_snapshot_alone_says_what_is_not_there(kind: FeedKind) -> None:
    """Every other kind may share a bundle."""
    assert sizes([one(n) for n in range(3)], FeedKind.SNAPSHOT) == [1, 1, 1]
    assert sizes([one(n) for n in range(3)], kind) == [3]


def test_a_bundle_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By records and by deliveries; one delivery larger than the bound goes alone."""
    monkeypatch.setattr("register.bundles.ROWS", 10)
    assert sizes([one(n) for n in range(5)]) == [2, 2, 1]
    assert sizes([one(0), one(1, rows=99), one(2)]) == [1, 1, 1]
    monkeypatch.setattr("register.bundles.DELIVERIES", 3)
    assert sizes([one(n, rows=0) for n in range(7)]) == [3, 3, 1]


DELIVERIES = st.builds(
    lambda rows, read_as, refusal, origin, day: one(
        0, rows=rows, read_as=read_as, refusal=refusal, origin=origin, as_of=day
    ),
    st.integers(0, 60_000),
    st.sampled_from(["csv", "xlsx"]),
    st.sampled_from([None, None, None, "GATE-101"]),
    st.sampled_from(["inbox", "inbox", REPLAYED]),
    st.sampled_from([None, "2026-03-01", "2026-03-02"]),
)


@settings(max_examples=300, deadline=None)
@given(deliveries=st.lists(DELIVERIES, max_size=8), kind=st.sampled_from(FeedKind))
def test_any_deliveries_are_parted_and_none_is_lost(
    deliveries: list[Delivery], kind: FeedKind
) -> None:
    """Each bundle is of one format, one refusal, days that never fall, and bounded."""
    for bundle, size in zip(bundled(deliveries, kind), sizes(deliveries, kind), strict=True):
        some = bundle.deliveries
        assert len(some) == size
        assert len({(d.read_as, d.refusal) for d in some}) == 1
        assert [d.as_of or "" for d in some] == sorted(d.as_of or "" for d in some)
        assert size == 1 or (bundle.rows <= 100_000 and kind is not FeedKind.SNAPSHOT)
        assert size == 1 or REPLAYED not in {d.origin for d in some}


# ── how records are told apart ──────────────────────────────────────────────────────────────────


def test_a_bundle_is_named_by_its_first_and_last() -> None:
    """And one delivery by itself."""
    assert span(["000001-a"]) == span(["000001-a", "000001-a"]) == "000001-a"
    bundle = Bundle(tuple(one(n) for n in (1, 2, 3)))
    assert (bundle.name, bundle.resource, bundle.rows) == ("000001..000003", "a/b", 12)


@pytest.mark.parametrize("count", [1, 3])
def test_one_number_names_a_record_everywhere(count: int) -> None:
    """Place, delivery and number in it come out of it again."""
    bundle = Bundle(tuple(one(n) for n in range(count)))
    with duckdb.connect() as con:
        for place in range(count):
            asked = f"{place_sql()}, {record_sql()}, {bundle.delivery_sql()}"
            query = f"SELECT {asked} FROM (SELECT ? AS _row)"
            found = con.execute(query, [place * ROW_SPAN + 7]).fetchone()
            assert found == (place, 7, f"{place:06}")


def landed(folder: Path, delivery: str, **columns: list[Any]) -> Path:
    """Write a rows.parquet."""
    path = folder / delivery / "rows.parquet"
    path.parent.mkdir(parents=True)
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_records_of_several_files_are_numbered_by_place(tmp_path: Path) -> None:
    """A part that a file lacks is null, and one that was renamed is found under its new name."""
    old = landed(tmp_path, "b", _row=[1, 2], was=["x", None])
    new = landed(tmp_path, "a", _row=[1], name=["z"], was=[None])

    with duckdb.connect() as con:
        sql = landed_sql([old, new], ("name", "later"), {"name": "was", "gone": "unasked"})
        found = con.sql(f"SELECT _row, name, later FROM {sql} ORDER BY 1")
        assert found.fetchall() == [(1, "x", None), (2, None, None), (ROW_SPAN + 1, "z", None)]
        assert "was" not in con.sql(f"FROM {sql}").columns
        alone = con.sql(f"SELECT _row, was FROM {landed_sql(old)} ORDER BY 1")
        assert alone.fetchall() == [(1, "x"), (2, None)]


def test_a_text_that_is_read_as_it_lies_says_what_it_has(tmp_path: Path) -> None:
    """What was declared since it landed is null; with nothing missing it is read by itself."""
    file = tmp_path / "a.csv"
    file.write_text("编号,曾用\n1,x\n2,y\n", encoding="utf-8")
    text = PlainText({"id": 0, "was": 1}, 2, 2, 1, ",", '"', "\n", sound=True)
    plain = PlainFile(file, text)

    with duckdb.connect() as con:
        sql = landed_sql(plain, ("id", "name", "later"), {"name": "was"})
        found = con.sql(f"SELECT _row, id, name, later FROM {sql} ORDER BY 1")
        assert found.fetchall() == [(1, "1", "x", None), (2, "2", "y", None)]
        whole = con.sql(f"SELECT _row, id, was FROM {landed_sql(plain, ('id', 'was'))} ORDER BY 1")
        assert whole.fetchall() == [(1, "1", "x"), (2, "2", "y")]
        planned = con.sql(f"EXPLAIN SELECT _defect FROM {landed_sql(plain, ('id', 'was'))}")
        assert "UNION" not in str(planned.fetchall())


def test_stretches_cover_every_record_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However wide its rows: no stretch holds many bytes, and no number falls between two."""
    monkeypatch.setattr("register.bundles.STRETCH_BYTES", 2_000)
    layout = Layout(tmp_path)
    deliveries = (one(1), one(2), one(3))
    for delivery, width in zip(deliveries, (1, 300, 5_000), strict=True):
        texts = [f"{n:04}" * width for n in range(40)]
        path = layout.rows("a/b", delivery.delivery)
        path.parent.mkdir(parents=True)
        pl.DataFrame({"_row": range(1, 41), "text": texts}).write_parquet(
            path, row_group_size=10, compression="uncompressed", statistics=False
        )

    found = Bundle(deliveries).stretches(layout)

    assert found[0][0] == 0
    assert found[-1][1] == 3 * ROW_SPAN
    assert [end for _, end in found[:-1]] == [first for first, _ in found[1:]]
    wide = [n for n, _ in found if n > 2 * ROW_SPAN]
    assert len(wide) == 40
    assert stretches([layout.rows("a/b", deliveries[0].delivery)])[0][0] == 0
