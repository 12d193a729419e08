"""Sharing types (五(二)): the statements that each type of a resource or item requires.

Belongs here: 暂不共享, 有条件共享, basic items of the base classes. Keep out: grants (`grants`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.sharing import may_hand_out, share_type_of
from catalog_specs.suggestion import one_of
from catalog_specs.vocabulary import BaseClass, Method, ShareType

__all__ = ["LAWS"]


def _not_yet(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        if ShareType.NOT_YET not in _types(resource):
            continue
        at = resource_at(resource.ref)
        if not resource.share.legal_basis:
            yield Fault(
                at,
                "share.legal_basis",
                "暂不共享 without a legal basis",
                "name the law or central policy in `share.legal_basis`, or share it on conditions",
            )
        if resource.share.review_on is None:
            yield Fault(
                at,
                "share.review_on",
                "暂不共享 without a day on which it is looked at again",
                "set `share.review_on: YYYY-MM-DD`",
            )


def _not_yet_hands_out_nothing(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        kind = resource.share.type
        offered = [method for method in resource.share.methods if not may_hand_out(method, kind)]
        if offered:
            yield Fault(
                resource_at(resource.ref),
                "share.methods",
                f"暂不共享 never leaves, but {one_of(offered)} hands out rows",
                f"offer {one_of(m for m in Method if may_hand_out(m, kind))}, which only answer",
            )


def _basic_unconditional(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        if resource.base_class is None:
            continue
        for index, item in enumerate(resource.items):
            kind = share_type_of(resource, item.code)
            if item.basic and kind is not ShareType.UNCONDITIONAL:
                yield Fault(
                    resource_at(resource.ref),
                    f"items[{index}].{'share' if item.share else 'basic'}",
                    f"`{item.code}` is a basic item of {resource.base_class.label} and must be "
                    f"{ShareType.UNCONDITIONAL.label}, not {kind.label}",
                    "set the item's `share: unconditional`",
                )


def _condition_named(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        if ShareType.CONDITIONAL in _types(resource) and resource.share.condition is None:
            yield Fault(
                resource_at(resource.ref),
                "share.condition",
                "有条件共享 without naming its condition",
                "say in `share.condition` under which condition it is shared",
            )


def _basic_items(declared: Declared) -> Iterator[Fault]:
    flagged = {r.base_class for r in declared.resources.values() if any(i.basic for i in r.items)}
    reported: set[BaseClass] = set()
    for resource in declared.resources.values():
        at, kind = resource_at(resource.ref), resource.base_class
        basic = [index for index, item in enumerate(resource.items) if item.basic]
        if kind is None and basic:
            classes = ", ".join(f"`{one.value}`" for one in BaseClass)
            yield Fault(
                at,
                f"items[{basic[0]}].basic",
                "a basic item in a resource that belongs to none of the five base classes",
                f"name the `base_class` ({classes}), or remove `basic`",
            )
        if kind is None or kind in flagged | reported or not declared.complete("resources"):
            continue
        reported.add(kind)
        yield Fault(
            at,
            "base_class",
            f"no resource of the base class {kind.label} names a basic item",
            "flag the items that every department needs with `basic: true`",
        )


def _types(resource: Resource) -> set[ShareType]:
    return {resource.share.type, *(share_type_of(resource, one.code) for one in resource.items)}


LAWS = (
    Law(
        "CAT-007",
        "暂不共享须有依据与复核日期",
        "暂不共享 names its legal basis and a review date",
        "五(二)",
        "fill `share.legal_basis` and `share.review_on`",
        _not_yet,
    ),
    Law(
        "CAT-036",
        "暂不共享的数据不得提供原始记录",
        "暂不共享 is offered only by methods that answer and hand out no rows",
        "五(四)",
        "offer `verify` or `statistics`",
        _not_yet_hands_out_nothing,
    ),
    Law(
        "CAT-008",
        "基础信息项属于无条件共享",
        "basic items of the five base classes are shared unconditionally",
        "五(二)",
        "set `share: unconditional` on the item",
        _basic_unconditional,
    ),
    Law(
        "CAT-009",
        "有条件共享须写明条件",
        "有条件共享 names its condition",
        "五(二)",
        "fill `share.condition`",
        _condition_named,
    ),
    Law(
        "CAT-024",
        "各类基础信息资源须标明基础信息项",
        "every base class in use has basic items, and only resources of a base class have them",
        "五(二)",
        "flag items with `basic: true`, or name the `base_class`",
        _basic_items,
    ),
)
