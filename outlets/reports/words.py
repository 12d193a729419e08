"""Words of the report: what a page says in both languages.

Belongs here: the pair of words, and the words of closed sets that have none in English. Keep out:
sentences of one page (that page).
"""

from __future__ import annotations

from typing import NamedTuple

from catalog_specs.vocabulary import Dimension, Level, Term, UpdateCycle
from register.register import State

__all__ = ["CYCLES", "DIMENSIONS", "LEVELS", "LEVEL_LAMPS", "STATES", "Words", "of_term"]


class Words(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str = ""


STATES: dict[State, tuple[str, Words]] = {
    State.LANDED: ("idle", Words("待判定", "awaits a verdict")),
    State.PASSED: ("good", Words("通过，待入库", "passed, to be applied")),
    State.HELD: ("warn", Words("待批准", "held")),
    State.BEHIND: ("warn", Words("排队等候", "behind a held one")),
    State.REJECTED: ("stop", Words("整批拒收", "rejected")),
    State.REFUSED: ("stop", Words("驳回", "refused by decision")),
    State.APPLIED: ("good", Words("已入库", "applied")),
    State.OVERTAKEN: ("idle", Words("已入库，后有新批次", "applied, then overtaken")),
}
"""State of a delivery → its lamp and its words."""

LEVEL_LAMPS: dict[Level, str] = {
    Level.REJECT: "stop",
    Level.QUARANTINE: "kept",
    Level.WARN: "warn",
}
"""Level of a failing rule → its lamp."""


def of_term(term: Term) -> Words:
    """Return the words of a member of the vocabulary: its value is its English word."""
    return Words(term.label, term.value.replace("_", " "))


LEVELS = {one.value: one for one in Level}
"""Levels, by the word that ledgers have."""
DIMENSIONS = {one.value: one for one in Dimension}
"""Dimensions, by the word that ledgers have."""
CYCLES = {one.value: of_term(one) for one in UpdateCycle}
"""Words of update cycles, by the word that readers return."""
