"""Duties of offices: decisions, interfaces, reports and receipts, each by its day.

Belongs here: one list of all of it, from what stores and ledgers say. Keep out: the clocks
themselves (`applications`, `register.copies`), deliveries (`quality.timeliness`), corrections
(`cases`), printing.
What neither the regulation nor the profile gives a term has no day: it is told with its age.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from catalog_specs.rules.leaving.sharing import Signature, signatures_needed
from catalog_specs.vocabulary import ApprovalRole
from catalog_specs.working_days import working_days
from governance.applications.deadlines import decision_due
from governance.applications.matters.delegations import DELEGATION, DelegationState, in_force
from governance.applications.matters.interfaces import (
    INTERFACE,
    InterfaceEvent,
    InterfaceState,
)
from governance.applications.matters.machine import Due, Matter, MatterWord
from governance.applications.matters.openings import OPENING, OpeningState
from governance.applications.matters.reading import recorded, shown
from governance.grants.life import GrantEvent
from governance.grants.log import Log, read_log
from governance.grants.standing import lives_in
from register.copies import Traced, traced
from storage.layout import Layout

__all__ = ["Owed", "OwedKind", "owed", "read_owed"]


class OwedKind(MatterWord):
    """What an office can owe, with the clause that it stands on."""

    DECISION = ("decision", "审批授权申请", "decide on a grant", "五(四)")
    INTERFACE = ("interface", "提供接口", "provide an interface", "二(三)")
    EXTENSION = ("extension", "答复延期申请", "answer an extension", "二(三)")
    ASSESSMENT = ("assessment", "评估开放申请", "assess an opening", "六(五)")
    CONFIRMATION = ("confirmation", "确认开放申请", "confirm an opening", "六(五)")
    USAGE_REPORT = ("usage_report", "报告使用情况", "report the use", "六(七)")
    ACCEPTANCE = ("acceptance", "接受委托", "accept a delegation", "二(五)")
    RECALL = ("recall", "处置召回副本", "give a copy back", "五(十)")


@dataclass(frozen=True)
class Owed:
    """One thing that one office owes: what, about what, and by which day."""

    kind: OwedKind
    by: str
    """The code of a department, or the name of an applicant from outside."""
    place: str
    """Where it is acted upon, as the commands call it: `grant CODE`, `interface 3`, `copies ID`."""
    about: str
    """The grant, resource or open set that it is about, or what is delegated."""
    since: date
    due: Due | None
    """None where no term is set (五(四) sets none)."""
    late: int | None
    """Working days since the due day; None while that is not over, for it is in time itself."""

    @property
    def overdue(self) -> bool:
        """Say whether the day is over."""
        return self.late is not None

    @property
    def clause(self) -> str:
        """Return the clause of its term, or else of the duty."""
        return self.due.clause if self.due else self.kind.clause

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "what": self.kind.value,
            "what_zh": self.kind.label,
            "what_en": self.kind.english,
            "by": self.by,
            "place": self.place,
            "about": self.about,
            "since": self.since.isoformat(),
            "due": self.due.day.isoformat() if self.due else None,
            "provisional": self.due.provisional if self.due else False,
            "overdue": self.overdue,
            "days_late": self.late or 0,
            "clause": self.clause,
        }


@dataclass(frozen=True)
class _Day:
    """A catalogue on a day: who is who, and how far a due day is passed."""

    catalog: Catalog
    today: date

    def owed(
        self, kind: OwedKind, by: str, place: tuple[str, str], since: date, due: Due | None
    ) -> Owed:
        over = due is not None and self.today > due.day
        late = working_days(self.catalog).between(due.day, self.today) if due and over else None
        return Owed(kind, by, *place, since, due, late)


def read_owed(
    layout: Layout, address: str, catalog: Catalog, today: date, until: datetime | None = None
) -> tuple[Owed, ...]:
    """Return what offices owe on a day, as it is or was before a moment.

    `address` is that of the governance store; empty means the file of the home.

    Raises:
        SettingsError: the store does not answer, or cannot be read.
    """
    events, contents = read_log(layout, address)
    if until is not None:
        events = tuple(one for one in events if one.at < until)
    matters = recorded(layout, address, until=until)
    return owed(catalog, today, (events, contents), matters, traced(layout, until=until))


def owed(
    catalog: Catalog, today: date, log: Log, matters: Iterable[Matter], copies: Iterable[Traced]
) -> tuple[Owed, ...]:
    """Return what offices owe on a day: by their due days, and what has none at the end."""
    at, known = _Day(catalog, today), tuple(matters)
    found = chain(_decisions(at, log), _of_matters(at, known), _recalls(at, copies))
    return tuple(sorted(found, key=_order))


def _order(one: Owed) -> tuple[bool, date, str, str]:
    return one.due is None, one.due.day if one.due else one.since, one.place, one.by


def _decisions(at: _Day, log: Log) -> Iterator[Owed]:
    """Yield each department's decision on what waits, but for those that were made (五(四))."""
    for code, (life, standing) in lives_in(log).items():
        asked, applied = standing.pending, life.applied
        if asked is None or applied is None or code not in at.catalog.grants:
            continue
        needed = signatures_needed(at.catalog.city.authority, at.catalog.resources, asked)
        given = {_signature(one) for one in life.given}
        day = decision_due(at.catalog, applied.on)
        term = at.catalog.profile.grant_decision_days
        due = Due.at(OwedKind.DECISION.label, day, term.clause) if day and term else None
        for by in dict.fromkeys(one.by for one in needed if one not in given):
            yield at.owed(OwedKind.DECISION, by, (f"grant {code}", code), applied.on, due)


def _signature(event: GrantEvent) -> Signature:
    return Signature(event.department, ApprovalRole(event.role))


def _of_matters(at: _Day, matters: tuple[Matter, ...]) -> Iterator[Owed]:
    operators = _operators(at, matters)
    for matter in matters:
        one = shown(at.catalog, matter, at.today)
        place = f"{matter.kind} {matter.number}", one.about
        since = matter.events[-1].on
        match matter.kind:
            case INTERFACE.kind if matter.state == InterfaceState.ASKED:
                yield from _of_interface(at, matter, place, one.due)
            case OPENING.kind if matter.state == OpeningState.FILED:
                for by in operators:
                    yield at.owed(OwedKind.ASSESSMENT, by, place, since, one.due)
            case OPENING.kind if matter.state == OpeningState.ASSESSED:
                authority = at.catalog.city.authority
                yield at.owed(OwedKind.CONFIRMATION, authority, place, since, one.due)
            case OPENING.kind if one.due is not None:
                yield at.owed(OwedKind.USAGE_REPORT, one.asked_by, place, since, one.due)
            case DELEGATION.kind if matter.state == DelegationState.GIVEN:
                named = place[0], ", ".join(matter.content["tasks"])
                yield at.owed(OwedKind.ACCEPTANCE, one.about, named, since, _begins(matter))


def _operators(at: _Day, matters: tuple[Matter, ...]) -> tuple[str, ...]:
    """Return who assesses openings: the units delegated to, or the authority, who delegates."""
    found = [
        str(one.content["operator"])
        for one in matters
        if one.kind == DELEGATION.kind and in_force(one, at.today, OPENING.task)
    ]
    return tuple(dict.fromkeys(found)) or (at.catalog.city.authority,)


def _of_interface(
    at: _Day, matter: Matter, place: tuple[str, str], due: Due | None
) -> Iterator[Owed]:
    """Yield the interface, and the answer to a producer who asked for more days."""
    resource = at.catalog.resources.get(place[1])
    provider = resource.provider if resource else place[1].partition("/")[0]
    yield at.owed(OwedKind.INTERFACE, provider, place, matter.events[0].on, due)
    newest = matter.last(
        InterfaceEvent.EXTENSION_ASKED, InterfaceEvent.EXTENDED, InterfaceEvent.NOT_EXTENDED
    )
    if newest is not None and newest.kind == InterfaceEvent.EXTENSION_ASKED:
        authority = at.catalog.city.authority
        yield at.owed(OwedKind.EXTENSION, authority, place, newest.on, None)


def _begins(matter: Matter) -> Due:
    """Return the day by which a delegation is to be accepted: its first one, or when it came."""
    content: Mapping[str, Any] = matter.content
    day = max(date.fromisoformat(str(content["since"])), matter.events[0].on)
    return Due(OwedKind.ACCEPTANCE.label, day, provisional=False, clause=OwedKind.ACCEPTANCE.clause)


def _recalls(at: _Day, copies: Iterable[Traced]) -> Iterator[Owed]:
    clause = at.catalog.profile.recall_days.clause
    for one in copies:
        if one.notice is None or one.receipt is not None:
            continue
        day = date.fromisoformat(one.notice.due)
        due = Due(OwedKind.RECALL.label, day, provisional=False, clause=clause)
        since = local_day(at.catalog, datetime.fromisoformat(one.notice.at))
        place = f"copies {one.copy.copy}", one.copy.grant
        yield at.owed(OwedKind.RECALL, one.copy.consumer, place, since, due)
