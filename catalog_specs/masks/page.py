"""The page of masks in the docs, written from the kinds themselves.

Belongs here: that page alone. Keep out: what a mask is (`mask`, `kinds`).
"""

from __future__ import annotations

import inspect

from catalog_specs.masks.mask import Mask, Remains
from catalog_specs.masks.registry import mask_kinds
from catalog_specs.vocabulary import ItemType

__all__ = ["masks_page"]

_HEAD = """# Masks

Generated from `catalog_specs/masks/kinds/` by `python -m docs.generate`.
A mask is named in an element, a sensitivity class, a grant or an open set: `{mask: drop}`.
What a mask must fulfil before anything leaves is in [leaving.md](leaving.md).

| Mask | 中文 | What becomes of a value | Types | What remains |
|---|---|---|---|---|
"""
_REMAINS = {
    Remains.AS_IS: "the value",
    Remains.PART: "a part of it",
    Remains.LINK: "nothing of it; equal values stay equal",
    Remains.NOTHING: "nothing",
    Remains.ABSENT: "no column",
}


def masks_page() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(_row(kind) for kind in mask_kinds())


def _row(kind: type[Mask]) -> str:
    said = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    types = [one.label for one in ItemType if one in kind.fits]
    fits = "any" if len(types) == len(ItemType) else "、".join(types)
    return f"| `{kind.name()}` | {kind.label} | {said} | {fits} | {_REMAINS[kind.remains]} |\n"
