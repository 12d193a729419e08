"""The law of the second engine: what a resource asks of it can be said to it.

Belongs here: asking before any delivery is there. Keep out: what can be said (`storage.engines`),
refusing at the gate (`gate.second_engine`). It is not among the laws that every load obeys, because
it takes Great Expectations and sqlglot; `quanshu check` asks it where sqlglot is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError
from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.loader import provisional
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import Engine
from quality.gate.second_engine import unsaid
from quality.rules.derivation import rules_for
from values.shapes import typed_schema

__all__ = ["engine_law"]


def engine_law(today: date) -> Law:
    """Return the law, which stands for `today` where a rule says so."""
    return Law(
        "CAT-181",
        "指定第二引擎的资源，其类型转换和规则须能由该引擎执行",
        "what a resource with `engine: spark` asks can be said to the second engine",
        "三(六)",
        "set `engine: duckdb`, or write it with what docs/scaling.md lists",
        lambda declared: _unsaid(declared, today),
    )


def _unsaid(declared: Declared, today: date) -> Iterator[Fault]:
    asking = [one for one in declared.resources.values() if one.engine is Engine.SPARK]
    catalog = provisional(declared) if asking and find_spec("sqlglot") else None
    if catalog is None:
        return
    for resource in asking:
        for message, remedy in _of_resource(catalog, resource, today):
            yield Fault(resource_at(resource.ref), "engine", message, remedy)


def _of_resource(catalog: Catalog, resource: Resource, today: date) -> Iterator[tuple[str, str]]:
    from quality.gate.plan import compile_plan

    types = typed_schema(catalog, resource)
    try:
        plan = compile_plan(resource, rules_for(catalog, resource), today, types)
    except CheckError:
        return  # CAT-037 says it already
    for one in unsaid(catalog, resource, plan):
        error = one.error(resource.ref)
        yield error.what, error.remedy
