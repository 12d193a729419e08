"""The wording of codes: meaning in both languages, remedy, and clause.

Belongs here: the shape of such a closed set. Keep out: the sets themselves (one module each), and
finding out that a code applies.
Standard library only: a reading process imports the sets too.
"""

from __future__ import annotations

from typing import Self

from catalog_specs.vocabulary import Term

__all__ = ["Worded"]


class Worded(Term):
    """A code of a closed set: its value is stored and printed, its words are for people.

    `label` and `remedy_zh` are Chinese, `english` and `remedy` English; `clause` is the
    regulation's clause behind it, or "" where there is none. A code never changes its meaning.
    """

    english: str
    remedy_zh: str
    remedy: str
    clause: str

    def __new__(
        cls,
        value: str,
        label: str = "",  # defaults, so that a look-up by value reads as one to a type checker
        english: str = "",
        remedy_zh: str = "",
        remedy: str = "",
        clause: str = "",
    ) -> Self:
        """Make a member that is a plain string and also knows its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.english = english
        member.remedy_zh = remedy_zh
        member.remedy = remedy
        member.clause = clause
        return member

    @property
    def stored(self) -> str:
        """Return the code as ledgers, receipts and messages have it."""
        return self.value
