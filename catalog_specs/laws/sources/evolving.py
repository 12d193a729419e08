"""The catalogue's own past: renamed and retired items.

Belongs here: whether `formerly` and `retired_items` can be true. Keep out: what they mean for a
home's tables (`storage.evolution.differences`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]


def _formerly(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        codes = {item.code for item in resource.items}
        taken: dict[str, str] = {}
        for index, item in enumerate(resource.items):
            former = item.formerly
            if former is None:
                continue
            at, path = resource_at(resource.ref), f"items[{index}].formerly"
            if former in codes:
                message = f"`{former}` is an item of today"
                yield Fault(at, path, message, "an item is renamed only when its old code is free")
            elif former in taken:
                message = f"`{former}` is said to be `{taken[former]}` as well"
                yield Fault(at, path, message, "name the former code in one of the two items")
            elif former in resource.retired_items:
                message = f"`{former}` is retired, too"
                yield Fault(at, path, message, "say one of the two: renamed, or retired")
            taken.setdefault(former, item.code)


def _retired(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        codes = {item.code for item in resource.items}
        for code in sorted(codes & resource.retired_items.keys()):
            message = f"`{code}` is an item of today and retired"
            remedy = "take it out of `items` (and of `feed`), or out of `retired_items`"
            yield Fault(resource_at(resource.ref), f"retired_items.{code}", message, remedy)


LAWS = (
    Law(
        "CAT-150",
        "更名须唯一",
        "the former code of a renamed item is free, and named once",
        "",
        "name in `formerly` the one code that the item had before",
        _formerly,
    ),
    Law(
        "CAT-151",
        "停用的信息项不再采集",
        "a retired item is no longer among the items",
        "",
        "keep the code in one of `items` and `retired_items`",
        _retired,
    ),
)
