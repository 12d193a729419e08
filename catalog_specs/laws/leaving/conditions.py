"""Items and row conditions of grants and open sets.

Belongs here: faults about `items`, `where` and `masks` of something that leaves. Keep out: items
that do not exist at all (`references`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog_specs.models.condition import Condition
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Exit
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.conditions import condition_faults

__all__ = ["Finding", "scope_faults"]

Finding = tuple[str, str, str]
"""Path, message, remedy."""


def scope_faults(declared: Declared, resource: Resource, leaving: Exit) -> Iterator[Finding]:
    """Yield what is wrong with the columns and rows that a grant or open set covers."""
    stored = {item.code for item in resource.stored}
    referred = {item.code: item for item in resource.referred}
    for index, code in enumerate(leaving.items):
        if code in leaving.items[:index]:
            yield f"items[{index}]", f"`{code}` is listed twice", "list it once"
        elif code in referred:
            yield _not_stored(f"items[{index}]", code, referred[code].source or "")
    for code in leaving.masks:
        if code not in leaving.items and code in stored | set(referred):
            message = f"a mask is given for `{code}`, which is not among the items"
            yield f"masks.{code}", message, "add the item, or remove the mask"
    if leaving.match in referred:
        yield _not_stored("match", leaving.match, referred[leaving.match].source or "")
    elif leaving.match is not None and leaving.match not in stored:
        message = f"`{leaving.match}` is no item of `{resource.ref}`"
        yield "match", message, "name the item that the consumer's ids are values of"
    yield from _row_faults(declared, resource, leaving.where)


def _row_faults(
    declared: Declared, resource: Resource, conditions: Sequence[Condition]
) -> Iterator[Finding]:
    items = {item.code: item for item in resource.items}
    for index, condition in enumerate(conditions):
        item = items.get(condition.item)
        if item is None:
            continue
        if item in resource.referred:
            yield _not_stored(f"where[{index}].item", condition.item, item.source or "")
            continue
        element = declared.element_of(item)
        if element is not None:
            for fault in condition_faults(declared, element, condition):
                message = f"`{fault.shown}` {fault.what}"
                yield f"where[{index}].{fault.part}", message, fault.remedy


def _not_stored(path: str, code: str, source: str) -> Finding:
    message = f"`{code}` is not stored in this resource, only compared with its source"
    return path, message, f"take `{source}` from the resource that owns it"
