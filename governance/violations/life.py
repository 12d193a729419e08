"""The life of a violation: suspected, confirmed by a named post, put right or not; or dismissed.

Belongs here: the value, and what may follow what, as pure functions with the moment passed in. Keep
out: where it is stored (`governance.violations.records`), suspecting (`registry`).
A violation only counts once a post has confirmed it on a document. Nothing vanishes: what is no
longer seen says since when, and what was decided stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from governance.violations.detector import Suspicion, violation_id

__all__ = [
    "FOLLOWS",
    "Decision",
    "Event",
    "Violation",
    "as_of",
    "decided",
    "entered",
    "missed",
    "seen",
]

By = tuple[datetime, str]
"""When, and by which account."""
_GONE, _AGAIN = "gone", "seen again"

FOLLOWS: Mapping[ViolationState, frozenset[ViolationState]] = {
    ViolationState.CONFIRMED: frozenset({ViolationState.SUSPECTED, ViolationState.DISMISSED}),
    ViolationState.DISMISSED: frozenset({ViolationState.SUSPECTED, ViolationState.CONFIRMED}),
    ViolationState.RECTIFIED: frozenset({ViolationState.CONFIRMED, ViolationState.CIRCULATED}),
    ViolationState.CIRCULATED: frozenset({ViolationState.CONFIRMED}),
    ViolationState.REFERRED: frozenset({ViolationState.CONFIRMED, ViolationState.CIRCULATED}),
}
"""State → the states it may follow. 十(一): 责令限期改正, then 通报批评, then 处分."""


@dataclass(frozen=True)
class Decision:
    """What a named post decided of a violation, on which document, and why."""

    state: ViolationState
    post: str
    document: str
    reason: str = ""
    rectify_by: date | None = None
    exemption_ref: str = ""
    """The record of a trial that 十(三) exempts."""


@dataclass(frozen=True)
class Event:
    """One thing that happened to a violation."""

    at: datetime
    what: str
    """`suspected`, `gone`, `seen again`, or the state that was decided."""
    by: str
    decision: Decision | None = None


@dataclass(frozen=True)
class Violation:
    """One violation: what was seen, and what became of it."""

    id: str
    kind: ViolationKind
    detector: str
    """The detector that suspects it; "" for one that was entered by hand."""
    department: str
    about: str
    cause: str
    zh: str
    en: str
    confidence: Confidence
    evidence: Mapping[str, str | int]
    first_seen: datetime
    last_seen: datetime
    gone_since: datetime | None = None
    """Since when it is no longer seen; None while it is, and for one entered by hand."""
    state: ViolationState = ViolationState.SUSPECTED
    rectify_by: date | None = None
    """Until when a confirmed one is to be put right."""
    history: tuple[Event, ...] = field(default=())
    """Everything that happened to it, in order."""

    @property
    def decision(self) -> Decision | None:
        """Return what was decided of it last; None while it is suspected."""
        made = [one.decision for one in self.history if one.decision]
        return made[-1] if made and self.state is not ViolationState.SUSPECTED else None

    @property
    def current(self) -> bool:
        """Say whether it belongs on the officer's list: seen and undecided, or not put right."""
        if self.state is ViolationState.SUSPECTED:
            return self.gone_since is None
        return self.state in {ViolationState.CONFIRMED, ViolationState.CIRCULATED}

    def overdue(self, today: date) -> bool:
        """Say whether it was confirmed, and its term to be put right is over."""
        confirmed = self.state is ViolationState.CONFIRMED
        return confirmed and self.rectify_by is not None and today > self.rectify_by


def seen(known: Violation | None, one: Suspicion, by: By) -> Violation:
    """Return the violation now that a detector sees it, for the first time or again.

    What was said to be put right and is seen all the same is suspected anew, with its history. What
    was dismissed stays so: somebody has looked at just this.
    """
    if known is None:
        return Violation(
            one.id, one.kind, one.detector, one.department, one.about, one.cause,
            one.zh, one.en, one.confidence, dict(one.evidence), by[0], by[0],
            history=(Event(by[0], ViolationState.SUSPECTED.value, by[1]),),
        )  # fmt: skip
    fresh = replace(
        known,
        zh=one.zh,
        en=one.en,
        confidence=one.confidence,
        evidence=dict(one.evidence),
        last_seen=by[0],
        gone_since=None,
    )
    put_right = known.state is ViolationState.RECTIFIED
    if known.gone_since is None and not put_right:
        return fresh
    if put_right:
        fresh = replace(fresh, state=ViolationState.SUSPECTED, rectify_by=None)
    return _told(fresh, by, _AGAIN)


def missed(known: Violation, by: By) -> Violation:
    """Return the violation now that its detector does not see it."""
    if known.gone_since is not None or not known.detector:
        return known
    return _told(replace(known, gone_since=by[0]), by, _GONE)


def entered(
    place: tuple[str, str],
    said: tuple[str, str],
    by: By,
    kind: ViolationKind = ViolationKind.OTHER,
) -> Violation:
    """Return a violation that a person enters: of which department, about what, clause and words.

    It is suspected like any other: whoever enters it does not confirm it.
    """
    (department, about), (clause, words) = place, said
    cause = f"{by[0].isoformat()}:{clause}:{words}"
    name = violation_id(kind, department, about, cause)
    return Violation(
        name, kind, "", department, about, cause, words, words, Confidence.MEDIUM,
        {"clause": clause}, by[0], by[0],
        history=(Event(by[0], ViolationState.SUSPECTED.value, by[1]),),
    )  # fmt: skip


def decided(known: Violation, decision: Decision, by: By) -> Violation | None:
    """Return the violation with a decision; None where this may not follow what it is.

    Confirming needs a day to be put right by; 十(三) may be a reason to dismiss it.
    """
    if known.state not in FOLLOWS.get(decision.state, frozenset()):
        return None
    confirms = decision.state is ViolationState.CONFIRMED
    if confirms and decision.rectify_by is None:
        raise ValueError("a confirmed violation has a day to be put right by")
    after = replace(
        known,
        state=decision.state,
        rectify_by=decision.rectify_by if confirms else known.rectify_by,
    )
    return _told(after, by, decision.state.value, decision)


def as_of(one: Violation, end: datetime) -> Violation | None:
    """Return a violation as it stood before a moment, from its events; None if nobody knew of it.

    What was seen of it is as it is now: only what happened to it is kept for every moment.
    """
    past = tuple(event for event in one.history if event.at < end)
    if not past:
        return None
    state, until, gone = ViolationState.SUSPECTED, None, None
    for event in past:
        if event.decision is not None:
            state = event.decision.state
            until = event.decision.rectify_by if state is ViolationState.CONFIRMED else until
        elif event.what == _GONE:
            gone = event.at
        elif event.what == _AGAIN:
            gone = None
            if state is ViolationState.RECTIFIED:
                state, until = ViolationState.SUSPECTED, None
    return replace(one, history=past, state=state, rectify_by=until, gone_since=gone)


def _told(one: Violation, by: By, what: str, decision: Decision | None = None) -> Violation:
    return replace(one, history=(*one.history, Event(by[0], what, by[1], decision)))
