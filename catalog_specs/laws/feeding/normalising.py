"""Normalisation steps: each names a delivered part and fits its type.

Belongs here: parts, types, formats, zones, truth words. Keep out: whether a code list that a step
names exists (`references`), what a step does (`values.normalise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from zoneinfo import ZoneInfo

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.normalisation import Booleans, Dates, Moments, Number, Step
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.time_formats import whole_text
from catalog_specs.vocabulary import ItemType

__all__ = ["LAWS"]

EVERY = "*"
_ANYWHERE = frozenset({"trim", "collapse_spaces", "halfwidth", "nulls"})
_FITS = MappingProxyType(
    {
        "dates": frozenset({ItemType.DATE, ItemType.STRING}),
        "moments": frozenset({ItemType.DATETIME, ItemType.STRING}),
        "number": frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.STRING}),
        "booleans": frozenset({ItemType.BOOLEAN, ItemType.STRING}),
        "translate": frozenset({ItemType.STRING}),
    }
)
_DAY = (("%Y", "%y"), ("%m", "%b", "%B"), ("%d",))
"""A whole day names one of each: year, month, day."""

Finding = tuple[str, str, str]


def _steps_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        parts = set(resource.feed.columns.values())
        for part, steps in resource.feed.normalise.items():
            at = f"feed.normalise.{part}"
            if part != EVERY and part not in parts:
                message = f"no column delivers the part `{part}`"
                remedy = did_you_mean(part, parts, f"name one of {one_of(parts)}, or `*`")
                yield Fault(resource_at(resource.ref), at, message, remedy)
            kind = _type_of(declared, resource, part)
            for place, step in enumerate(steps):
                faults = (*_place(step, part, kind), *_arguments(step))
                for path, message, remedy in (*faults, *_currency(declared, resource, step)):
                    yield Fault(resource_at(resource.ref), f"{at}[{place}]{path}", message, remedy)


def _type_of(declared: Declared, resource: Resource, part: str) -> ItemType | None:
    """Return the type of the item a part feeds; None for any other part."""
    about = (declared.element_of(item) for item in resource.items if item.code == part)
    return next((element.type for element in about if element is not None), None)


def _place(step: Step, part: str, kind: ItemType | None) -> Iterator[Finding]:
    if part == EVERY:
        if step.step not in _ANYWHERE:
            message = f"`{step.step}` would be done to every column"
            yield (
                "",
                message,
                f"let it stand at the part it is meant for; `*` takes {one_of(_ANYWHERE)}",
            )
        return
    types = _FITS.get(step.step)
    if types is not None and kind is not None and kind not in types:
        wanted = " or ".join(sorted(one.value for one in types))
        message = f"`{step.step}` needs an item of type {wanted}, `{part}` is {kind.value}"
        yield "", message, "take the step that fits the type, or correct the element's type"


def _currency(declared: Declared, resource: Resource, step: Step) -> Iterator[Finding]:
    if not isinstance(step, Number) or step.currency_item is None:
        return
    if _type_of(declared, resource, step.currency_item) not in {ItemType.STRING, None}:
        message = f"`{step.currency_item}` is no text, and a currency is its code"
        yield ".currency_item", message, "name an item of type string"


def _arguments(step: Step) -> Iterator[Finding]:
    match step:
        case Dates():
            yield from _formats(step.formats)
        case Moments():
            yield from _formats(step.formats)
            yield from _zone(step.zone)
        case Booleans():
            for word in sorted(set(step.true) & set(step.false)):
                yield ".false", f"`{word}` stands for true and for false", "let it stand for one"


def _formats(formats: tuple[str, ...]) -> Iterator[Finding]:
    for place, form in enumerate(formats):
        try:
            whole_text(form)
        except ValueError as error:
            yield f".formats[{place}]", f"the format cannot be read: {error}", "correct it"
            continue
        named = set(re.findall(r"%.", form))
        if not all(named & set(ways) for ways in _DAY):
            message = f"`{form}` names no whole day"
            yield f".formats[{place}]", message, "give year, month and day: `%Y`, `%m`, `%d`"


def _zone(name: str | None) -> Iterator[Finding]:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        yield ".zone", f"there is no time zone `{name}`", "write an IANA name such as `UTC`"


LAWS = (
    Law(
        "CAT-029",
        "归一化步骤须与申报列及数据类型相符",
        "normalisation stands at delivered columns, fits their types, and its formats can be read",
        "四(二)",
        "move the step to the column it is meant for, or correct its arguments",
        _steps_fit,
    ),
)
