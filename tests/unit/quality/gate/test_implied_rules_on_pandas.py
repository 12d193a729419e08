"""The rules that a catalogue implies, against what they mean in pandas, over random tables."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd
from stdnum.cn import ric, uscc

from quality.gate.plan import compile_plan
from quality.rules.derivation import rules_for
from quality.rules.relations import register_relations
from register.bundles import ROW_SPAN
from storage.layout import Layout
from tests.city.resources import catalog_of, person
from tests.city.tables import fill_regions
from tests.unit.quality.gate.test_pandas import (
    TABLES,
    TODAY,
    columns_of,
    failing_records,
    frame_of,
    numbers_of_tables,
)
from tests.unit.quality.gate.test_runner import Asked, opened, random_feed
from values.shapes import typed_schema


def _bad_numbers(frame: pd.DataFrame, code: str, low: float, high: float) -> pd.Series[bool]:
    return (frame[code] < low) | (frame[code] > high)


def _uncast(frame: pd.DataFrame, code: str) -> pd.Series[bool]:
    return frame[code].isna() & frame[f"_given_{code}"].notna()


def _not(judge: Callable[[str], bool]) -> Callable[[pd.Series[str]], pd.Series[bool]]:
    return lambda texts: texts.map(lambda text: isinstance(text, str) and not judge(text))


def _resident(text: str) -> bool:
    try:
        ric.get_birth_date(text)
    except ValueError:
        return False
    return len(text) == 18 and text[-1] == ric.calc_check_digit(text)


def _contradicted(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say which records have a key that another record of their table has with other content."""
    items = [name for name in frame.columns if not name.startswith("_")]
    content = frame[items].map(repr).agg("|".join, axis=1)
    same = [frame["_row"] // ROW_SPAN, frame["resident_id"]]
    return (content.groupby(same).transform("nunique") > 1) & frame["resident_id"].notna()


LATE, EARLY = pd.Timestamp(TODAY) + pd.Timedelta(days=1), pd.Timestamp("1900-01-01")
ORACLES: dict[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "key:unique": _contradicted,
    "name:required": lambda f: f["name"].isna() & f["_defect"].isna(),
    "name:length": lambda f: ~f["name"].str.len().fillna(2).between(2, 5),
    "resident_id:required": lambda f: f["resident_id"].isna() & f["_defect"].isna(),
    "resident_id:resident_id": lambda f: _not(_resident)(f["resident_id"]),
    "birth_date:castable": lambda f: _uncast(f, "birth_date"),
    "birth_date:date_window": lambda f: (f["birth_date"] < EARLY) | (f["birth_date"] >= LATE),
    "income:castable": lambda f: _uncast(f, "income"),
    "income:range": lambda f: _bad_numbers(f, "income", 0.1, 1000),
    "seen_at:castable": lambda f: _uncast(f, "seen_at"),
    "seen_at:date_window": lambda f: f["seen_at"] >= LATE,
    "resident:castable": lambda f: _uncast(f, "resident"),
    "sex:code_list": lambda f: ~f["sex"].fillna("1").isin(["1", "2"]),
    "residence:pattern": lambda f: ~f["residence"].fillna("350502").str.fullmatch("[0-9]{6}"),
    "residence:reference": lambda f: ~f["residence"].fillna("350502").isin(["350502", "350503"]),
    "employer:credit_code": lambda f: _not(uscc.is_valid)(f["employer"]),
    "children:castable": lambda f: _uncast(f, "children"),
    "children:range": lambda f: f["children"] > 9,
    "record:field_count": lambda f: f["_defect"] == "field_count",
    "record:quoting": lambda f: f["_defect"] == "quoting",
}


def test_our_own_kinds_count_what_pandas_does_without_great_expectations(layout: Layout) -> None:
    """Two hundred tables side by side: each implied rule fails what its meaning in pandas finds."""
    made = person()
    catalog = catalog_of(made)
    fill_regions(layout, catalog, "350502", "350503")
    rules = [rule for rule in rules_for(catalog, made) if rule.code in ORACLES]
    assert {rule.code for rule in rules} == {*ORACLES}
    one = Asked(made, rules, compile_plan(made, rules, TODAY, typed_schema(catalog, made)))
    with opened(layout) as (con, runner):
        register_relations(con, layout, catalog, made, rules)
        typed = random_feed(
            con, catalog, one, random.Random(47), numbers_of_tables(random.Random(53))
        )
        failing = failing_records(con, runner.run(one.plan, typed, "tables", range(TABLES)))
        frame = frame_of(columns_of(con, typed), sound=False)
    for code, judge in ORACLES.items():
        assert failing[code] == {*frame.index[judge(frame)]}, code
        assert failing[code], code
