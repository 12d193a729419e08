"""Quoting: a text of a sample as YAML in one line that shows all it holds.

Belongs here: that one function. Keep out: what is quoted (`pages`, `proposal`). A header comes from
an undescribed file: what does not show would reach the terminal that the draft is printed on.
"""

from __future__ import annotations

import math

import yaml

from catalog_specs.plain_text import is_plain

__all__ = ["quoted"]


def quoted(text: str) -> str:
    """Return a text as a YAML scalar in double quotes, hidden characters by their numbers."""
    line = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf).strip()
    return "".join(one if is_plain(one) else f"\\U{ord(one):08X}" for one in line)
