"""Disclosure (六(一)): visible persons are counted, and row conditions tell no more than masks.

Belongs here: laws over persons in open sets, and what a row filter tells. Keep out: masks
(`masks`), the measured risk of a release (`governance`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.leaving.exits import leaving_of, masks_of
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Exit, OpenSet
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.conditions import tells_more
from catalog_specs.rules.leaving.opening import withheld
from catalog_specs.rules.leaving.persons import (
    Leaver,
    counted,
    is_protected,
    may_be_harmless,
    units_of,
)
from catalog_specs.vocabulary import UpdateCycle

__all__ = ["LAWS"]

_SAMPLE = re.compile(r"样本|抽样|(?<![a-z])samples?(?![a-z])", re.IGNORECASE)


def _opened(declared: Declared) -> Iterator[tuple[OpenSet, Resource, tuple[Leaver, ...]]]:
    """Yield every open set with its resource and what leaves, as far as all of it is known."""
    for opened in declared.open_sets.values():
        resource = declared.resources.get(opened.resource)
        if resource is not None:
            yield opened, resource, _leavers(declared, opened)


def _leavers(declared: Declared, opened: OpenSet) -> tuple[Leaver, ...]:
    return tuple(
        Leaver(one.code, one.element, one.mask) for one in leaving_of(declared, "", "", opened)
    )


def _countable(declared: Declared) -> Iterator[Fault]:
    if not (declared.complete("elements") and declared.complete("subjects")):
        return
    for opened, resource, seen in _opened(declared):
        if counted(declared, resource, seen) and not units_of(declared, resource, seen):
            names = ", ".join(f"`{code}`" for code in counted(declared, resource, seen))
            yield Fault(
                f"open_sets:{opened.code}",
                "items",
                f"{names} tell of persons or are protected, but `{resource.ref}` stores no number "
                "by which the persons or firms behind its rows could be counted",
                "drop them, or say `person: identifier` of the element that names the person",
            )


def _cadence(declared: Declared) -> Iterator[Fault]:
    for opened, resource, seen in _opened(declared):
        measured = counted(declared, resource, seen, opened.quasi_identifiers)
        if measured and opened.cadence in {None, UpdateCycle.REALTIME}:
            yield Fault(
                f"open_sets:{opened.code}",
                "cadence",
                "persons are counted in this set, but it does not say how often it is released: "
                "two releases that differ by one person single that person out",
                "set `cadence: monthly` (daily, weekly, monthly, quarterly or yearly)",
            )


def _conditional_closed(declared: Declared) -> Iterator[Fault]:
    for opened, resource, _ in _opened(declared):
        for path, code, kind in withheld(resource, opened, masks_of(declared, opened)):
            yield Fault(
                f"open_sets:{opened.code}",
                path,
                f"`{code}` is {kind.label} and cannot be opened, not even in part",
                "take it out of the set, or share the item without conditions first",
            )


def _samples(declared: Declared) -> Iterator[Fault]:
    for opened, _, _ in _opened(declared):
        if opened.sample is None:
            path = next((p for p in ("name", "summary", "code") if _says_sample(opened, p)), None)
            if path is not None:
                yield Fault(
                    f"open_sets:{opened.code}",
                    path,
                    "the set is called a sample, but would hold everybody",
                    "set `sample` to the per cent of persons that are in it, or name it otherwise",
                )


def _says_sample(opened: OpenSet, field: str) -> bool:
    return _SAMPLE.search(str(getattr(opened, field))) is not None


def _harmless(declared: Declared) -> Iterator[Fault]:
    for element in declared.elements.values():
        kind = declared.sensitivities.get(element.sensitivity)
        if element.not_identifying is None or kind is None or may_be_harmless(declared, element):
            continue
        why = f"is {kind.name}" if is_protected(declared, element) else "names a person"
        yield Fault(
            f"elements:{element.code}",
            "not_identifying",
            f"`{element.code}` {why}: nothing can be said to single nobody out here",
            "remove `not_identifying`; generalise or drop the item where it is opened",
        )


def _filters(declared: Declared) -> Iterator[Fault]:
    for grant in declared.grants.values():
        if grant.method.materialised:
            for index, granted in enumerate(grant.resources):
                at, prefix = f"grants:{grant.code}", f"resources[{index}]."
                yield from _filter_faults(declared, at, prefix, granted)
    for opened in declared.open_sets.values():
        yield from _filter_faults(declared, f"open_sets:{opened.code}", "", opened)


def _filter_faults(declared: Declared, at: str, prefix: str, source: Exit) -> Iterator[Fault]:
    asked = source.model_copy(update={"items": tuple(one.item for one in source.where)})
    for one in leaving_of(declared, at, prefix, asked):
        element, mask = one.element, one.mask
        # Without a mask that fits, the item itself is at fault, if it is one that leaves.
        reported = one.code in source.items if mask is None else element.type not in mask.fits
        if not reported and tells_more(source.where[one.index], mask, element.type):
            yield Fault(
                at,
                f"{prefix}where[{one.index}].item",
                f"the rows are chosen by `{one.code}` ({one.sensitivity.name}), which tells of "
                "every row more than its mask would leave of it",
                "choose by an item that may leave as it is, or by a border of its generalisation",
            )


LAWS = (
    Law(
        "CAT-160",
        "开放数据中的个人须能计数",
        "the persons or firms that are visible in an open set can be counted by a number that its "
        "resource stores",
        "六(一)",
        "drop the items, or declare which element names the person",
        _countable,
    ),
    Law(
        "CAT-161",
        "有条件共享和暂不共享的信息项不得开放",
        "only items under unconditional sharing are opened or used to choose the rows of an open "
        "set",
        "五(二)、六(一)",
        "take the item out of the set",
        _conditional_closed,
    ),
    Law(
        "CAT-162",
        "称为样本的开放数据集须抽样",
        "a set that is called a sample says which per cent of persons it holds",
        "六(一)",
        "declare `sample`, or name the set otherwise",
        _samples,
    ),
    Law(
        "CAT-163",
        "涉及个人的开放数据集须声明发布周期",
        "a set in which persons are counted says how often it is released",
        "六(一)",
        "declare `cadence`",
        _cadence,
    ),
    Law(
        "CAT-164",
        "受保护的数据元不得声明为不可识别",
        "an element of a protected class, or one that names a person, is never declared "
        "`not_identifying`",
        "六(一)",
        "remove the declaration",
        _harmless,
    ),
    Law(
        "CAT-167",
        "行条件视同提供",
        "rows are chosen only by what may be seen of an item: a condition tells its value of every "
        "row that leaves",
        "二(二)、六(一)",
        "choose by an item that may leave as it is",
        _filters,
    ),
)
