"""Copied scope: which items a copy has and under which masks, as the copy ledger keeps it.

Belongs here: writing that of what leaves, and reading it back. Keep out: the ledger
(`register.copies`), what is wrong with a copy by today's law (`governance.violations`). It holds
neither conditions of rows nor any value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter, ValidationError

from catalog_specs.models.sharing import GrantedResource
from governance.masks.columns import MaskedColumn

__all__ = ["copied", "copied_scope"]


def copied_scope(parts: Iterable[tuple[str, Sequence[MaskedColumn]]]) -> str:
    """Return the text of what leaves: each resource with its masked columns."""
    return json.dumps(
        [
            {
                "resource": ref,
                "items": [one.code for one in columns],
                "masks": {one.code: one.mask.model_dump(mode="json") for one in columns},
            }
            for ref, columns in parts
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def copied(scope: str) -> tuple[GrantedResource, ...]:
    """Return what a copy has; nothing where nobody wrote it, or this program cannot read it."""
    if not scope:
        return ()
    try:
        return TypeAdapter(tuple[GrantedResource, ...]).validate_json(scope)
    except ValidationError:
        return ()
