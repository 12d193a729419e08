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
_TAIL = """
A pseudonym is an HMAC under SHA-256, or under SM3 (GB/T 32905) where the profile says
`pseudonym_hash: sm3`. The note of the column in shares, packages and dictionaries names which.
Another hash makes a share anew, whole, and no release takes rows of one under another.
One mask alone may differ: `{mask: pseudonym, hash: sm3}`. Samples, the marks of copies and the
digests by which reported records are known again stay under SHA-256: they leave nothing to join by.

SM3 costs more: about 3 µs of processor time for each distinct value, thirteen times as much as
SHA-256. It needs a Python whose OpenSSL has SM3; `quanshu doctor` tells where that is missing, and
whatever needs a pseudonym fails there, and says so.
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
    return _HEAD + "".join(_row(kind) for kind in mask_kinds()) + _TAIL


def _row(kind: type[Mask]) -> str:
    said = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    types = [one.label for one in ItemType if one in kind.fits]
    fits = "any" if len(types) == len(ItemType) else "、".join(types)
    return f"| `{kind.name()}` | {kind.label} | {said} | {fits} | {_REMAINS[kind.remains]} |\n"
