"""A bundle of deliveries gets the verdicts that its deliveries would get one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.rule import QualityRule
from quality.gate.bundling import may_bundle
from quality.gate.gate import open_gate
from quality.rules.derivation import rules_for
from register.bundles import Bundle
from register.records import Delivery, Verdict
from register.rule_results import results_of, rule_results
from register.verdicts import verdicts
from storage.delta.tables import scan_sql
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import FIRM, NIGHT, PERSON
from tests.city.deliveries import landed
from tests.city.records import csv_of
from tests.city.resources import catalog_of, firm, person

CODES = ("91350100M000100Y43", "91350100M000100Y44")


def _files() -> list[list[dict[str, Any]]]:
    good = {"_op": "I", "_seq": "1", "uscc": CODES[0], "firm_name": "甲"}
    return [
        [good, good | {"_seq": "2"}],
        [good, good],
        [good | {"_seq": "9"}, good | {"firm_name": None, "_op": "X"}],
        [good | {"uscc": CODES[1]}],
        [],
    ]


def _landed(layout: Layout, catalog: Catalog) -> tuple[Delivery, ...]:
    resource = catalog.resource(FIRM)
    return tuple(landed(layout, catalog, FIRM, csv_of(resource, file)) for file in _files())


def _judged(home: Path, catalog: Catalog, size: int) -> tuple[list[Verdict], list[Any]]:
    layout = Layout(home)
    deliveries = _landed(layout, catalog)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        for first in range(0, len(deliveries), size):
            gate.judge(Bundle(deliveries[first : first + size]))
        kept = _kept(layout)
    stored = [replace(verdict, gx_result="") for verdict in verdicts(layout, FIRM)]
    return stored, [*kept, *rule_results(layout).sort_by(_OF_A_RESULT).to_pylist()]


_OF_A_RESULT = [("delivery", "ascending"), ("rule", "ascending")]


def _kept(layout: Layout) -> list[Any]:
    with open_workbench(layout.work) as con:
        query = f"FROM {scan_sql(layout.quarantine(FIRM))} ORDER BY delivery, row"
        return con.execute(query).fetchall()


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_bundle_is_judged_as_its_deliveries_are(tmp_path: Path, size: int) -> None:
    """Verdicts, counts of every rule, and the quarantined rows are the same."""
    catalog = catalog_of(person(), firm())
    assert _judged(tmp_path / "b", catalog, size) == _judged(tmp_path / "a", catalog, 1)


def test_what_landing_refused_is_rejected_together_as_it_is_alone(tmp_path: Path) -> None:
    """Every record is quarantined under its own delivery, whatever comes beside it."""
    catalog = catalog_of(person(), firm())

    def rejected(home: Path, size: int) -> tuple[Any, ...]:
        layout = Layout(home)
        texts = ["x,y\n1,2\n", "x,y\n3,4\n5,6\n", "x\n"]
        deliveries = [landed(layout, catalog, FIRM, text) for text in texts]
        assert {one.refusal for one in deliveries} == {"GATE-102"}
        with open_gate(layout, catalog, None, NIGHT) as gate:
            for first in range(0, len(deliveries), size):
                gate.judge(Bundle(tuple(deliveries[first : first + size])))
            kept = _kept(layout)
        return verdicts(layout, FIRM), kept

    together = rejected(tmp_path / "b", 3)
    assert together == rejected(tmp_path / "a", 1)
    assert [(v.kind.value, v.delivered, v.quarantined) for v in together[0]] == [
        ("rejected", 1, 1),
        ("rejected", 2, 2),
        ("rejected", 0, 0),
    ]


def test_a_bundle_in_which_a_rule_rejects_is_taken_apart(tmp_path: Path) -> None:
    """Only the delivery that the rule is about is rejected."""
    catalog = catalog_of(person(), firm(levels={"required": "reject"}))
    stored, kept = _judged(tmp_path / "b", catalog, 5)
    assert (stored, kept) == _judged(tmp_path / "a", catalog, 1)
    kinds = [verdict.kind.value for verdict in stored]
    assert kinds == ["passed", "passed", "rejected", "passed", "passed"]


@pytest.mark.parametrize(("level", "lowest"), [("warn", 2), ("reject", 1), ("reject", 2)])
def test_rules_about_the_number_of_records_are_asked_of_every_delivery(
    tmp_path: Path, level: str, lowest: int
) -> None:
    """Such a rule costs no bundle, and says of each delivery what it would say of it alone."""
    rules = [
        {"code": "rows", "expect": "table_row_count_to_be_between", "min_value": lowest},
        {"code": "exact", "expect": "expect_table_row_count_to_equal", "value": 2},
    ]
    common = {"dimension": "accuracy", "description": "规则"}
    levels = (level, "warn")
    quality = tuple(
        QualityRule.model_validate(common | rule | {"level": one})
        for rule, one in zip(rules, levels, strict=True)
    )
    catalog = catalog_of(person(), firm().model_copy(update={"quality": quality}))
    stored, kept = _judged(tmp_path / "b", catalog, 5)
    assert (stored, kept) == _judged(tmp_path / "a", catalog, 1)
    results = [results_of(Layout(tmp_path / "b"), FIRM, [one.delivery]) for one in stored]
    assert [len(found) > 0 for found in results] == [True, True, True, True, False]
    said = [{one.rule: one.passed for one in found} for found in results[:4]]
    assert [one["rows"] for one in said] == [True, True, lowest < 2, lowest < 2]
    assert [one["exact"] for one in said] == [True, True, False, False]


def test_judging_a_bundle_again_in_other_bounds_leaves_the_same_rows(tmp_path: Path) -> None:
    """An interrupted attempt over fewer deliveries is replaced, not added to."""
    catalog, layout = catalog_of(person(), firm()), Layout(tmp_path)
    deliveries = _landed(layout, catalog)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle(deliveries))
        before = _kept(layout)
        gate.judge(Bundle(deliveries[:3]))
        assert _kept(layout) == before


def test_rules_that_look_beyond_a_record_are_not_bundled() -> None:
    """A share of bad rows, values of the whole delivery, the resource itself: each alone."""
    counted = {"expect": "table_row_count_to_be_between", "min_value": 1}
    wide = {"expect": "column_max_to_be_between", "column": "name", "min_value": "a"}
    some = {"expect": "column_values_to_match_regex", "column": "name", "regex": ".", "mostly": 0.9}
    narrow = {key: value for key, value in some.items() if key != "mostly"}

    def allowed(*named: dict[str, Any]) -> bool:
        rules = [rule | {"code": "said", "level": "warn"} for rule in named]
        catalog = catalog_of(person(*rules))
        resource = catalog.resource(PERSON)
        return may_bundle(resource, rules_for(catalog, resource))

    assert allowed()
    assert allowed(narrow)
    assert allowed(counted)
    assert not allowed(some)
    assert not allowed(wide)
