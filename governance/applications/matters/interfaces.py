"""The state machine of an interface request: provided in ten working days, or refused (二(三)).

Belongs here: its states, events, rules and days. Keep out: who is who (`handling`). One extension
may be asked for in writing, no later than the due day, and for five working days at most; until the
authority allows it, the first due day counts.
"""

from __future__ import annotations

from governance.applications.matters.machine import (
    Clock,
    Due,
    Machine,
    Matter,
    MatterEvent,
    MatterWord,
    Party,
    Rule,
)

__all__ = ["INTERFACE", "InterfaceEvent", "InterfaceState"]


class InterfaceState(MatterWord):
    """How far an interface request is."""

    ASKED = ("asked", "待提供", "waits for the producer", "二(三)")
    PROVIDED = ("provided", "已提供", "provided", "二(三)")
    REFUSED = ("refused", "不予提供", "refused, on evidence", "二(三)")
    WITHDRAWN = ("withdrawn", "已撤回", "withdrawn", "二(三)")


class InterfaceEvent(MatterWord):
    """What can happen to an interface request."""

    ASKED = ("asked", "提出接口需求", "asked for", "二(三)")
    EXTENSION_ASKED = ("extension_asked", "书面申请延期", "an extension asked for", "二(三)")
    EXTENDED = ("extended", "批准延期", "extended", "二(三)")
    NOT_EXTENDED = ("not_extended", "不批准延期", "not extended", "二(三)")
    PROVIDED = ("provided", "提供接口", "provided", "二(三)")
    REFUSED = ("refused", "不予提供", "refused", "二(三)")
    WITHDRAWN = ("withdrawn", "撤回", "withdrawn", "二(三)")


def _due(matter: Matter, clock: Clock) -> Due | None:
    if matter.state != InterfaceState.ASKED:
        return None
    figure = clock.profile.interface_days
    more = int(matter.content["days"]) if matter.last(InterfaceEvent.EXTENDED) else 0
    days = figure.value + more
    return Due.at(
        "提供接口", clock.calendar.after(matter.events[0].on, max(1, days)), figure.clause
    )


def _objection(matter: Matter | None, event: MatterEvent, clock: Clock) -> str:
    if matter is None:
        own = event.department == event.facts.get("provider")
        return "a department asks others for an interface, not itself" if own else ""
    match event.kind:
        case InterfaceEvent.EXTENSION_ASKED:
            return _about_extension(matter, event, clock)
        case InterfaceEvent.EXTENDED | InterfaceEvent.NOT_EXTENDED:
            return _about_allowing(matter, event)
        case InterfaceEvent.PROVIDED if not str(event.facts.get("specification", "")).strip():
            return "the interface's specification and call guide are not named"
        case _:
            return ""


def _about_extension(matter: Matter, event: MatterEvent, clock: Clock) -> str:
    most = clock.profile.interface_extension_days.value
    due, days = _due(matter, clock), event.facts.get("days")
    if matter.last(InterfaceEvent.EXTENSION_ASKED):
        return "an extension is asked for once"
    if not isinstance(days, int) or not 1 <= days <= most:
        return f"an extension is for one to {most} working days"
    if due is not None and clock.today > due.day:
        return "it was due already; an extension is asked for before"
    return ""


def _about_allowing(matter: Matter, event: MatterEvent) -> str:
    last = matter.last(
        InterfaceEvent.EXTENSION_ASKED, InterfaceEvent.EXTENDED, InterfaceEvent.NOT_EXTENDED
    )
    if last is None or last.kind != InterfaceEvent.EXTENSION_ASKED:
        return "no extension was asked for that is not decided"
    most, days = int(matter.content["days"]), event.facts.get("days", matter.content["days"])
    return "" if 1 <= days <= most else f"it was asked for {most} working days"


_WAITS = frozenset({InterfaceState.ASKED})
_ASKED = frozenset({InterfaceEvent.ASKED})

INTERFACE = Machine(
    kind="interface",
    label="接口需求",
    english="interface request",
    clause="二(三)",
    states=InterfaceState,
    events=InterfaceEvent,
    begins=InterfaceEvent.ASKED,
    over=frozenset(InterfaceState) - _WAITS,
    objection=_objection,
    due=_due,
    rules={
        InterfaceEvent.ASKED: Rule(
            (Party.AUTHORITY, Party.CONSUMER), frozenset(), InterfaceState.ASKED, reason=True
        ),
        InterfaceEvent.EXTENSION_ASKED: Rule((Party.PRODUCER,), _WAITS, apart=_ASKED, reason=True),
        InterfaceEvent.EXTENDED: Rule(
            (Party.AUTHORITY,), _WAITS, apart=frozenset({InterfaceEvent.EXTENSION_ASKED})
        ),
        InterfaceEvent.NOT_EXTENDED: Rule(
            (Party.AUTHORITY,), _WAITS, apart=frozenset({InterfaceEvent.EXTENSION_ASKED}),
            reason=True,
        ),
        InterfaceEvent.PROVIDED: Rule(
            (Party.PRODUCER,), _WAITS, InterfaceState.PROVIDED, _ASKED
        ),
        InterfaceEvent.REFUSED: Rule(
            (Party.PRODUCER,), _WAITS, InterfaceState.REFUSED, _ASKED, reason=True
        ),
        InterfaceEvent.WITHDRAWN: Rule(
            (Party.ASKER,), _WAITS, InterfaceState.WITHDRAWN, reason=True
        ),
    },
)  # fmt: skip
