r"""Patterns: regular expressions of RE2 written so that every engine reads them as RE2 does.

Belongs here: that translation. Keep out: which SQL asks for a pattern (`rendering`).
Java's and Rust's readers agree with RE2 on little beyond characters, classes and repeats: `\d` is
Unicode in one, `$` stops before a last newline in another, `[a[b]` is a class in a class in both.
So a pattern is read by RE2's rules and written with what all of them read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from storage.engines.spark.closed_list import NotSaidAlike

__all__ = ["found_anywhere", "like_text", "whole_text"]

_DIGITS, _WORDS = "0-9", "0-9A-Za-z_"
_BLANKS = r"\x{9}\x{a}\x{c}\x{d}\x{20}"
_SETS = {"d": _DIGITS, "w": _WORDS, "s": _BLANKS}
_NAMED = {"t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_HAN = (
    (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007),
    (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA6D),
    (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3), (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF),
    (0x2A700, 0x2B739), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0),
    (0x2F800, 0x2FA1D), (0x30000, 0x3134A), (0x31350, 0x323AF),
)  # fmt: skip
"""`\\p{Han}` of the RE2 within DuckDB 1.5: every engine has another edition of Unicode."""
_HAN_SET = "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in _HAN)
_COUNTED = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_CODE = re.compile(r"x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_SCRIPT = re.compile(r"p\{Han\}")
_SIGNS = {"^": r"\A", "$": r"\z", ".": r"[^\x{a}]"}
_ASIS = frozenset("*+?|)")
_FOLDED = {"K": r"\x{212a}", "S": r"\x{17f}"}
_ONE_SIGN = r"[\x{0}-\x{10ffff}]"
_CASELESS = "a set in which capitals and small letters are alike"
_WILD = {"%": f"{_ONE_SIGN}*", "_": _ONE_SIGN}


def whole_text(pattern: str) -> str:
    r"""Write a pattern that must fit a whole text.

    Raises:
        NotSaidAlike: it has a part that engines read differently.
    """
    return rf"\A(?:{found_anywhere(pattern)})\z"


def found_anywhere(pattern: str) -> str:
    """Write a pattern that is looked for anywhere in a text; raises as `whole_text` does."""
    return "".join(_Reader(pattern).pieces())


def like_text(pattern: str) -> str:
    """Write what LIKE compares a whole text with: engines have other signs that escape others."""
    return rf"\A{''.join(_WILD.get(sign) or _literal(sign) for sign in pattern)}\z"


@dataclass
class _Reader:
    """Reads a pattern once, from left to right."""

    pattern: str
    at: int = 0
    depth: int = 0
    either: list[int] = field(default_factory=list)
    """Of the groups around, how deep those lie in which capitals and small letters are alike."""

    def pieces(self) -> Iterator[str]:
        while self.at < len(self.pattern):
            yield self._piece()

    def _piece(self) -> str:
        sign = self._take()
        if sign == "\\":
            taken = self._escape()
            return f"[{taken.within}]" if taken.many else taken.within
        if sign == "[":
            return self._set()
        if sign == "(":
            return self._group()
        if sign == ")":
            self._leave()
        counted = _COUNTED.match(self.pattern, self.at - 1) if sign == "{" else None
        if counted is not None:
            self.at = counted.end()
            return counted.group()
        if sign in _SIGNS or sign in _ASIS:
            return _SIGNS.get(sign, sign)
        return _either(sign) if self.either else _literal(sign)

    def _leave(self) -> None:
        if self.either and self.either[-1] == self.depth:
            self.either.pop()
        self.depth -= 1

    def _group(self) -> str:
        self.depth += 1
        if not self.pattern.startswith("?", self.at):
            return "("
        if self.pattern.startswith("?i:", self.at):
            self.either.append(self.depth)
            self.at += 3
            return "(?:"
        if not self.pattern.startswith("?:", self.at):
            raise NotSaidAlike("a group with flags or a name in a pattern")
        self.at += 2
        return "(?:"

    def _set(self) -> str:
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        while not parts or not self.pattern.startswith("]", self.at):
            parts.append(self._part())
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _part(self) -> str:
        """Read a part of a set: a character, a range of them, or a named set."""
        first = self._member()
        ranged = self.pattern.startswith("-", self.at) and self.pattern[self.at + 1] != "]"
        if first.many or not ranged:
            return first.within
        self.at += 1
        last = self._member()
        if self.either and not (first.within + last.within).isdecimal():
            raise NotSaidAlike(_CASELESS)
        if last.many:
            raise NotSaidAlike("a range that ends in a set")
        return f"{first.within}-{last.within}"

    def _member(self) -> _Taken:
        sign = self._take()
        if sign == "[" and self.pattern.startswith(":", self.at):
            raise NotSaidAlike("a named class such as [:alpha:] in a pattern")
        if self.either and (sign == "\\" or sign.upper() != sign.lower()):
            raise NotSaidAlike(_CASELESS)
        return self._escape() if sign == "\\" else _Taken(_literal(sign))

    def _escape(self) -> _Taken:
        code = _CODE.match(self.pattern, self.at)
        if code is not None:
            self.at = code.end()
            return _Taken(_literal(chr(int(code[1] or code[2], 16))))
        if _SCRIPT.match(self.pattern, self.at):
            self.at += len("p{Han}")
            return _Taken(_HAN_SET, many=True)
        sign = self._take()
        if sign in _SETS:
            return _Taken(_SETS[sign], many=True)
        if sign in _NAMED:
            return _Taken(_literal(_NAMED[sign]))
        if sign.isascii() and (sign.isalnum() or sign == "_"):
            raise NotSaidAlike(f"the escape \\{sign} in a pattern")
        return _Taken(_literal(sign))

    def _take(self) -> str:
        if self.at >= len(self.pattern):
            raise NotSaidAlike("a pattern that ends too early")
        self.at += 1
        return self.pattern[self.at - 1]


@dataclass(frozen=True)
class _Taken:
    """What was read, as it is written within brackets; `many` says that it is a set."""

    within: str
    many: bool = False


def _either(sign: str) -> str:
    """Write a letter, capital or small, and the two signs that RE2 takes for K and S as well."""
    if not sign.isascii() and sign.upper() == sign.lower():
        return _literal(sign)
    if not sign.isascii():
        raise NotSaidAlike("a letter that is no ASCII, capital or small")
    if not sign.isalpha():
        return _literal(sign)
    return f"[{sign.upper()}{sign.lower()}{_FOLDED.get(sign.upper(), '')}]"


def _literal(sign: str) -> str:
    return sign if sign.isascii() and sign.isalnum() else rf"\x{{{ord(sign):x}}}"
