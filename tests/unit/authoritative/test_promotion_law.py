"""The law of promotion: any sequence of deliveries does what a dictionary would."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from authoritative import diff, promotion
from authoritative.promotion import Candidate, promote
from catalog_specs.vocabulary import FeedKind
from register.bundles import ROW_SPAN, Bundle
from storage.delta.table_shape import HASH, authoritative_shape
from storage.delta.tables import version
from storage.engines.relation import Relation, as_view
from storage.engines.spark.elsewhere import Elsewhere
from storage.layout import Layout
from tests.city import FIRM
from tests.city.registers import delivery
from tests.city.resources import catalog_of, firm
from tests.city.tables import ORIGIN, bench, feed, stored
from tests.harness.sail import sail

_NAMES = st.sampled_from([None, "", "甲", "乙'丙", "长" * 40])
_CAPITAL = st.sampled_from([None, Decimal(0), Decimal("-1.50"), Decimal("999999999999999.99")])
_RECORD = st.fixed_dictionaries(
    {
        "uscc": st.sampled_from(["a", "b", "键", "d", "", None]),
        "firm_name": _NAMES,
        "capital": _CAPITAL,
        "_op": st.sampled_from(["I", "U", "D"]),
        "_seq": st.integers(0, 3),
    }
)
_DELIVERIES = st.lists(
    st.tuples(st.sampled_from(list(FeedKind)), st.lists(_RECORD, max_size=6)),
    min_size=1,
    max_size=5,
)

Model = dict[str | None, tuple[Any, Any]]


def _modelled(
    model: Model, kind: FeedKind, records: list[dict[str, Any]], known: dict[str | None, int]
) -> Model:
    """Apply a delivery to a dictionary; `known` is the highest sequence of each key so far."""
    latest: dict[str | None, tuple[tuple[int, int], dict[str, Any]]] = {}
    for number, record in enumerate(records):
        rank = (record["_seq"] if kind is FeedKind.CHANGES else 0, number)
        if record["uscc"] not in latest or rank > latest[record["uscc"]][0]:
            latest[record["uscc"]] = (rank, record)
    after = {} if kind is FeedKind.SNAPSHOT else dict(model)
    for key, ((sequence, _), record) in latest.items():
        if kind is FeedKind.CHANGES:
            if sequence < known.get(key, 0):
                continue
            known[key] = sequence
        if kind is FeedKind.CHANGES and record["_op"] == "D":
            after.pop(key, None)
        else:
            after[key] = (record["firm_name"], record["capital"])
    return after


@settings(max_examples=25, deadline=None)
@given(deliveries=_DELIVERIES, merging=st.booleans())
def test_deliveries_do_what_a_dictionary_would(
    deliveries: list[tuple[FeedKind, list[dict[str, Any]]]], merging: bool
) -> None:
    """Counts and content follow the model whether merged or rewritten; a replay changes nothing."""
    share = _share(99.0 if merging else 0.0)
    folder = Path(tempfile.mkdtemp())
    layout, catalog = Layout(folder), catalog_of(firm())
    try:
        with bench(folder) as con:
            first = _replay(con, layout, catalog, deliveries)
            latest = version(layout.authoritative(FIRM))
            assert _replay(con, layout, catalog, deliveries[-1:], len(deliveries)) == first
            assert version(layout.authoritative(FIRM)) == latest
            shutil.rmtree(layout.authoritative(FIRM))
            assert _replay(con, layout, catalog, deliveries) == first
    finally:
        _share(share)
        shutil.rmtree(folder)


def _share(share: float) -> float:
    """Set the share of changed rows up to which a table is merged; return what it was."""
    before = promotion.MERGE_SHARE
    promotion.MERGE_SHARE = diff.MERGE_SHARE = share
    return before


def _replay(
    con: Any,
    layout: Layout,
    catalog: Any,
    deliveries: list[Any],
    start: int = 1,
    elsewhere: Elsewhere | None = None,
) -> list[dict[str, Any]]:
    model: Model = {}
    known: dict[str | None, int] = {}
    for sequence, (kind, records) in enumerate(deliveries, start=start):
        if elsewhere is not None:
            elsewhere.begin()
        accepted = replace(feed(con, catalog, FIRM, records), elsewhere=elsewhere)
        if elsewhere is None and sequence % 2:  # as the gate does
            hashes = authoritative_shape(catalog, catalog.resource(FIRM)).hash_sql
            query = f"SELECT *, {hashes} AS {HASH} FROM {accepted.sql}"
            accepted = as_view(con, "hashed_feed", query)
        candidate = Candidate(Bundle((delivery(FIRM, sequence),)), accepted, kind=kind)
        (done,) = promote(layout, catalog, candidate, ORIGIN)
        if start == 1:
            after = _modelled(model, kind, records, known)
            common = model.keys() & after.keys()
            assert done.inserted == len(after.keys() - model.keys())
            assert done.deleted == len(model.keys() - after.keys())
            assert done.updated == sum(model[key] != after[key] for key in common)
            model = after
    rows = stored(con, layout, catalog, FIRM)
    if start == 1:
        assert {r["uscc"]: (r["firm_name"], r["capital"]) for r in rows} == model
        assert len(rows) == len(model)
    return rows


_ROWS = st.lists(_RECORD, max_size=6)
_MOVED = st.one_of(
    *(
        st.lists(st.tuples(st.sampled_from(kinds), _ROWS), min_size=2, max_size=4)
        for kinds in ([FeedKind.SNAPSHOT, FeedKind.UPSERT], [FeedKind.CHANGES])
    )
)


def _elsewhere(deliveries: list[Any], share: float) -> None:
    """Promote deliveries here and behind Spark Connect; tables and change feeds are the same."""
    folder, catalog = Path(tempfile.mkdtemp()), catalog_of(firm())
    before = _share(share)
    try:
        with bench(folder) as con:
            here, there = Layout(folder / "here"), Layout(folder / "there")
            one = _replay(con, here, catalog, deliveries)
            elsewhere = Elsewhere(con, folder / "work", sail(), {})
            assert _replay(con, there, catalog, deliveries, elsewhere=elsewhere) == one
            elsewhere.close()
        assert _told(there) == _told(here)
    finally:
        _share(before)
        shutil.rmtree(folder)


def _told(layout: Layout) -> list[Any]:
    """Return what the change feed of the table says, in a fixed order."""
    table = DeltaTable(layout.authoritative(FIRM))
    feed = pl.from_arrow(pa.table(table.load_cdf(starting_version=0)))
    assert isinstance(feed, pl.DataFrame)
    return sorted(feed.drop("_commit_timestamp").rows(), key=repr)


@pytest.mark.thorough
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(deliveries=_MOVED, merging=st.booleans())
def test_deliveries_do_the_same_on_the_second_engine(deliveries: list[Any], merging: bool) -> None:
    """Counts, rows, lineage and change feed, whether merged or rewritten."""
    pytest.importorskip("pysail")
    _elsewhere(deliveries, 99.0 if merging else 0.0)


_INCREMENTS = st.lists(st.lists(_RECORD, max_size=5), min_size=2, max_size=6)


@settings(max_examples=25, deadline=None)
@given(
    deliveries=_INCREMENTS,
    kind=st.sampled_from([FeedKind.UPSERT, FeedKind.CHANGES]),
    cut=st.integers(0, 5),
    overlap=st.integers(0, 2),
)
def test_a_bundle_does_what_its_deliveries_would_one_by_one(
    deliveries: list[list[dict[str, Any]]], kind: FeedKind, cut: int, overlap: int
) -> None:
    """Counts, rows and their lineage are the same however deliveries are bundled, even again."""
    folder = Path(tempfile.mkdtemp())
    catalog = catalog_of(firm())
    cut = min(cut, len(deliveries))
    again = max(cut - overlap, 0)
    try:
        with bench(folder) as con:
            singly, bundled = Layout(folder / "singly"), Layout(folder / "bundled")
            one_by_one = [
                done
                for place in range(len(deliveries))
                for done in _bundle(con, singly, kind, deliveries, range(place, place + 1))
            ]
            head = _bundle(con, bundled, kind, deliveries, range(cut))
            tail = _bundle(con, bundled, kind, deliveries, range(again, len(deliveries)))
            assert [*head[:again], *tail] == one_by_one
            assert stored(con, bundled, catalog, FIRM) == stored(con, singly, catalog, FIRM)
    finally:
        shutil.rmtree(folder)


def _bundles_elsewhere(
    deliveries: list[list[dict[str, Any]]], kind: FeedKind, cut: int, share: float
) -> None:
    """Promote two bundles here and behind Spark Connect; all that becomes of them is the same."""
    folder, catalog = Path(tempfile.mkdtemp()), catalog_of(firm())
    before = _share(share)
    told = []
    try:
        with bench(folder) as con:
            elsewhere = Elsewhere(con, folder / "work", sail(), {})
            for name, engine in (("here", None), ("there", elsewhere)):
                layout = Layout(folder / name)
                done = [
                    _bundle(con, layout, kind, deliveries, places, engine)
                    # as after a kill: the second bundle begins with a delivery that is there
                    for places in (range(cut), range(max(cut - 1, 0), len(deliveries)))
                ]
                rows = sorted(stored(con, layout, catalog, FIRM), key=repr)
                told.append((done, rows, _told(layout)))
            elsewhere.close()
    finally:
        _share(before)
        shutil.rmtree(folder)
    assert told[0] == told[1]


def _record(key: str | None, name: str, op: str = "U", seq: int = 1) -> dict[str, Any]:
    return {"uscc": key, "firm_name": name, "capital": Decimal("1.5"), "_op": op, "_seq": seq}


_STEPS = [
    [_record("a", "一"), _record("b", "一"), _record("a", "二", seq=2), _record(None, "无", "I")],
    [_record("a", "一"), _record("b", "一", "D", 3), _record("c", "丙")],
    [_record("b", "三", "I", 4), _record("c", "丙", "D", 2), _record(None, "有", "U", 2)],
    [_record("b", "三", "U", 5), _record("c", "丁", "I", 1), _record("d", "新")],
]


@pytest.mark.parametrize("kind", [FeedKind.UPSERT, FeedKind.CHANGES])
def test_a_bundle_does_the_same_on_the_second_engine(
    kind: FeedKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that come, change, change back, go and come again within it; counts of each delivery.

    There are the comparison of each bundle, the first content, then changes, content, change data.
    """
    pytest.importorskip("pysail")
    asked: list[str] = []
    answered = Elsewhere.answered

    def told(elsewhere: Elsewhere, query: str, *more: Any) -> Any:
        made = answered(elsewhere, query, *more)
        asked.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answered", told)
    _bundles_elsewhere(_STEPS, kind, 2, 99.0)
    assert len(asked) == 6
    assert sum("row_number() OVER" in query for query in asked) == 2


@pytest.mark.thorough
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    deliveries=_INCREMENTS,
    kind=st.sampled_from([FeedKind.UPSERT, FeedKind.CHANGES]),
    cut=st.integers(0, 3),
    merging=st.booleans(),
)
def test_drawn_bundles_do_the_same_on_the_second_engine(
    deliveries: list[list[dict[str, Any]]], kind: FeedKind, cut: int, merging: bool
) -> None:
    """Counts, rows, lineage and change feed, whether merged or rewritten."""
    pytest.importorskip("pysail")
    _bundles_elsewhere(deliveries, kind, min(cut, len(deliveries)), 99.0 if merging else 0.0)


def _bundle(
    con: Any,
    layout: Layout,
    kind: FeedKind,
    deliveries: Any,
    places: range,
    elsewhere: Elsewhere | None = None,
) -> list[tuple[int, int, int, int]]:
    """Promote the deliveries at these places as one bundle; return what each did."""
    if not places:
        return []
    catalog = catalog_of(firm())
    con.execute("DROP TABLE IF EXISTS bundle_feed")
    for place, records in enumerate(deliveries[at] for at in places):
        feed(con, catalog, FIRM, records)
        con.execute(f"UPDATE feed SET _row = _row + {place * ROW_SPAN}")
        con.execute("CREATE TEMP TABLE IF NOT EXISTS bundle_feed AS FROM feed WHERE FALSE")
        con.execute("INSERT INTO bundle_feed FROM feed")
    bundle = Bundle(tuple(delivery(FIRM, sequence + 1) for sequence in places))
    if elsewhere is not None:
        elsewhere.begin()
    accepted = replace(Relation(con, "bundle_feed"), elsewhere=elsewhere)
    done = promote(layout, catalog, Candidate(bundle, accepted, kind=kind), ORIGIN)
    return [(one.inserted, one.updated, one.deleted, one.unchanged) for one in done]
