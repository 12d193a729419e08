"""Canonical JSON: one text for one value, so that a digest of it can be worked out anywhere.

Belongs here: writing it (RFC 8785, of texts, whole numbers, lists and objects alone). Keep out:
what is written. Numbers with a point are written in as many ways as there are libraries: figures
with decimals are texts (`figures`).
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["canonical"]


def canonical(value: Any) -> str:  # noqa: ANN401 - whatever JSON can carry
    """Return the canonical text; TypeError for a number with a point."""
    _require_exact(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _require_exact(value: Any) -> None:  # noqa: ANN401 - whatever JSON can carry
    if isinstance(value, float):
        raise TypeError("a number with a point has no canonical text here")
    if isinstance(value, dict):
        for name, one in value.items():
            # RFC 8785 sorts names by UTF-16, Python by code point: of ASCII both are the same
            if not (isinstance(name, str) and name.isascii()):
                raise TypeError("a name of a canonical object is ASCII text")
            _require_exact(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _require_exact(one)
