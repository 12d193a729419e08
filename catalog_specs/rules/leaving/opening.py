"""Opening: how widely a resource may be opened, and which of its items not at all (六(四)).

Belongs here: opening types, and items that are not opened at all. Keep out: masks (`masking`), who
is counted (`persons`), the measured risk (`governance.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from catalog_specs.masks.mask import Mask
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import OpenSet
from catalog_specs.rules.leaving.sharing import share_type_of
from catalog_specs.vocabulary import ShareType

__all__ = ["Withheld", "may_open", "withheld"]


class Withheld(NamedTuple):
    """An item that an open set may not tell of: its place in the set, its code and sharing type."""

    path: str
    code: str
    kind: ShareType


def may_open(resource: Resource, opened: OpenSet) -> bool:
    """Say whether a set is opened exactly as its resource is: who may take it is decided there."""
    return resource.open.type is opened.type


def withheld(
    resource: Resource, opened: OpenSet, masks: Mapping[str, Mask | None]
) -> Iterator[Withheld]:
    """Yield the items that are not shared without conditions and would be opened, even in part.

    What rows are chosen by counts too: it tells something of every row. An item that is dropped or
    becomes a constant tells nothing. `masks` holds those that apply; who has none, is seen.
    """
    places = [
        (f"items[{index}]", code)
        for index, code in enumerate(opened.items)
        if not _is_hidden(masks.get(code))
    ]
    places += [(f"where[{index}].item", one.item) for index, one in enumerate(opened.where)]
    there = {item.code for item in resource.items}
    for path, code in places:
        kind = share_type_of(resource, code)
        if code in there and kind is not ShareType.UNCONDITIONAL:
            yield Withheld(path, code, kind)


def _is_hidden(mask: Mask | None) -> bool:
    return mask is not None and mask.remains.hidden
