"""Suggestions: the known word that is nearest to an unknown one.

Belongs here: the wording of suggestions, used by the reader and the laws alike. Keep out: what
counts as known.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "one_of"]

_SHOWN = 12


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return "did you mean `x`?", or `otherwise` when no known word is near."""
    near = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else otherwise


def one_of(known: Iterable[str]) -> str:
    """Return the known words as a short list; a long one is cut and says so."""
    words = sorted(set(known))
    rest = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(f"`{word}`" for word in words[:_SHOWN]) + rest
