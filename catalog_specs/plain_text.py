"""Plain text: a text without control, direction and invisible characters.

Belongs here: that one question. Keep out: where it is asked. A right-to-left override makes a name
read as another one, a control character reaches a terminal, a zero-width one makes two names equal
to the eye.
"""

from __future__ import annotations

import re

__all__ = ["hidden_characters", "is_plain"]

_HIDDEN = re.compile(
    "["
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, but tab and line feed
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, bidi
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff"  # tags and variation selectors
    r"\ud800-\udfff"
    "]"
)
_BREAKS = re.compile(r"[\t\n]")


def hidden_characters(text: str, *, breaks: bool = True) -> tuple[str, ...]:
    """Return the code points that do not show, each once, as `U+202E`.

    `breaks` says whether tabs and line feeds are allowed.
    """
    found = _HIDDEN.findall(text) + ([] if breaks else _BREAKS.findall(text))
    return tuple(dict.fromkeys(f"U+{ord(one):04X}" for one in found))


def is_plain(text: str) -> bool:
    """Say whether a text of one line shows everything that is in it."""
    return _HIDDEN.search(text) is None and _BREAKS.search(text) is None
