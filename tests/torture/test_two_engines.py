"""Drawn tables judged here and behind Spark Connect: no row, flag or count differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Engine, FeedKind, ItemType
from quality.gate.gate import Gate, open_gate
from quality.gate.plan import compile_plan
from quality.gate.second_engine import unsaid
from quality.rules.derivation import rules_for
from register.bundles import Bundle
from register.rule_results import results_of
from storage.delta.tables import exists, scan_sql
from storage.engines.connection import in_memory
from storage.engines.spark.address import Address
from storage.layout import Layout
from storage.sql import identifiers
from tests.city import NIGHT
from tests.city.deliveries import landed
from tests.city.tables import fill_regions
from tests.harness.cluster import Cluster, cluster
from tests.harness.edges import read_elsewhere
from tests.harness.sail import sail
from tests.tiers import then_thorough
from tests.torture.drawing import REGIONS, Drawn, catalog_with, drawn
from tests.unit.storage.engines.test_polars_expressions import said_alike
from values.shapes import typed_schema

pytest.importorskip("pysail")
TABLES, AT_ONCE, LONGER = 300, 6, 25
"""Tables that are drawn; of one home, on Sail and on a cluster."""
WORKED_OUT_HERE = {RuleKind.COMPARE, RuleKind.DRIFT, RuleKind.SUPERSEDED}
"""Kinds that no text of a record answers."""


def sayable(catalog: Catalog, made: Resource) -> Resource:
    """Return a resource without the rules that it names and the second engine cannot be told."""
    types = typed_schema(catalog, made)
    plan = compile_plan(made, rules_for(catalog, made), NIGHT.date(), types)
    found = [*unsaid(catalog, made, plan)]
    assert all(one.rules for one in found), f"{made.ref}: {found}"
    left_out = {code for one in found for code in one.rules}
    kept = tuple(one for one in made.quality if one.code not in left_out)
    return made.model_copy(update={"quality": kept})


def judged(home: Path, catalog: Catalog, tables: Iterable[Drawn], spark: Address | None) -> Any:
    """Land and judge tables in a home of their own; return what became of each."""
    layout, found = Layout(home), {}
    fill_regions(layout, catalog, *REGIONS)
    with open_gate(layout, catalog, None, NIGHT, spark) as gate:
        for one in tables:
            found[one.resource.ref] = _became(layout, catalog, gate, one)
    return found


def _became(layout: Layout, catalog: Catalog, gate: Gate, one: Drawn) -> dict[str, Any]:
    ref = one.resource.ref
    bundle = Bundle((landed(layout, catalog, ref, one.text),))
    (verdict,) = gate.judge(bundle)
    accepted = gate.judged(bundle).accepted
    items = identifiers(["_row", *(each.code for each in one.resource.items)])
    rows = accepted.con.execute(f"SELECT {items} FROM {accepted.sql} ORDER BY 1").fetchall()
    kept: list[Any] = []
    if exists(layout.quarantine(ref)):
        kept = (
            in_memory().execute(f"FROM {scan_sql(layout.quarantine(ref))} ORDER BY row").fetchall()
        )
    results = results_of(layout, ref, [bundle.last.delivery])
    return {
        "verdict": replace(verdict, catalog_digest=""),
        "rules": results,
        "accepted": rows,
        "quarantined": kept,
    }


def same(folder: Path, numbers: Sequence[int], spark: Address) -> None:
    """Judge the tables of these numbers on both engines, and compare all that became of them."""
    tables = [drawn(number) for number in numbers]
    catalog = catalog_with(tables)
    said = [replace(one, resource=sayable(catalog, one.resource)) for one in tables]
    there = [
        replace(one, resource=one.resource.model_copy(update={"engine": Engine.SPARK}))
        for one in said
    ]
    one = judged(folder / "here", catalog_with(said), said, None)
    other = judged(folder / "there", catalog_with(there), there, spark)
    for ref, found in one.items():
        for what, here in found.items():
            assert other[ref][what] == here, f"{ref}: {what}"


def test_the_draw_has_rules_of_every_kind() -> None:
    """Among three hundred tables: each kind that records answer, each type, each kind of feed."""
    tables = [drawn(number) for number in range(TABLES)]
    catalog = catalog_with(tables)
    made = [one.resource for one in tables]
    kinds = {rule.kind for one in made for rule in rules_for(catalog, one)}
    assert kinds == {*RuleKind} - WORKED_OUT_HERE
    assert {catalog.element_of(i).type for one in made for i in one.items} == {*ItemType}
    assert {one.feed.kind for one in made} == {*FeedKind}


@pytest.mark.parametrize("first", then_thorough([0], range(AT_ONCE, TABLES, AT_ONCE)))
def test_drawn_tables_are_judged_the_same_on_sail(first: int, tmp_path: Path) -> None:
    """Three hundred schemas, each with rules and records of its own."""
    same(tmp_path, range(first, first + AT_ONCE), sail())


@pytest.fixture(scope="module")
def spark() -> Iterator[Cluster]:
    """Yield a cluster for all tests of this module."""
    with cluster() as found:
        yield found


@pytest.mark.cluster
def test_a_tables_file_is_read_on_a_cluster_as_it_was_written(
    spark: Cluster, tmp_path: Path
) -> None:
    """Every type, however its values are packed."""
    back, wanted = read_elsewhere(spark.address, tmp_path)
    assert back == wanted


@pytest.mark.cluster
@pytest.mark.timeout(1_200)
def test_drawn_tables_are_judged_the_same_on_a_cluster(spark: Cluster, tmp_path: Path) -> None:
    """The same three hundred; several at once, as most of a query's time goes into planning it."""
    parts = [range(first, first + LONGER) for first in range(0, TABLES, LONGER)]
    with ProcessPoolExecutor(len(spark.workers), get_context("spawn")) as pool:
        done = [pool.submit(same, tmp_path / str(one.start), one, spark.address) for one in parts]
        try:
            for one in done:
                one.result()
        finally:
            pool.shutdown(cancel_futures=True)


@pytest.mark.cluster
@pytest.mark.timeout(300)
def test_masks_say_the_same_to_a_cluster(spark: Cluster, tmp_path: Path) -> None:
    """Every kind of mask, and row conditions, as Polars means them."""
    said_alike(tmp_path, spark.address)
