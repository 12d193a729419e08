"""Date forms: `%Y年%m月%d日` as Spark writes it.

Belongs here: that translation. Keep out: reading a text by a form (`expressions`).
Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.engines.spark.closed_list import NotSaidAlike

__all__ = ["spark_form"]

_LETTERS = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss"}
_BARE = {"%m": "M", "%d": "d", "%H": "H", "%M": "m", "%S": "s"}
_TOKEN = re.compile(r"%.?|[^%]", re.DOTALL)
_RESERVED = frozenset("'[]{}#")
"""Signs that mean something in a form of Spark; other signs, and 年 月 日, stand for themselves."""


def spark_form(form: str, *, reading: bool = False) -> str:
    """Return a form of strptime as Spark writes it.

    For reading, a number between other signs may lack its leading zero, as it may for strptime.

    Raises:
        NotSaidAlike: it has a part that engines read differently.
    """
    tokens = _TOKEN.findall(form)
    return "".join(
        _BARE[token]
        if reading and token in _BARE and _stands_alone(tokens, place)
        else _written(token)
        for place, token in enumerate(tokens)
    )


def _stands_alone(tokens: Sequence[str], place: int) -> bool:
    beside = (*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2])
    return not any(token.startswith("%") or token.isdigit() for token in beside)


def _written(token: str) -> str:
    if token in _LETTERS:
        return _LETTERS[token]
    if token.startswith("%") or token in _RESERVED:
        raise NotSaidAlike(f"{token} in a date format")
    return f"'{token}'" if token.isascii() and token.isalpha() else token
