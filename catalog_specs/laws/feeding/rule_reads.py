"""Other resources that quality rules read: they exist, and so do their items.

Belongs here: resources and items that a rule names elsewhere. Keep out: what a statement reads
without saying so (`quality.sql_law`), circles (`laws.sources.cycles`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from catalog_specs.laws.feeding.rule_rows import where_faults
from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.condition import Condition
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["LAWS"]

Finding = tuple[str, str, str]
"""Path below the rule, message, remedy."""


def _readable(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, rule in enumerate(resource.quality):
            for path, message, remedy in _rule_faults(declared, resource, rule):
                at = resource_at(resource.ref)
                yield Fault(at, f"quality[{index}].{path}", message, remedy)


def _rule_faults(declared: Declared, resource: Resource, rule: QualityRule) -> Iterator[Finding]:
    for place, ref in enumerate(rule.reads):
        yield from _resource(declared, ref, f"reads[{place}]")
    if rule.exists_in is not None:
        yield from _resource(declared, rule.exists_in.resource, "exists_in.resource")
        yield from _together(declared, resource, rule)
    if rule.compare is not None:
        yield from _resource(declared, rule.compare.to.resource, "compare.to.resource")
        other = declared.resources.get(rule.compare.to.resource)
        if other is not None:
            for path, message, remedy in where_faults(declared, other, rule.compare.to.where):
                yield f"compare.to.{path}", message, remedy
            yield from _stored_rows(other, rule.compare.to.where)


def _stored_rows(other: Resource, where: Sequence[Condition]) -> Iterator[Finding]:
    """Yield row conditions on items that another resource is only compared in."""
    referred = {item.code: item for item in other.referred}
    for index, condition in enumerate(where):
        if condition.item in referred:
            message = f"`{condition.item}` is not stored in `{other.ref}`"
            yield f"compare.to.where[{index}].item", message, "choose the rows by an item it stores"


def _resource(declared: Declared, ref: str, path: str) -> Iterator[Finding]:
    if ref not in declared.resources:
        otherwise = "name a resource of the catalogue as `<department>/<resource>`"
        remedy = did_you_mean(ref, declared.resources, otherwise)
        yield path, f"there is no resource `{ref}`", remedy


def _together(declared: Declared, resource: Resource, rule: QualityRule) -> Iterator[Finding]:
    """Yield what is wrong with the items of a reference: each stands for one of the same type."""
    together = rule.exists_in
    other = None if together is None else declared.resources.get(together.resource)
    if together is None or other is None:
        return
    mine = {item.code: item for item in resource.items}
    stored = {item.code: item for item in other.stored}
    for here, there in together.items.items():
        path = f"exists_in.items.{here}"
        if here not in mine:
            yield path, f"`{here}` is no item of `{resource.ref}`", _items(here, mine)
        elif there not in stored:
            yield path, f"`{there}` is not stored in `{other.ref}`", _items(there, stored)
        else:
            kinds = [declared.element_of(mine[here]), declared.element_of(stored[there])]
            types = [kind.type for kind in kinds if kind is not None]
            if len({*types}) > 1:
                message = f"`{here}` is {types[0].value}, `{there}` there is {types[1].value}"
                yield path, message, "refer to an item of the same type"


def _items(word: str, known: Iterable[str]) -> str:
    return did_you_mean(word, known, f"use one of {one_of(known)}")


LAWS = (
    Law(
        "CAT-040",
        "质量规则读取的信息资源和信息项须存在",
        "a quality rule reads resources of the catalogue and items that they store, of the same "
        "types as its own",
        "三(六)",
        "correct the name of the resource or item, or declare it",
        _readable,
    ),
)
