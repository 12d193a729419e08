"""Text steps: spaces, widths, truth words, names of codes.

Belongs here: their SQL. Keep out: dates (`times`), numbers (`numbers`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from catalog_specs.models.normalisation import Booleans
from storage.sql import literal

__all__ = ["collapsed", "halfwidth", "translated", "trimmed", "truth"]

_SPACES = (
    r"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}"
)
"""Unicode's White_Space."""
_UNSEEN = (
    r"\x{0}-\x{20}\x{7f}-\x{a0}\x{ad}\x{61c}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}"
    r"\x{205f}-\x{206f}\x{3000}\x{feff}\x{fff9}-\x{fffb}"
)
"""White space, control characters, and invisible format characters: BOM, zero-width, directions.
Variation selectors are not among them: they distinguish variants of a character."""
_FULL = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
_HALF = "".join(map(chr, range(0x21, 0x7F))) + " "
_ENDS = literal(f"^[{_UNSEEN}]+|[{_UNSEEN}]+$")
_RUN = literal(f"[{_SPACES}]+")
_WIDE = literal(r"[\x{ff01}-\x{ff5e}\x{3000}]")


def trimmed(text: str) -> str:
    """Take what nobody sees off both ends."""
    return f"regexp_replace({text}, {_ENDS}, '', 'g')"


def collapsed(text: str) -> str:
    """Make every run of white space one plain space."""
    return f"regexp_replace({text}, {_RUN}, ' ', 'g')"


def halfwidth(text: str) -> str:
    """Write U+FF01 to U+FF5E as ASCII and U+3000 as a space.

    `translate` reads its alphabets again for every text, so it is given only those that need it.
    """
    written = f"translate({text}, {literal(_FULL)}, {literal(_HALF)})"
    return f"CASE WHEN regexp_matches({text}, {_WIDE}) THEN {written} ELSE {text} END"


def truth(text: str, step: Booleans, *, cells: bool) -> str:
    """Write truth words as `true` and `false`; NULL for any other text."""
    yes, no = list(step.true), list(step.false)
    if cells:
        yes += ["true"] if "true" not in no else []
        no += ["false"] if "false" not in yes else []
    words = (("true", yes), ("false", no))
    cases = " ".join(f"WHEN {text} IN ({_list(w)}) THEN {literal(v)}" for v, w in words if w)
    return f"CASE {cases} END" if cases else "CAST(NULL AS VARCHAR)"


def translated(text: str, names: Mapping[str, str]) -> str:
    """Write the code for a name, and a code as it is; NULL for a name that two codes have.

    `names` is code → name. DuckDB turns the look-up into a join, so long lists cost no more.
    """
    shared = Counter(names.values())
    pairs = [(code, code) for code in names]
    pairs += [
        (name, code) for code, name in names.items() if name not in names and shared[name] == 1
    ]
    if not pairs:
        return "CAST(NULL AS VARCHAR)"
    rows = ", ".join(f"({literal(name)}, {literal(code)})" for name, code in pairs)
    return f"(SELECT _code FROM (VALUES {rows}) AS _names(_name, _code) WHERE _name = {text})"


def _list(words: Sequence[str]) -> str:
    return ", ".join(map(literal, words))
