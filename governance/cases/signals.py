"""Signals: facts about deliveries that open a case, feed it, or are the evidence that closes it.

Belongs here: the shape of a signal. Keep out: finding facts (`flow.desk` lists who does), what a
signal does to a case (`states`), SQLAlchemy: every source of signals imports this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog_specs.vocabulary import Term

__all__ = ["CaseOrigin", "Signal"]


class CaseOrigin(Term):
    """Where a case comes from."""

    RULE = ("rule", "规则未通过")
    MISMATCH = ("mismatch", "引用项与来源不一致")
    LATENESS = ("lateness", "逾期或缺交")
    REPORT = ("report", "数据应用单位纠错")

    @property
    def english(self) -> str:
        """Say it in English."""
        match self:
            case CaseOrigin.RULE:
                return "a rule fails"
            case CaseOrigin.MISMATCH:
                return "differs from its source"
            case CaseOrigin.LATENESS:
                return "late or missing"
            case CaseOrigin.REPORT:
                return "reported by a consumer"


@dataclass(frozen=True)
class Signal:
    """A fact: something about a resource fails, or holds again. It holds no value of the data.

    A case is the same case by `origin`, `resource`, `about` (a rule's code, an item, what is owed)
    and `cause` (what tells two causes of the same trouble apart: a rule's fingerprint, an element
    with a pair of resources, a period). `count` is how much fails. `seen_at` is the moment of the
    fact, not of looking at it: the same fact told twice changes nothing.
    """

    origin: CaseOrigin
    resource: str
    about: str
    cause: str
    failing: bool
    count: int
    evidence: Mapping[str, str | int]
    seen_at: datetime
    wording: str = ""
    """What fails, in Chinese; empty leaves what the case says."""
    wording_en: str = ""
    owner: str = ""
    """Department that must put it right; empty means the provider of the resource."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes a case the same case."""
        return self.origin.value, self.resource, self.about, self.cause
