"""Date and moment formats: the texts that a format accepts, as a regular expression.

Belongs here: the directives a format may use, and the pattern of the texts it fits. Keep out:
reading a text (`values.normalise`), judging formats (`laws`).
A number between other signs may lack its leading zero, because there it cannot be misread:
`%Y年%m月%d日` takes `2024年1月5日`, but `%Y%m%d` takes eight digits and nothing else.
"""

from __future__ import annotations

import re
from types import MappingProxyType

__all__ = ["DIRECTIVES", "OFFSET", "whole_text"]

_WORD = "[A-Za-z]{3,9}"
_EITHER = "[0-9]{1,2}"
DIRECTIVES = MappingProxyType(
    {
        "%Y": "[0-9]{4}",
        "%y": "[0-9]{2}",
        "%m": "[0-9]{2}",
        "%d": "[0-9]{2}",
        "%H": "[0-9]{2}",
        "%I": "[0-9]{2}",
        "%M": "[0-9]{2}",
        "%S": "[0-9]{2}",
        "%f": "[0-9]{1,6}",
        "%b": _WORD,
        "%B": _WORD,
        "%p": "[AaPp][Mm]",
        "%z": "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
        "%%": "%",
    }
)
"""Directive → the texts it takes; two-digit years follow POSIX (69–99 are 19xx)."""
OFFSET = "%z"
_PADDED = frozenset({"%m", "%d", "%H", "%I", "%M", "%S"})
_TOKEN = re.compile(r"%.?|[^%]+", re.DOTALL)


def whole_text(form: str) -> str:
    """Return the RE2 pattern of the whole texts that a format takes.

    Raises:
        ValueError: the format has a directive that is not in `DIRECTIVES`.
    """
    tokens = _TOKEN.findall(form)
    pieces = []
    for place, token in enumerate(tokens):
        if not token.startswith("%"):
            pieces.append(re.escape(token))
            continue
        if token not in DIRECTIVES:
            known = " ".join(DIRECTIVES)
            raise ValueError(f"`{token}` is none of {known}")
        alone = token in _PADDED and _stands_alone(tokens, place)
        pieces.append(_EITHER if alone else DIRECTIVES[token])
    return "".join(pieces)


def _stands_alone(tokens: list[str], place: int) -> bool:
    """Say whether no digit can stand right before or behind a directive."""
    before = tokens[place - 1] if place else " "
    behind = tokens[place + 1] if place + 1 < len(tokens) else " "
    return not (before[-1].isdigit() or behind[0].isdigit() or _digits(before) or _digits(behind))


def _digits(token: str) -> bool:
    return token.startswith("%") and "[0-9]" in DIRECTIVES.get(token, "") and token != OFFSET
