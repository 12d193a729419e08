"""Exits: every item of every grant and open set, with the mask that will apply to it.

Belongs here: the walk, and the place to correct of each. Keep out: which mask applies
(`catalog_specs.rules.leaving.masking`), the laws about it (`masks`, `grants`, `open_data`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_specs.masks.mask import Mask, Remains
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Exit
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.masking import NamedBy, applied

__all__ = ["Leaving", "dropped_of", "leaving", "leaving_of", "masks_of"]


@dataclass(frozen=True)
class Leaving:
    """One item that leaves: where that is written, what it is, and its mask.

    `mask` and `named_by` are None when nothing names one.
    """

    at: str
    prefix: str
    index: int
    source: Exit
    code: str
    element: Element
    sensitivity: Sensitivity
    mask: Mask | None
    named_by: NamedBy | None

    @property
    def path(self) -> str:
        """Return the place to correct: the mask where one is given, otherwise the item."""
        given = self.named_by is NamedBy.EXIT
        return f"{self.prefix}{f'masks.{self.code}' if given else f'items[{self.index}]'}"


def leaving(declared: Declared) -> Iterator[Leaving]:
    """Yield every item that leaves; a grant without rows is left out."""
    for grant in declared.grants.values():
        if grant.method.materialised:
            for index, granted in enumerate(grant.resources):
                prefix = f"resources[{index}]."
                yield from leaving_of(declared, f"grants:{grant.code}", prefix, granted)
    for opened in declared.open_sets.values():
        yield from leaving_of(declared, f"open_sets:{opened.code}", "", opened)


def leaving_of(declared: Declared, at: str, prefix: str, source: Exit) -> Iterator[Leaving]:
    """Yield the items of one granted resource or open set; what is unknown is left to CAT-003."""
    resource = declared.resources.get(source.resource)
    for index, code in enumerate(source.items):
        element = _element(declared, resource, code)
        sensitivity = declared.sensitivities.get(element.sensitivity) if element else None
        if element is None or sensitivity is None:
            continue
        found = applied(code, element, sensitivity, source)
        yield Leaving(
            at=at,
            prefix=prefix,
            index=index,
            source=source,
            code=code,
            element=element,
            sensitivity=sensitivity,
            mask=found.mask,
            named_by=found.by,
        )


def dropped_of(declared: Declared, source: Exit) -> frozenset[str]:
    """Return the items that their masks keep from leaving."""
    masks = masks_of(declared, source).items()
    return frozenset(code for code, mask in masks if mask and mask.remains is Remains.ABSENT)


def masks_of(declared: Declared, source: Exit) -> dict[str, Mask | None]:
    """Return the masks that apply to the items of which enough is known, by their codes."""
    return {one.code: one.mask for one in leaving_of(declared, "", "", source)}


def _element(declared: Declared, resource: Resource | None, code: str) -> Element | None:
    if resource is None:
        return None
    item = next((item for item in resource.items if item.code == code), None)
    return declared.element_of(item) if item is not None else None
