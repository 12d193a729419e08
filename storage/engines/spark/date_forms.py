"""Date forms: `%Y年%m月%d日` as Spark writes it.

Belongs here: that translation. Keep out: reading a text by a form (`expressions`).
Standard library only.
"""

from __future__ import annotations

import re

from storage.engines.spark.closed_list import NotSaidAlike

__all__ = ["spark_form"]

_LETTERS = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss"}
_TOKEN = re.compile(r"%.?|[^%]", re.DOTALL)
_RESERVED = frozenset("'[]{}#")
"""Signs that mean something in a form of Spark; other signs, and 年 月 日, stand for themselves."""


def spark_form(form: str) -> str:
    """Return a form of strptime as Spark writes it.

    Raises:
        NotSaidAlike: it has a part that engines read differently.
    """
    return "".join(map(_written, _TOKEN.findall(form)))


def _written(token: str) -> str:
    if token in _LETTERS:
        return _LETTERS[token]
    if token.startswith("%") or token in _RESERVED:
        raise NotSaidAlike(f"{token} in a date format")
    return f"'{token}'" if token.isascii() and token.isalpha() else token
