"""Exits: every item of every grant and open set, with the mask that will apply to it.

Belongs here: the walk and the order of precedence (given here, the element's, its class's), as
the laws see it. Keep out: the laws about it (`masks`, `grants`, `open_data`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from catalog_specs.models.element import Element
from catalog_specs.models.masking import Mask, Sensitivity
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import GrantedResource, OpenSet
from catalog_specs.reading.declared import Declared

__all__ = ["Leaving", "leaving", "leaving_of"]

Way = Literal["share", "open"]


@dataclass(frozen=True)
class Leaving:
    """One item that leaves: where that is written, what it is, and its mask.

    `mask` is None when nothing names one; `given` says whether the grant or set itself did.
    """

    at: str
    prefix: str
    index: int
    way: Way
    code: str
    element: Element
    sensitivity: Sensitivity
    mask: Mask | None
    given: bool
    from_element: bool

    @property
    def path(self) -> str:
        """Return the place to correct: the mask where one is given, otherwise the item."""
        return f"{self.prefix}{f'masks.{self.code}' if self.given else f'items[{self.index}]'}"


def leaving(declared: Declared) -> Iterator[tuple[OpenSet | None, Leaving]]:
    """Yield every item that leaves, with its open set; a grant without rows is left out."""
    for grant in declared.grants.values():
        if grant.method.materialised:
            for index, granted in enumerate(grant.resources):
                prefix = f"resources[{index}]."
                for one in leaving_of(declared, f"grants:{grant.code}", prefix, granted):
                    yield None, one
    for opened in declared.open_sets.values():
        for one in leaving_of(declared, f"open_sets:{opened.code}", "", opened):
            yield opened, one


def leaving_of(
    declared: Declared, at: str, prefix: str, source: GrantedResource | OpenSet
) -> Iterator[Leaving]:
    """Yield the items of one granted resource or open set; what is unknown is left to CAT-003."""
    way: Way = "open" if isinstance(source, OpenSet) else "share"
    resource = declared.resources.get(source.resource)
    for index, code in enumerate(source.items):
        element = _element(declared, resource, code)
        sensitivity = declared.sensitivities.get(element.sensitivity) if element else None
        if element is None or sensitivity is None:
            continue
        default = sensitivity.share if way == "share" else sensitivity.open
        given, own = source.masks.get(code), element.masks.get(way)
        yield Leaving(
            at=at,
            prefix=prefix,
            index=index,
            way=way,
            code=code,
            element=element,
            sensitivity=sensitivity,
            mask=given or own or default,
            given=given is not None,
            from_element=given is None and own is not None,
        )


def _element(declared: Declared, resource: Resource | None, code: str) -> Element | None:
    if resource is None:
        return None
    item = next((item for item in resource.items if item.code == code), None)
    return declared.element_of(item) if item is not None else None
