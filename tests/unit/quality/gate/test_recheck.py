"""Which rules are asked of stored rows, and that they are asked as the gate asks them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import CheckError, UnsayableError
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Engine
from quality.gate.recheck import not_asked, open_rechecker, rules_of_stored
from quality.rules.derivation import rules_for
from storage.delta.tables import snapshot
from storage.engines.spark.address import Address
from storage.engines.spark.elsewhere import Elsewhere
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.city import PERMIT, PERSON, REGION, VISIT
from tests.city.declared import compiled
from tests.city.one_feed import REF
from tests.city.resources import catalog_of, person
from tests.city.tables import fill, fill_regions, persons
from tests.city.taps import Taps
from tests.harness.sail import sail

DAY = date(2026, 3, 2)


def test_rules_that_need_the_text_of_a_feed_are_not_claimed() -> None:
    """Nor those about items that are not stored, or about a delivery as a whole."""
    catalog = compiled()
    left_out: dict[str, set[str]] = {}
    for ref in (PERSON, VISIT, PERMIT):
        resource = catalog.resource(ref)
        asked = {one.code for one in rules_of_stored(catalog, resource)}
        known = {one.code: one.kind for one in rules_for(catalog, resource)}
        assert asked <= known.keys()
        left_out[ref] = known.keys() - asked
        textual = {RuleKind.RECORD, RuleKind.OPERATION, RuleKind.SEQUENCE, RuleKind.CASTABLE}
        assert not {known[code] for code in asked} & textual
    assert "key:unique" in left_out[PERMIT]
    assert "key:unique" not in left_out[PERSON]
    assert not [code for code in left_out[PERSON] if code.endswith(":required")]


def test_rules_about_the_size_or_the_columns_of_a_delivery_are_not_claimed() -> None:
    """A rule about the figures of a stored column is."""
    common = {"dimension": "accuracy", "description": "规则", "level": "warn"}
    named = person(
        common | {"code": "rows", "expect": "table_row_count_to_be_between", "min_value": 1},
        common | {"code": "there", "expect": "column_to_exist", "column": "name"},
        common | {"code": "top", "expect": "column_max_to_be_between", "column": "income",
                  "max_value": 9},
    )  # fmt: skip
    asked = {one.code for one in rules_of_stored(catalog_of(named), named)}
    assert asked & {"rows", "there", "top"} == {"top"}


def test_declared_rules_that_are_not_asked_say_why() -> None:
    """Each of them; what follows from a feed is not listed."""
    common = {"dimension": "accuracy", "description": "规则", "level": "warn"}
    named = person(
        common | {"code": "rows", "expect": "table_row_count_to_be_between", "min_value": 1},
        common | {"code": "top", "expect": "column_max_to_be_between", "column": "income",
                  "max_value": 9},
        common | {"code": "steady", "drift": {"figure": "row_count", "deliveries": 2,
                                              "within": 20}},
    )  # fmt: skip
    told = {one.rule: one.why_en for one in not_asked(catalog_of(named), named)}
    assert told == {
        "rows": "it is about what is not stored",
        "steady": "it is about one delivery, and stored rows are of many",
    }


@pytest.mark.parametrize("chosen", [2, 40])
def test_stored_rows_are_counted_and_left_alone(tmp_path: Path, chosen: int) -> None:
    """Every row is looked at once; nulls only by the rules that look at them."""
    layout, catalog = Layout(tmp_path), compiled()
    rows = [
        one | {"name": None if n == 1 else one["name"]} for n, one in enumerate(persons(chosen))
    ]
    fill(layout, catalog, PERSON, rows)
    table = snapshot(layout.authoritative(PERSON))
    assert table

    with open_rechecker(layout, catalog, Limits("256MB", 2)) as rechecker:
        found = rechecker.found(catalog.resource(PERSON), table, DAY)
        again = rechecker.found(catalog.resource(PERSON), table, DAY)

    by_rule = {one.asked.rule: one for one in found}
    assert again == found
    assert (by_rule["name:required"].judged, by_rule["name:required"].failing) == ((chosen,), (1,))
    assert by_rule["name:length"].judged == (chosen - 1,)
    after = snapshot(layout.authoritative(PERSON))
    assert after
    assert after.version == table.version


def test_a_rule_that_cannot_be_evaluated_is_named_and_no_value_is(tmp_path: Path) -> None:
    """The text of the engine's error would quote one."""
    canary = "秘密甲"
    common = {"level": "warn", "dimension": "accuracy", "description": "规则"}
    named = {"expect": "column_values_to_match_regex", "column": "name", "regex": "("}
    made = person(common | named | {"code": "odd"})
    layout, catalog = Layout(tmp_path), catalog_of(made)
    fill(layout, catalog, PERSON, [one | {"name": canary} for one in persons(3)])
    table = snapshot(layout.authoritative(PERSON))
    assert table

    with (
        open_rechecker(layout, catalog, Limits("256MB", 2)) as rechecker,
        pytest.raises(CheckError, match="odd") as told,
    ):
        rechecker.found(made, table, DAY)
    assert canary not in str(told.value)


def test_a_rule_that_raises_on_the_second_engine_is_named(tmp_path: Path) -> None:
    """As it is here: whoever looks after the engine could do nothing about it."""
    pytest.importorskip("pysail")
    named = {"code": "sum", "expect": "multicolumn_sum_to_equal", "sum_total": 3}
    common = {"level": "warn", "dimension": "accuracy", "description": "规则"}
    here = person(common | named | {"column_list": ["children", "children"]})
    there = here.model_copy(update={"engine": Engine.SPARK})
    layout, catalog = Layout(tmp_path), catalog_of(here)
    fill(layout, catalog, PERSON, [one | {"children": 2**63 - 1} for one in persons(3)])
    table = snapshot(layout.authoritative(PERSON))
    assert table
    told = []
    for made, spark in ((here, None), (there, sail())):
        with (
            open_rechecker(layout, catalog_of(made), None, spark) as rechecker,
            pytest.raises(CheckError) as raised,
        ):
            rechecker.found(made, table, DAY)
        told.append(str(raised.value))
    assert told[1] == told[0]
    assert ": sum ·" in told[0]


RULES = (
    {"code": "born", "expect": "column_values_to_be_between", "column": "birth_date"}
    | {"max_value": "1980-01-01"},
    {"code": "alone", "expect": "column_values_to_be_unique", "column": "name"},
    {"code": "mean", "expect": "column_mean_to_be_between", "column": "income", "max_value": 1}
    | {"level": "warn"},
    {"code": "own", "sql": "SELECT _row FROM feed WHERE income < 0"},
    {"code": "together"} | {"exists_in": {"resource": REGION, "items": {"residence": "code"}}},
)


@pytest.mark.parametrize(
    ("engine", "least", "asked"), [("spark", 10**9, 3), ("auto", 40, 3), ("auto", 41, 0)]
)
def test_the_second_engine_finds_in_stored_rows_what_is_found_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, least: int, asked: int
) -> None:
    """Judged and failing records of every rule, with those that look beyond one record."""
    pytest.importorskip("pysail")
    queries: list[str] = []
    answered = Elsewhere.answered

    def told(elsewhere: Elsewhere, query: str, *more: Any) -> Any:
        made = answered(elsewhere, query, *more)
        queries.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answered", told)
    here = person(*({"dimension": "accuracy", "description": "规则"} | one for one in RULES))
    there = here.model_copy(update={"engine": Engine(engine)})
    layout = Layout(tmp_path)
    rows = [
        one | {"residence": "999999" if n % 7 else None, "sex": "9" if n % 5 else "1"}
        for n, one in enumerate(persons(40))
    ]
    fill(layout, catalog_of(here), PERSON, rows)
    fill_regions(layout, catalog_of(here), "350502", "350503")
    table = snapshot(layout.authoritative(PERSON))
    assert table
    found = []
    for made, spark in ((here, None), (there, Address(sail().url, rows=least))):
        with open_rechecker(layout, catalog_of(made), None, spark) as rechecker:
            found.append(rechecker.found(made, table, DAY))
    assert found[1] == found[0]
    assert {"residence:reference", "sex:code_list", "born"} <= {
        one.asked.rule for one in found[0] if one.failing != (0,)
    }
    assert len(queries) == asked


@pytest.mark.parametrize("grain", ["day", "month", "year"])
def test_partitions_are_rechecked_the_same_on_the_second_engine(
    grain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn taps of a hundred years: counts of each partition, whichever engine worked them out.

    The whole table, and one partition alone.
    """
    pytest.importorskip("pysail")
    queries: list[str] = []
    answered = Elsewhere.answered

    def told(elsewhere: Elsewhere, query: str, *more: Any) -> Any:
        made = answered(elsewhere, query, *more)
        queries.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answered", told)
    draw = random.Random(grain)
    days = [date(1999, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 1)]
    days += [date(2000, 1, 1) + timedelta(draw.randrange(36_500)) for _ in range(12)]
    taps = Taps(tmp_path, "upsert", {"by": grain, "of": "tapped_on"})
    taps.take(*(f"{n},{draw.choice(days)},{'站' * draw.randint(1, 9)}" for n in range(80)))
    taps.catalogue = taps.declare({"by": grain, "of": "tapped_on"}, longest=4)
    city, whole = taps.city, taps.found
    here = city.catalog.resource(REF)
    there = here.model_copy(update={"engine": Engine.SPARK})
    one = whole.within([draw.choice([name for name in whole.partitions() if name])])
    for table in (whole, one):
        found = []
        for made, spark in ((here, None), (there, sail())):
            with open_rechecker(city.layout, city.catalog, None, spark) as rechecker:
                found.append(rechecker.found(made, table, DAY))
        assert found[1] == found[0]
        [failing] = [one for one in found[0] if one.asked.rule == "stop:length"]
        assert sum((failing.partitions or {}).values()) == failing.failing[0]
    assert len(failing.partitions or {}) <= 1
    assert len(queries) == 4, "the records, and doubles of their key, of each"


def test_a_recheck_that_cannot_be_said_is_refused(tmp_path: Path) -> None:
    """Before anything is begun, and before anybody is asked whether the engine is there."""
    blunt = {"code": "blunt", "expect": "column_values_to_match_regex", "column": "name"}
    common = {"dimension": "accuracy", "description": "规则", "regex": "(?i)a"}
    made = person(common | blunt).model_copy(update={"engine": Engine.SPARK})
    layout, catalog = Layout(tmp_path), catalog_of(made)
    fill(layout, catalog, PERSON, persons(3))
    table = snapshot(layout.authoritative(PERSON))
    assert table
    with (
        open_rechecker(layout, catalog, None, Address("sc://127.0.0.1:1")) as rechecker,
        pytest.raises(UnsayableError, match="a group with flags"),
    ):
        rechecker.found(made, table, DAY)
