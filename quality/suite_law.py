"""The law of named rules: each compiles and runs on a sample record.

Belongs here: asking Great Expectations and DuckDB before any data is there. Keep out: judging
(`gate`). It is not among the laws that every load obeys, because it takes importing Great
Expectations; `quanshu check` asks it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_specs.errors import CheckError
from catalog_specs.laws.feeding.expectations import expectation_faults
from catalog_specs.laws.feeding.rule_rows import where_faults
from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.laws.wording.domains import pattern_fault, rule_patterns
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from quality.gate.flags import flag_columns
from quality.rules.kinds.of_feed.named import named_rules
from storage.delta.table_shape import column_type
from storage.engines.connection import Connection, EngineError
from storage.engines.workbench import open_workbench
from storage.sql import identifier
from values.shapes import feed_shape
from values.typed import Typed, empty_feed

if TYPE_CHECKING:
    from quality.gate.plan import Plan
    from quality.gate.runner import Runner

__all__ = ["suite_law"]

_SOME = {
    "BIGINT": "1",
    "BOOLEAN": "true",
    "DATE": "DATE '2000-01-01'",
    "DECIMAL": "1",
    "TIMESTAMP": "TIMESTAMP '2000-01-01'",
    "VARCHAR": "'x'",
}
"""Some value of every type a column can have."""


def suite_law(today: date) -> Law:
    """Return the law, which stands for `today` where a rule says so."""
    return Law(
        "CAT-037",
        "点名的质量规则须能执行",
        "every rule named in YAML compiles: its expectation exists, takes these arguments, and can "
        "be evaluated on columns of these types",
        "三(六)",
        "correct the expectation or its arguments as the message says",
        lambda declared: _unfit(declared, today),
    )


def _unfit(declared: Declared, today: date) -> Iterator[Fault]:
    named = [one for one in declared.resources.values() if any(r.expect for r in one.quality)]
    if not named:
        return
    from quality.gate.runner import Runner

    with tempfile.TemporaryDirectory() as folder, open_workbench(Path(folder)) as con:
        runner = Runner(con)
        try:
            for resource in named:
                yield from _of_resource(declared, resource, runner, con, today)
        finally:
            runner.close()


def _of_resource(
    declared: Declared,
    resource: Resource,
    runner: Runner,
    con: Connection,
    today: date,
) -> Iterator[Fault]:
    from quality.gate.plan import compile_plan

    elements = {item.code: declared.element_of(item) for item in resource.items}
    known = {code: element for code, element in elements.items() if element is not None}
    types = {code: column_type(element) for code, element in known.items()}
    rules = named_rules(resource, {code: element.type for code, element in known.items()})
    places = [index for index, rule in enumerate(resource.quality) if rule.expect is not None]
    for index, rule in zip(places, rules, strict=True):
        if _said_already(declared, resource, index) or not set(rule.columns) <= known.keys():
            continue
        try:
            plan = compile_plan(resource, [rule], today, types)
            runner.run(plan, _one_record(con, resource, types, plan), "check")
        except CheckError as error:
            yield Fault(resource_at(resource.ref), f"quality[{index}]", error.what, error.remedy)


def _said_already(declared: Declared, resource: Resource, index: int) -> bool:
    """Say whether other laws have something against a rule: its patterns, its form, its rows."""
    rule = resource.quality[index]
    return (
        any(pattern_fault(text) for _, text in rule_patterns(rule))
        or any(expectation_faults(rule))
        or any(where_faults(declared, resource, rule.where))
    )


def _one_record(con: Connection, resource: Resource, types: Mapping[str, str], plan: Plan) -> Typed:
    """Make the typed feed of a delivery of one record: some errors show only when a row is read."""
    from quality.gate.forms import not_evaluated

    typed = empty_feed(con, resource, types)
    columns = feed_shape(resource, types)
    some = {name: _SOME[kind.partition("(")[0]] for name, kind in columns.items()}
    values = ", ".join((some | {"_defect": "NULL"}).values())  # a sound record: others are not read
    con.execute(f"INSERT INTO {typed.feed.sql} VALUES ({values})")
    marks = "".join(f", {sql} AS {identifier(n)}" for n, sql in flag_columns(plan.flags).items())
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE {typed.feed.sql} AS SELECT *{marks} FROM {typed.feed.sql}"
        )
    except EngineError:
        raise not_evaluated(resource.ref, [judge.rule.code for judge in plan.judges]) from None
    return typed
