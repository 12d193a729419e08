"""Deliveries typed and judged behind Spark Connect: what becomes of them is what DuckDB makes."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import (
    CheckError,
    SecondEngineError,
    SecondEngineFailedError,
    SettingsError,
    UnsayableError,
)
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import Engine
from quality.gate.gate import open_gate
from quality.gate.second_engine import SecondEngine, rules_here
from register.bundles import Bundle
from register.rule_results import results_of
from storage.delta.tables import exists, scan_sql
from storage.engines.connection import in_memory
from storage.engines.spark.address import Address
from storage.engines.spark.elsewhere import Elsewhere
from storage.engines.spark.session import Job, Session
from storage.layout import Layout
from storage.sql import identifiers
from tests.city import FIRM, NIGHT, PERSON
from tests.city.deliveries import landed
from tests.city.records import csv_of, good_people, person_id
from tests.city.resources import catalog_of, fed, firm, person
from tests.city.tables import fill_regions
from tests.harness.sail import sail

pytest.importorskip("pysail")
RULES = (
    {"code": "pair", "expect": "column_pair_values_a_to_be_greater_than_b"}
    | {"column_A": "seen_at", "column_B": "birth_date"},
    {"code": "span", "expect": "column_values_to_be_between", "column": "income"}
    | {"min_value": 0, "max_value": 900},
    {"code": "born", "expect": "column_values_to_be_between", "column": "birth_date"}
    | {"min_value": "1940-01-01", "max_value": "2020-01-01"},
    {"code": "words", "expect": "column_values_to_be_in_set", "column": "sex"}
    | {"value_set": ["1", "2"], "where": [{"item": "name", "op": "starts_with", "value": "张"}]},
    {
        "code": "together",
        "exists_in": {"resource": "civil_affairs/region", "items": {"residence": "code"}},
    },
    {"code": "total", "expect": "multicolumn_sum_to_equal"}
    | {"column_list": ["children", "income"], "sum_total": -9.9}
    | {"where": [{"item": "children", "op": "lt", "value": 0}]},
    {"code": "own", "sql": "SELECT _row FROM feed WHERE children < -5"},
)
TEXTS: Mapping[str, tuple[str | None, ...]] = {
    "name": (
        "张三",
        "张",
        "欧阳夏侯张三",
        None,
        "",
        "无",
        "张三 ",
        "a\x00b",
        "3.50502E+17",
        "𠮷田",
    ),
    "birth_date": (
        "1949-12-31",
        "1990-02-30",
        "0000-01-01",
        "0001-01-01",
        "2999-12-31",
        "1990-1-1",
        None,
    ),
    "income": ("0.10", "1000.00", "1000.01", "-0.5", ".5", "1e3", "９", "一百", None, "1.234"),
    "seen_at": (
        "2024-01-01 00:00:00",
        "2026-03-04 00:00:00",
        "2024-01-01",
        "0000-01-01 00:00:00",
        None,
    ),
    "resident": ("1", "0", "true", "是", "", None),
    "sex": ("1", "2", "3", "1 ", None),
    "residence": ("350502", "350501", "350503", "35", "350502\n", "３５０５０２", None),
    "employer": ("91350100M000100Y43", "91350100M000100Y44", "91350100m000100y43", None),
    "children": ("9", "10", "-10", "1.5", "+5", "9223372036854775808", "", None),
}
IDS = (None, "350502198001019998", "35050219900101001x", "350502000002290010", "无", "x")


def invented(count: int) -> list[dict[str, str | None]]:
    """Return records of which most have something against them."""
    draw, made = random.Random(11), []
    for number in range(count):
        good, *_ = good_people({"resident_id": person_id(number % (count - 40))})
        spoilt = draw.sample([*TEXTS], draw.choice((0, 1, 1, 2, 9)))
        changes = {one: draw.choice(TEXTS[one]) for one in spoilt}
        if draw.random() < 0.1:
            changes["resident_id"] = draw.choice(IDS)
        made.append({**good, **changes})
    return made


def moved(one: Resource, engine: Engine = Engine.SPARK) -> Resource:
    """Return a resource that chooses its engine."""
    return one.model_copy(update={"engine": engine})


def judged(
    home: Path, catalog: Catalog, text: str, spark: Address | None = None, ref: str = PERSON
) -> dict[str, Any]:
    """Land and judge a file in a home of its own; return all that became of it."""
    layout = Layout(home)
    fill_regions(layout, catalog, "350501", "350502")
    delivery = landed(layout, catalog, ref, text)
    with open_gate(layout, catalog, None, NIGHT, spark) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
        accepted = gate.judged(Bundle((delivery,))).accepted
        items = identifiers(["_row", *(one.code for one in catalog.resource(ref).items)])
        rows = accepted.con.execute(f"SELECT {items} FROM {accepted.sql} ORDER BY 1").fetchall()
    kept: list[Any] = []
    if exists(layout.quarantine(ref)):
        kept = (
            in_memory().execute(f"FROM {scan_sql(layout.quarantine(ref))} ORDER BY row").fetchall()
        )
    return {
        "verdict": replace(verdict, catalog_digest=""),
        "rules": results_of(layout, ref, [delivery.delivery]),
        "accepted": rows,
        "quarantined": kept,
    }


def test_a_delivery_ends_as_it_does_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdict, counts of every rule, accepted values and quarantined rows are equal, row by row.

    Doubles of the key are found there too.
    """
    asked: list[str] = []
    answer = Elsewhere.answer

    def told(elsewhere: Elsewhere, query: str, where: str, rows: int | None = None) -> str:
        made = answer(elsewhere, query, where, rows)
        asked.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answer", told)
    records = invented(600)
    here, there = catalog_of(person(*RULES)), catalog_of(moved(person(*RULES)))
    text = csv_of(here.resource(PERSON), records)
    one = judged(tmp_path / "here", here, text)
    other = judged(tmp_path / "there", there, text, sail())
    assert other == one
    assert 100 < one["verdict"].accepted < 500
    assert {"pair", "span", "born", "words", "together", "total", "own", "key:unique"} <= {
        *one["verdict"].reasons
    }
    assert sum("HAVING count(*) > 1" in query for query in asked) == 1


def test_declared_steps_write_there_what_they_write_here(tmp_path: Path) -> None:
    """Spaces, widths, dates, moments, amounts, truth words and names of codes, sound or not."""
    draw, records = random.Random(5), []
    for number in range(200):
        good, *_ = good_people({"resident_id": person_id(number)})
        spoilt = draw.sample([*WRITTEN], draw.choice((0, 1, 1, 2, 6)))
        records.append({**good, **{one: draw.choice(WRITTEN[one]) for one in spoilt}})
    here, there = catalog_of(fed(person(), **STEPS)), catalog_of(moved(fed(person(), **STEPS)))
    text = csv_of(here.resource(PERSON), records)
    one = judged(tmp_path / "here", here, text)
    assert judged(tmp_path / "there", there, text, sail()) == one
    assert 20 < one["verdict"].accepted < 190


def test_a_change_feed_ends_as_it_does_here(tmp_path: Path) -> None:
    """Operations in their own words, sequences, deletions that hold their key alone."""
    draw, records = random.Random(3), []
    for number in range(80):
        code = draw.choice(("91350100M000100Y43", "91350100M000100Y44", None, "x"))
        name = draw.choice(("某公司", "某", None, "Ａ公司"))
        operation, place = (
            draw.choice(("I", "U", "D", "x", None)),
            draw.choice((str(number), "", "1.5")),
        )
        records.append({"uscc": code, "firm_name": name, "_op": operation, "_seq": place})
    here, there = catalog_of(firm()), catalog_of(moved(firm()))
    text = csv_of(here.resource(FIRM), records)
    one = judged(tmp_path / "here", here, text, ref=FIRM)
    assert judged(tmp_path / "there", there, text, sail(), FIRM) == one
    assert {"operation:code_list", "sequence:castable"} <= {*one["verdict"].reasons}


def test_what_was_landed_as_text_and_in_parts_goes_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is read as it lies is brought there as Parquet, and ends the same."""
    monkeypatch.setattr("landing.landing.IN_PLACE", 0)
    text = csv_of(person(), good_people(*({"sex": one} for one in "1293")))
    one = judged(tmp_path / "here", catalog_of(person()), text)
    assert judged(tmp_path / "there", catalog_of(moved(person())), text, sail()) == one
    assert not [*tmp_path.rglob("rows.parquet")], "nothing was landed as Parquet"


def taken(folder: Path, engine: Engine, address: Address | None, rows: int) -> bool:
    """Say whether a bundle of so many records goes there."""
    return SecondEngine(in_memory(), folder, catalog_of(), address).takes(
        moved(person(), engine), rows
    )


def test_a_resource_chooses_or_its_size_does(tmp_path: Path) -> None:
    """Left open, a delivery of the size that is set goes there, where there is anything."""
    address = Address("sc://localhost", rows=100)
    assert taken(tmp_path, Engine.SPARK, address, 1)
    assert not taken(tmp_path, Engine.SPARK, address, 0)
    assert not taken(tmp_path, Engine.DUCKDB, address, 100)
    assert taken(tmp_path, Engine.AUTO, address, 100)
    assert not taken(tmp_path, Engine.AUTO, address, 99)
    assert not taken(tmp_path, Engine.AUTO, None, 100)


def test_a_choice_without_an_address_is_refused(tmp_path: Path) -> None:
    """Nothing goes elsewhere in silence: the message names the setting."""
    with pytest.raises(SettingsError, match="QUANSHU_SPARK"):
        taken(tmp_path, Engine.SPARK, None, 1)


MOVED = {"normalise": {"seen_at": [{"step": "moments", "formats": ["%Y-%m-%d %H:%M:%S%z"]}]}}
STEPS = {
    "normalise": {
        "*": [{"step": "trim"}],
        "name": [{"step": "halfwidth"}, {"step": "collapse_spaces"}],
        "birth_date": [{"step": "dates", "formats": ["%Y-%m-%d", "%Y年%m月%d日", "%Y%m%d"]}],
        "income": [{"step": "number", "units": True, "currency": True}],
        "resident": [{"step": "booleans", "true": ["是", "1"], "false": ["否", "0"]}],
        "seen_at": [{"step": "moments", "formats": ["%Y-%m-%d %H:%M:%S"]}],
        "sex": [{"step": "translate", "code_list": "sex"}],
    }
}
WRITTEN: Mapping[str, tuple[str, ...]] = {
    "name": (" 张 三\u3000", "Ａ公司", "\u200b张三"),
    "birth_date": ("1949年1月5日", "19490105", "1949-13-01", "５"),
    "income": ("5,002(万元人民币)", "￥1.50", "rmb 3", "若干", "５"),
    "resident": ("是", "否", "也许"),
    "seen_at": ("2024-1-5 3:04:05", "2024-01-05"),
    "sex": ("男", "女", "男 ", "无"),
}
BLUNT = {"code": "blunt", "expect": "column_values_to_match_regex", "column": "name"} | {
    "regex": "(?i)a"
}


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (fed(person(), **MOVED), "typing its feed needs the function or operator attimezone"),
        (person(BLUNT), "rule blunt needs a group with flags"),
    ],
)
def test_what_cannot_be_said_is_refused_before_anything_is_begun(
    tmp_path: Path, one: Resource, said: str
) -> None:
    """By the name of the rule; nobody is even asked whether the engine is there."""
    catalog = catalog_of(moved(one))
    text = csv_of(catalog.resource(PERSON), good_people({}))
    with pytest.raises(UnsayableError, match=said) as refused:
        judged(tmp_path, catalog, text, Address("sc://127.0.0.1:1"))
    assert "engine: duckdb" in str(refused.value)


def test_left_open_what_cannot_be_said_stays_here(tmp_path: Path) -> None:
    """A large delivery is then typed by DuckDB, as it would be without another engine."""
    catalog = catalog_of(moved(fed(person(), **MOVED), Engine.AUTO))
    seen = {"seen_at": "2024-01-01 00:00:00+08"}
    text = csv_of(catalog.resource(PERSON), good_people(seen))
    found = judged(tmp_path, catalog, text, Address("sc://127.0.0.1:1", rows=1))
    assert found["verdict"].accepted == 1


def test_nobody_there_leaves_the_delivery_unjudged(tmp_path: Path) -> None:
    """It is told at once, and nothing is recorded."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = Address(f"sc://127.0.0.1:{free.getsockname()[1]}")
    catalog = catalog_of(moved(person()))
    text = csv_of(catalog.resource(PERSON), good_people({}))
    with pytest.raises(SecondEngineError, match="does not answer"):
        judged(tmp_path, catalog, text, address)
    assert not exists(Layout(tmp_path).quarantine(PERSON))


SUM = {"code": "sum", "expect": "multicolumn_sum_to_equal"} | {
    "column_list": ["children", "children"],
    "sum_total": 4,
}
"""A rule that raises where a number is half of the largest or more."""
LARGEST = str(2**63 - 1)


def test_a_rule_that_raises_there_is_named_as_it_is_here(tmp_path: Path) -> None:
    """Whoever wrote it is told, and not who looks after the engine; no value is."""
    text = csv_of(person(), good_people({"children": "2"}, {"children": LARGEST}))
    told = []
    for place, made, spark in (("here", person(SUM), None), ("there", moved(person(SUM)), sail())):
        with pytest.raises(CheckError) as raised:
            judged(tmp_path / place, catalog_of(made), text, spark)
        told.append(str(raised.value))
    assert told[0] == told[1]
    assert ": sum ·" in told[0]
    assert LARGEST not in told[0]


def test_an_engine_that_fails_at_anything_is_to_be_seen_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No rule is blamed: without any it is asked once more, and fails again."""
    asked: list[str] = []

    def failing(_: Session, job: Job) -> None:
        asked.append(job.said.sql)
        raise OSError

    monkeypatch.setattr(Session, "_written", failing)
    text = csv_of(person(), good_people({"children": LARGEST}))
    with pytest.raises(SecondEngineFailedError, match=r"failed \(OSError\)"):
        judged(tmp_path, catalog_of(moved(person(SUM))), text, sail())
    assert ["_flags_0" in sql for sql in asked] == [True, False]


def test_rules_that_are_answered_here_are_named() -> None:
    """Figures, SQL, and what compares a record with a figure; doubles of keys are found there."""
    told = {"dimension": "accuracy", "description": "规则", "level": "warn"}
    more = (
        told | {"code": "top", "expect": "column_max_to_be_between", "column": "income"}
        | {"max_value": 9},
        told | {"code": "odd", "expect": "column_value_z_scores_to_be_less_than"}
        | {"column": "income", "threshold": 3, "double_sided": True},
        told | {"code": "alone", "expect": "column_values_to_be_unique", "column": "name"},
    )  # fmt: skip
    made = moved(person(*RULES, *more))
    assert {*rules_here(catalog_of(made), made, NIGHT.date())} == {"own", "top", "odd"}
