"""The state machine of a delegation: what the operator does for the authority (二(五)、九(三)).

Belongs here: its states, events and rules, and whether it is in force on a day. Keep out: who is
who (`handling`). The authority gives it, the operator accepts it with the number of its
confidentiality agreement (保密协议); that its term is over follows from the day, and is no event.
"""

from __future__ import annotations

from datetime import date

from governance.applications.matters.machine import (
    Clock,
    Machine,
    Matter,
    MatterEvent,
    MatterWord,
    Party,
    Rule,
)

__all__ = ["DELEGATION", "DelegatedTask", "DelegationEvent", "DelegationState", "in_force"]


class DelegatedTask(MatterWord):
    """What may be delegated to the operator."""

    OPENING = ("opening", "授权开放的受理和评估", "taking in and assessing openings", "六(五)")
    INTERFACE = (
        "interface",
        "服务接口再封装和发布",
        "wrapping and publishing interfaces",
        "二(三)",
    )
    SHARING = ("sharing", "共享交付", "handing over what is shared", "二(五)")
    QUALITY = ("quality", "数据治理和问题数据分发", "quality work, and sending faults on", "七(二)")


class DelegationState(MatterWord):
    """How a delegation stands."""

    GIVEN = ("given", "待接受", "waits for the operator", "二(五)")
    ACCEPTED = ("accepted", "已接受", "accepted", "二(五)")
    ENDED = ("ended", "已终止", "ended", "二(五)")


class DelegationEvent(MatterWord):
    """What can happen to a delegation."""

    GIVEN = ("given", "委托", "given", "二(五)")
    ACCEPTED = ("accepted", "接受委托并签订保密协议", "accepted under an agreement", "九(三)")
    PROLONGED = ("prolonged", "延长期限", "prolonged", "二(五)")
    ENDED = ("ended", "终止委托", "ended", "二(五)")


def in_force(matter: Matter, day: date, task: str = "") -> bool:
    """Say whether a delegation, for a task or for any, is in force on a day."""
    since, until = (date.fromisoformat(str(matter.content[one])) for one in ("since", "until"))
    named = not task or task in matter.content["tasks"]
    return matter.state == DelegationState.ACCEPTED and since <= day <= until and named


def _objection(matter: Matter | None, event: MatterEvent, clock: Clock) -> str:
    match event.kind:
        case DelegationEvent.GIVEN:
            return _about_terms(event)
        case DelegationEvent.ACCEPTED if not str(event.facts.get("nda", "")).strip():
            return "the number of the confidentiality agreement is missing"
        case DelegationEvent.PROLONGED if matter is not None:
            before = date.fromisoformat(str(matter.content["until"]))
            if before < clock.today:
                return "it is over already; give a new one"
            if date.fromisoformat(str(event.facts["until"])) <= before:
                return "the new last day is no later than the one there is"
    return ""


def _about_terms(event: MatterEvent) -> str:
    tasks = event.facts.get("tasks") or ()
    if not tasks or not set(tasks) <= set(DelegatedTask):
        return f"the tasks are none of {', '.join(DelegatedTask)}"
    since, until = (date.fromisoformat(str(event.facts[one])) for one in ("since", "until"))
    return "its term ends before it begins" if until < since else ""


_LIVE = frozenset({DelegationState.GIVEN, DelegationState.ACCEPTED})

DELEGATION = Machine(
    kind="delegation",
    label="委托",
    english="delegation",
    clause="二(五)",
    states=DelegationState,
    events=DelegationEvent,
    begins=DelegationEvent.GIVEN,
    over=frozenset({DelegationState.ENDED}),
    objection=_objection,
    rules={
        DelegationEvent.GIVEN: Rule((Party.AUTHORITY,), frozenset(), DelegationState.GIVEN),
        DelegationEvent.ACCEPTED: Rule(
            (Party.DELEGATE,), frozenset({DelegationState.GIVEN}), DelegationState.ACCEPTED,
            frozenset({DelegationEvent.GIVEN}),
        ),
        DelegationEvent.PROLONGED: Rule(
            (Party.AUTHORITY,), frozenset({DelegationState.ACCEPTED})
        ),
        DelegationEvent.ENDED: Rule(
            (Party.AUTHORITY, Party.DELEGATE), _LIVE, DelegationState.ENDED, reason=True
        ),
    },
)  # fmt: skip
