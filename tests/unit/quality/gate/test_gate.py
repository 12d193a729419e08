"""From a landed delivery to its verdict, with the real lake and the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Item
from quality.gate.gate import open_gate
from register.bundles import Bundle
from register.records import Delivery, Verdict, VerdictKind
from register.rule_results import results_of, rule_results
from register.verdicts import verdicts
from storage.delta.tables import exists, scan_sql
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import FIRM, NIGHT, PERSON
from tests.city.deliveries import landed
from tests.city.records import csv_of, good_people, person_id
from tests.city.resources import catalog_of, firm, person, resource
from tests.city.tables import fill_regions

Record = Mapping[str, str | None]

PLANTED: list[tuple[Record, set[str]]] = [
    ({}, set()),
    ({"name": None}, {"name:required"}),
    ({"name": "无"}, {"name:required"}),
    ({"name": "张"}, {"name:length"}),
    ({"name": "欧阳夏侯张三"}, {"name:length"}),
    ({"sex": "3"}, {"sex:code_list"}),
    ({"sex": None, "birth_date": None, "income": None, "residence": None, "employer": None}, set()),
    ({"birth_date": "1949-13-01"}, {"birth_date:castable"}),
    ({"birth_date": "1899-12-31"}, {"birth_date:date_window"}),
    ({"birth_date": "2026-03-03"}, set()),
    ({"birth_date": "2026-03-04"}, {"birth_date:date_window"}),
    ({"seen_at": "2026-03-04 00:00:00"}, {"seen_at:date_window"}),
    ({"seen_at": "2026-03-03"}, {"seen_at:castable"}),
    ({"income": "0.09"}, {"income:range"}),
    ({"income": "1000.00"}, set()),
    ({"income": "1000.01"}, {"income:range"}),
    ({"income": "一百"}, {"income:castable"}),
    ({"children": "10"}, {"children:range"}),
    ({"children": "-10"}, set()),
    ({"children": "1.5"}, {"children:castable"}),
    ({"residence": "350503"}, {"residence:reference"}),
    ({"residence": "35"}, {"residence:pattern", "residence:reference"}),
    ({"residence": "350502\n"}, {"residence:pattern", "residence:reference"}),
    ({"employer": "91350100M000100Y44"}, {"employer:credit_code"}),
    ({"resident_id": "350502198001019998"}, {"resident_id:resident_id"}),
    ({"resident_id": None}, {"resident_id:required"}),
    ({"resident_id": None, "name": "张"}, {"resident_id:required", "name:length"}),
    ({"resident_id": person_id(900)}, {"key:unique"}),
    ({"resident_id": person_id(900), "sex": "0"}, {"key:unique", "sex:code_list"}),
]


def judged(
    layout: Layout, catalog: Catalog, ref: str, text: str
) -> tuple[Verdict, dict[int, set[str]]]:
    """Land and judge one file; return the verdict and, per quarantined row, its rules."""
    delivery = landed(layout, catalog, ref, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
        kept = quarantined(layout, delivery) if exists(layout.quarantine(ref)) else []
        judged = gate.judged(Bundle((delivery,)))
        assert len(numbers(judged.accepted)) == verdict.accepted
        assert len(numbers(judged.quarantined)) == verdict.quarantined
    return verdict, {row["row"]: set(row["rules"]) for row in kept}


def quarantined(layout: Layout, delivery: Delivery) -> list[dict[str, Any]]:
    """Return the quarantine's rows of one delivery, in order."""
    kept = scan_sql(layout.quarantine(delivery.resource))
    with open_workbench(layout.work) as con:
        rows = con.execute(
            f"FROM {kept} WHERE delivery = ? ORDER BY row", [delivery.delivery]
        ).to_arrow_table()
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def numbers(records: Relation) -> list[int]:
    """Return the numbers of some records, in order."""
    query = f"SELECT _row FROM {records.sql} ORDER BY 1"
    return [row for (row,) in records.con.execute(query).fetchall()]


def text_of(catalog: Catalog, ref: str, records: Sequence[Record]) -> str:
    """Return a file of these records."""
    return csv_of(catalog.resource(ref), records)


def test_every_kind_of_rule_catches_exactly_the_rows_planted_for_it(layout: Layout) -> None:
    """A row is quarantined under every rule it fails and under no other."""
    catalog = catalog_of(person())
    fill_regions(layout, catalog, "350501", "350502")
    text = text_of(catalog, PERSON, good_people(*(change for change, _ in PLANTED)))
    verdict, found = judged(layout, catalog, PERSON, text)
    wanted = {row: rules for row, (_, rules) in enumerate(PLANTED, start=1) if rules}
    assert found == wanted
    assert verdict.kind is VerdictKind.PASSED
    assert verdict.accepted == len(PLANTED) - len(wanted)
    results = results_of(layout, PERSON, [verdict.delivery])
    counts = {one.rule: one.failing for one in results if one.failing}
    assert counts == {
        code: sum(code in rules for rules in wanted.values())
        for code in set().union(*wanted.values())
    }
    assert set(verdict.reasons) == counts.keys()


def test_a_record_that_cannot_be_split_fails_that_rule_alone(layout: Layout) -> None:
    """A defective record is kept with its raw text and judged by nothing else."""
    catalog = catalog_of(
        person({"code": "null", "expect": "column_values_to_not_be_null", "column": "sex"})
    )
    fill_regions(layout, catalog, "350502")
    delivery = landed(
        layout,
        catalog,
        PERSON,
        text_of(catalog, PERSON, good_people({})) + "乱,码\n",
    )
    with open_gate(layout, catalog, None, NIGHT) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
        (row,) = quarantined(layout, delivery)
    assert row["rules"] == ["record:field_count"]
    assert (row["row"], row["raw"], row["key_known"]) == (2, "乱,码", False)
    assert (verdict.delivered, verdict.accepted, verdict.quarantined) == (2, 1, 1)
    told = {one.rule: one for one in results_of(layout, PERSON, [delivery.delivery])}
    assert (told["record:field_count"].judged, told["record:field_count"].failing) == (2, 1)


def test_a_quarantined_row_carries_its_record_as_delivered_and_its_key(layout: Layout) -> None:
    """What the department needs for a correction is all there, before null markers."""
    catalog = catalog_of(person())
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({"sex": "9", "employer": "无"}))
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))
        (row,) = quarantined(layout, delivery)
    raw = json.loads(row["raw"])
    assert (raw["sex"], raw["employer"]) == ("9", "无")
    assert (row["key_known"], row["key__resident_id"]) == (True, person_id(0))
    assert row["file"] == delivery.files[0]


def test_of_a_delete_operation_only_the_key_is_judged(layout: Layout) -> None:
    """A department need not repeat what it withdraws, only say which row and in which order."""
    catalog = catalog_of(firm())
    good, bad = "91350100M000100Y43", "91350100M000100Y44"
    rows: list[Record] = [
        {"_op": "I", "_seq": "1", "uscc": good, "firm_name": "甲", "capital": "1"},
        {"_op": "D", "_seq": "2", "uscc": good},
        {"_op": "D", "_seq": "3", "uscc": good, "firm_name": "名字实在太长了", "capital": "x"},
        {"_op": "D", "_seq": "4", "uscc": bad},
        {"_op": "D", "_seq": "5"},
        {"_op": "U", "_seq": "6", "uscc": good, "firm_name": "名字实在太长了", "capital": "-1"},
        {"_op": "U", "_seq": "7", "uscc": good},
        {"_op": "X", "_seq": "8", "uscc": good, "firm_name": "甲"},
        {"_op": "", "_seq": "9", "uscc": good, "firm_name": "甲"},
        {"_op": "I", "_seq": "十", "uscc": good, "firm_name": "甲"},
        {"_op": "I", "_seq": "", "uscc": good, "firm_name": "甲"},
        {"_op": "U", "_seq": "12", "uscc": good, "firm_name": "甲"},
        {"_op": "D", "_seq": "12", "uscc": good},
    ]
    _, found = judged(layout, catalog, FIRM, text_of(catalog, FIRM, rows))
    assert found == {
        4: {"uscc:credit_code"},
        5: {"uscc:required"},
        6: {"firm_name:length", "capital:range"},
        7: {"firm_name:required"},
        8: {"operation:code_list"},
        9: {"operation:code_list"},
        10: {"sequence:castable"},
        11: {"sequence:castable"},
        12: {"key:unique"},
        13: {"key:unique"},
    }


def test_a_delivery_without_a_failing_row_writes_nothing_to_quarantine(layout: Layout) -> None:
    """Clean resources have no quarantine table at all."""
    catalog = catalog_of(person())
    fill_regions(layout, catalog, "350502")
    verdict, _ = judged(layout, catalog, PERSON, text_of(catalog, PERSON, good_people({}, {})))
    assert (verdict.accepted, verdict.quarantined, verdict.reasons) == (2, 0, ())
    assert not exists(layout.quarantine(PERSON))


def test_an_upsert_without_records_passes(layout: Layout) -> None:
    """Nothing to judge is nothing wrong."""
    made = firm()
    catalog = catalog_of(made)
    verdict, _ = judged(layout, catalog, made.ref, text_of(catalog, made.ref, []))
    assert verdict.kind is VerdictKind.PASSED
    assert verdict.delivered == 0


def test_a_rule_at_level_reject_keeps_the_whole_delivery_back(layout: Layout) -> None:
    """Every row carries the rejecting code, and a bad row its own as well."""
    catalog = catalog_of(person(levels={"required": "reject"}))
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({}, {"name": None}, {"sex": "7"}))
    verdict, found = judged(layout, catalog, PERSON, text)
    assert verdict.kind is VerdictKind.REJECTED
    assert (verdict.accepted, verdict.quarantined) == (0, 3)
    assert verdict.reasons == ("name:required", "sex:code_list")
    assert found == {
        1: {"name:required"},
        2: {"name:required"},
        3: {"name:required", "sex:code_list"},
    }


def test_a_rule_at_level_warn_is_recorded_and_keeps_nothing_back(layout: Layout) -> None:
    """A warning is among the rule results and not among the verdict's reasons."""
    catalog = catalog_of(person(levels={"length": "warn"}))
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({"name": "张"}))
    verdict, found = judged(layout, catalog, PERSON, text)
    results = results_of(layout, PERSON, [verdict.delivery])
    (rule,) = (one for one in results if one.rule == "name:length")
    assert (rule.passed, rule.failing, rule.judged, rule.level) == (False, 1, 1, "warn")
    assert (found, verdict.reasons, verdict.accepted) == ({}, (), 1)


def test_a_refused_delivery_is_rejected_with_its_rows_and_without_the_engine(
    layout: Layout,
) -> None:
    """A file that lacks a declared column is quarantined whole, under landing's own code."""
    catalog = catalog_of(person())
    text = text_of(catalog, PERSON, good_people({}, {})).replace("sex", "gender", 1)
    verdict, found = judged(layout, catalog, PERSON, text)
    assert verdict.kind is VerdictKind.REJECTED
    assert (verdict.reasons, rule_results(layout).num_rows) == (("GATE-102",), 0)
    assert found == {1: {"GATE-102"}, 2: {"GATE-102"}}
    assert verdict.delivered == verdict.quarantined == 2


def test_an_unreadable_delivery_is_rejected_without_rows(layout: Layout) -> None:
    """There is nothing to quarantine of what nobody can read."""
    catalog = catalog_of(person())
    verdict, found = judged(layout, catalog, PERSON, "")
    assert verdict.kind is VerdictKind.REJECTED
    assert (verdict.delivered, verdict.quarantined, found) == (0, 0, {})


def test_judging_again_after_an_interruption_leaves_the_same_facts(layout: Layout) -> None:
    """One verdict, and the quarantine's rows once."""
    catalog = catalog_of(person())
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({}, {"sex": "7"}, {"sex": "8"}))
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        (first,) = gate.judge(Bundle((delivery,)))
        before = quarantined(layout, delivery)
        (second,) = gate.judge(Bundle((delivery,)))
        assert quarantined(layout, delivery) == before
    assert first == second
    (stored,) = verdicts(layout, PERSON)
    assert stored.quarantined == len(before) == 2


def test_an_interrupted_attempt_under_older_rules_leaves_no_row_behind(layout: Layout) -> None:
    """What the rules in force find replaces what an earlier attempt had quarantined."""
    strict, lax = catalog_of(person()), catalog_of(person(levels={"length": "warn"}))
    fill_regions(layout, strict, "350502")
    text = text_of(strict, PERSON, good_people({"name": "张"}))
    delivery = landed(layout, strict, PERSON, text)
    with open_gate(layout, strict, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))
        assert len(quarantined(layout, delivery)) == 1
    with open_gate(layout, lax, None, NIGHT) as gate:
        assert gate.judge(Bundle((delivery,)))[0].quarantined == 0
        assert quarantined(layout, delivery) == []


def test_one_gate_judges_deliveries_of_several_resources_one_after_another(
    layout: Layout,
) -> None:
    """Nothing of one delivery shows in the verdict of the next."""
    catalog = catalog_of(person(), firm())
    fill_regions(layout, catalog, "350502")
    good = {"_op": "I", "_seq": "1", "uscc": "91350100M000100Y43", "firm_name": "甲"}
    texts: dict[str, list[list[Any]]] = {
        PERSON: [good_people({}, {"sex": "7"}), good_people({}, {}, {})],
        FIRM: [[good], [good | {"firm_name": None}]],
    }
    with open_gate(layout, catalog, None, NIGHT) as gate:
        for turn in (0, 1):
            for ref, files in texts.items():
                text = text_of(catalog, ref, files[turn])
                (verdict,) = gate.judge(Bundle((landed(layout, catalog, ref, text),)))
                expected = {(PERSON, 0): 1, (FIRM, 1): 1}.get((ref, turn), 0)
                assert verdict.quarantined == expected


def test_a_judged_delivery_is_parted_again_without_judging(layout: Layout) -> None:
    """A replay finds the same rows accepted and quarantined."""
    catalog = catalog_of(person())
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({}, {"sex": "7"}, {}))
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        judged = gate.judged(Bundle((delivery,)))
        assert numbers(judged.accepted) == [1, 3]
        assert numbers(judged.quarantined) == [2]
        assert judged.kept == 1


def test_a_large_part_quarantined_is_written_in_several_commits(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory stays bounded, and judging again replaces all of them."""
    monkeypatch.setattr("quality.quarantine.table.BATCH", 2048)
    catalog = catalog_of(person(levels={"required": "reject"}))
    fill_regions(layout, catalog, "350502")
    text = text_of(catalog, PERSON, good_people({"name": None}) * 5000)
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        for _ in range(2):
            assert gate.judge(Bundle((delivery,)))[0].quarantined == 5000
            rows = quarantined(layout, delivery)
            assert [row["row"] for row in rows] == list(range(1, 5001))


def test_landed_files_that_disagree_with_their_receipt_stop_the_gate(layout: Layout) -> None:
    """A delivery with fewer rows than its receipt counts is nobody's verdict."""
    catalog = catalog_of(person())
    text = text_of(catalog, PERSON, good_people({}))
    delivery = replace(landed(layout, catalog, PERSON, text), rows=2)
    with (
        open_gate(layout, catalog, None, NIGHT) as gate,
        pytest.raises(CheckError, match="receipts count 2"),
    ):
        gate.judge(Bundle((delivery,)))
    assert verdicts(layout) == ()


@pytest.mark.parametrize("element", ["residence", "division_name"])
def test_a_resource_may_reference_itself(layout: Layout, element: str) -> None:
    """A parent that comes with the same delivery exists; one that nobody delivered does not."""
    items = [
        Item(code="code", element="division_code", required=True),
        Item(code="parent", element=element, references="data_office/group.code"),
    ]
    made = resource("data_office/group", "snapshot", ["code"], items)
    catalog = catalog_of(made)
    rows = [
        {"code": "350500"},
        {"code": "350502", "parent": "350500"},
        {"code": "350503", "parent": "350600"},
    ]
    _, found = judged(layout, catalog, made.ref, text_of(catalog, made.ref, rows))
    assert found == {3: {"parent:reference"}}


def test_the_stored_result_holds_counts_and_no_value(layout: Layout) -> None:
    """Great Expectations' JSON names rules and numbers; a bad cell never gets into it."""
    canary = "金丝雀"
    named: list[dict[str, Any]] = [
        {"code": "most", "expect": "column_value_lengths_to_equal", "column": "name", "value": 2},
        {
            "code": "top",
            "expect": "column_max_to_be_between",
            "column": "children",
            "max_value": 9,
            "level": "warn",
        },
        {
            "code": "set",
            "expect": "column_distinct_values_to_be_in_set",
            "column": "employer",
            "value_set": ["0"],
            "level": "warn",
        },
    ]
    catalog = catalog_of(person(*named))
    fill_regions(layout, catalog, "350502")
    bad = {"name": canary, "sex": canary, "employer": canary, "residence": canary, "income": canary}
    bad["children"] = "424242"
    text = text_of(catalog, PERSON, good_people({}, bad, bad))
    verdict, _ = judged(layout, catalog, PERSON, text)
    result = json.loads(verdict.gx_result)
    results = results_of(layout, PERSON, [verdict.delivery])
    assert canary not in repr(results)
    assert canary not in verdict.gx_result
    assert "424242" not in verdict.gx_result
    assert person_id(0) not in verdict.gx_result
    assert result["statistics"]["evaluated_expectations"] == len(results)
    counts = {
        one["expectation_config"]["meta"]["rule"]: one["result"].get("unexpected_count")
        for one in result["results"]
    }
    assert counts["sex:code_list"] == counts["most"] == 2
    assert counts["top"] is None
    assert {one.rule for one in results if not one.passed} >= {"top", "set", "most"}


def test_great_expectations_is_loaded_only_when_there_is_something_to_judge() -> None:
    """Importing the gate, and opening one, costs nothing."""
    code = (
        "import sys; from quality.gate.gate import open_gate; import quality.rules.rule; "
        "sys.exit('great_expectations' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return one home for many small deliveries."""
    return Layout(tmp_path_factory.mktemp("home"))


CELL = st.sampled_from([None, "", "无", "1", "2", "x", "张三", "350502", "1949-12-31", "0.5"])


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(
        st.fixed_dictionaries(dict.fromkeys(("resident_id", "name", "sex", "birth_date"), CELL))
    )
)
def test_rows_are_conserved_whatever_is_delivered(
    shared: Layout, rows: list[dict[str, str | None]]
) -> None:
    """Delivered = accepted + quarantined, and every quarantined row says why."""
    catalog = catalog_of(person())
    unique = str(len(list(shared.landing(PERSON).glob("*"))))
    text = text_of(catalog, PERSON, [*rows, {"name": unique}])
    delivery = landed(shared, catalog, PERSON, text)
    with open_gate(shared, catalog, None, NIGHT) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
        kept = quarantined(shared, delivery)
        accepted = numbers(gate.judged(Bundle((delivery,))).accepted)
    assert verdict.delivered == len(rows) + 1 == verdict.accepted + verdict.quarantined
    assert len(accepted) == verdict.accepted
    assert sorted([*accepted, *(row["row"] for row in kept)]) == list(range(1, len(rows) + 2))
    assert all(row["rules"] for row in kept)
