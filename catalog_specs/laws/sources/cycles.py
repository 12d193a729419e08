"""Cycles: references between resources must not form one.

Belongs here: finding each cycle once. Keep out: how resources are ordered (`catalog.in_order`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog_specs.catalog import Catalog
from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]

Graph = Mapping[str, tuple[str, ...]]


def _no_cycle(declared: Declared) -> Iterator[Fault]:
    graph = {
        ref: tuple(up for up in Catalog.upstream(resource) if up in declared.resources)
        for ref, resource in declared.resources.items()
    }
    for cycle in _cycles(graph):
        first = declared.resources[cycle[0]]
        yield Fault(
            resource_at(first.ref),
            _link(first, cycle[1]),
            f"resources refer to each other in a circle: {' → '.join(cycle)}",
            "remove one `source`, `references` or rule of the circle; the resource that registers "
            "the subject comes first and refers to nobody",
        )


def _cycles(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Yield one cycle for each set of resources that reach each other, first one repeated last."""
    done: set[str] = set()
    for start in graph:
        way: list[str] = []
        if start not in done:
            yield from _from(graph, start, way, done)


def _from(graph: Graph, ref: str, way: list[str], done: set[str]) -> Iterator[tuple[str, ...]]:
    way.append(ref)
    for up in graph[ref]:
        if up in way:
            yield (*way[way.index(up) :], up)
        elif up not in done:
            yield from _from(graph, up, way, done)
    done.add(way.pop())


def _link(resource: Resource, target: str) -> str:
    for index, item in enumerate(resource.items):
        for name, value in (("source", item.source), ("references", item.references)):
            if value is not None and value.rpartition(".")[0] == target:
                return f"items[{index}].{name}"
    for index, rule in enumerate(resource.quality):
        if target in rule.others:
            return f"quality[{index}]"
    return "items"


LAWS = (
    Law(
        "CAT-006",
        "资源之间不得循环引用",
        "resources do not refer to each other in a circle",
        "三(一)",
        "remove one link of the circle that the message prints",
        _no_cycle,
    ),
)
