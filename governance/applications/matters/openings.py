"""The state machine of an opening: 授权开放 applied for, assessed, confirmed (六(四)、六(五)).

Belongs here: its states, events, rules and days, and what an application says. Keep out: who is who
(`handling`), handing the data over (`flow.governing.opened`).

filed ──assessed──▶ assessed ──confirmed──▶ open ──reported (六(七))──▶ open
  ▲  └─found_unreasonable─┐   │ adjusted      │ adjusted
  └──────filed_again── adjusting ◀────────────┘        stopped, withdrawn: over, from everywhere
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from catalog_specs.catalog import Catalog
from catalog_specs.check_digits import CREDIT_ALPHABET, CREDIT_WEIGHTS
from catalog_specs.spec import Code, Spec, Text
from catalog_specs.vocabulary import OpenType
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

__all__ = [
    "OPENING",
    "ApplicantKind",
    "OpeningEvent",
    "OpeningRequest",
    "OpeningState",
    "OpeningUse",
    "code_of",
    "opening_faults",
    "opening_holds",
    "request_of",
]


class ApplicantKind(MatterWord):
    """Who may apply for 授权开放."""

    ENTERPRISE = (
        "enterprise",
        "内资控股法人企业",
        "an enterprise under domestic control",
        "六(四)",
    )
    UNIVERSITY = ("university", "高校", "a university", "六(四)")
    INSTITUTE = ("institute", "科研院所", "a research institute", "六(四)")


class OpeningUse(MatterWord):
    """What it is used for: universities and institutes only for the public benefit."""

    PUBLIC = (
        "public_benefit",
        "科研教育等公益性活动",
        "research, teaching, public benefit",
        "六(四)",
    )
    COMMERCIAL = ("commercial", "商业用途", "commercial use", "六(四)")


class OpeningState(MatterWord):
    """How far an application for 授权开放 is."""

    FILED = ("filed", "待评估", "waits for the operator's assessment", "六(五)")
    ASSESSED = ("assessed", "待确认", "waits for the authority's confirmation", "六(五)")
    ADJUSTING = ("adjusting", "待调整后重新申请", "to be adjusted and filed again", "六(五)")
    OPEN = ("open", "已授权开放", "opened to the applicant", "六(五)")
    STOPPED = ("stopped", "已停止授权", "stopped by the authority", "六(五)")
    WITHDRAWN = ("withdrawn", "已撤回", "given up by the applicant", "六(四)")


class OpeningEvent(MatterWord):
    """What can happen to an application for 授权开放."""

    FILED = ("filed", "受理申请", "filed", "六(四)")
    FILED_AGAIN = ("filed_again", "调整后重新申请", "filed again, adjusted", "六(五)")
    ASSESSED = ("assessed", "评估合理", "assessed as reasonable", "六(五)")
    UNREASONABLE = ("unreasonable", "评估不合理", "assessed as unreasonable", "六(五)")
    CONFIRMED = ("confirmed", "确认授权", "confirmed", "六(五)")
    ADJUSTED = ("adjusted", "要求调整", "to be adjusted", "六(五)")
    STOPPED = ("stopped", "停止授权", "stopped", "六(五)")
    REPORTED = ("reported", "报告使用情况", "usage reported", "六(七)")
    WITHDRAWN = ("withdrawn", "撤回", "withdrawn", "六(四)")


class OpeningRequest(Spec):
    """An application for 授权开放, as the operator or the authority takes it in from outside."""

    applicant: Text
    """The unit's name."""
    unit_code: str = Field(pattern=f"^[{CREDIT_ALPHABET}]{{18}}$", coerce_numbers_to_str=True)
    """Its 统一社会信用代码."""
    kind: ApplicantKind
    domestic_control: bool = False
    """Whether a firm has shown that it is under domestic control (内资控股)."""
    dataset: Code
    """The open set, of opening type 授权开放."""
    use: OpeningUse
    scenario: Text
    no_third_party: bool
    """Whether it undertakes to use the data itself alone."""
    valid_from: date
    valid_to: date
    receiver_key: str | None = Field(default=None, pattern=r"^age1[02-9ac-hj-np-z]{58}$")
    """The public age key that what is handed over is encrypted to."""


def request_of(content: Mapping[str, Any]) -> OpeningRequest:
    """Read an application back as it was filed."""
    names = OpeningRequest.model_fields
    return OpeningRequest.model_validate({k: v for k, v in content.items() if k in names})


def code_of(number: int) -> str:
    """Return the name by which the copies of an opening stand in the ledger of copies."""
    return f"opening_{number}"


def opening_faults(catalog: Catalog, asked: OpeningRequest, today: date) -> Iterator[str]:
    """Yield in both languages what keeps an application from being filed (六(四))."""
    opened = catalog.open_sets.get(asked.dataset)
    if opened is None:
        yield "目录中没有该开放数据集 / the catalogue has no such open set"
    elif opened.type is not OpenType.AUTHORISED:
        yield "该数据集普遍开放，无须申请 / it is open to everybody and needs no application"
    if asked.kind is ApplicantKind.ENTERPRISE and not asked.domestic_control:
        yield "仅限内资控股法人企业 / of firms, only those under domestic control may apply"
    if asked.kind is not ApplicantKind.ENTERPRISE and asked.use is not OpeningUse.PUBLIC:
        yield "高校、科研院所不得用于商业用途 / universities and institutes: no commercial use"
    if not asked.no_third_party:
        yield "须承诺不提供给第三方 / the applicant must undertake to give it to nobody else"
    if not _sums_up(asked.unit_code):
        yield "统一社会信用代码校验不符 / the check character of the unit code is wrong"
    if asked.valid_to < max(asked.valid_from, today):
        yield "期限已过或起止颠倒 / the term is over, or ends before it begins"


def opening_holds(matter: Matter, today: date) -> bool:
    """Say whether what was opened may be used on a day."""
    asked = request_of(matter.content)
    return matter.state == OpeningState.OPEN and asked.valid_from <= today <= asked.valid_to


def _due(matter: Matter, clock: Clock) -> Due | None:
    """Return what is due next: assessment and confirmation by figures, usage reports (六(七))."""
    profile, since = clock.profile, matter.events[-1].on
    match matter.state:
        case OpeningState.FILED if profile.opening_assessment_days:
            term, what = profile.opening_assessment_days, "需求合理性评估"
        case OpeningState.ASSESSED if profile.opening_decision_days:
            term, what = profile.opening_decision_days, "确认"
        case OpeningState.OPEN:
            return _report_due(matter, clock)
        case _:
            return None
    return Due.at(what, clock.calendar.after(since, term.value), term.clause)


def _report_due(matter: Matter, clock: Clock) -> Due | None:
    """Return the day of the next usage report: so many days after the one before was due.

    A report that is late does not move the next one. None where the term is over before that.
    """
    confirmed = matter.last(OpeningEvent.CONFIRMED)
    if confirmed is None:
        return None
    later = matter.events[matter.events.index(confirmed) :]
    given = sum(one.kind == OpeningEvent.REPORTED for one in later)
    figure = clock.profile.usage_report_days
    from_day = max(confirmed.on, request_of(matter.content).valid_from)
    day = from_day + timedelta(days=figure.value * (given + 1))
    if not figure.value or day > request_of(matter.content).valid_to:
        return None
    return Due.at("使用情况报告", clock.calendar.on_or_after(day), figure.clause)


def _objection(matter: Matter | None, event: MatterEvent, clock: Clock) -> str:
    if matter is None:
        return ""
    asked = request_of(matter.content)
    match event.kind:
        case OpeningEvent.FILED_AGAIN if event.facts.get("unit_code") != asked.unit_code:
            return "it is another applicant's; file it as an application of its own"
        case OpeningEvent.CONFIRMED if asked.valid_to < clock.today:
            return "the term that was applied for is over"
        case _:
            return ""


_ANY = frozenset(OpeningState) - {OpeningState.STOPPED, OpeningState.WITHDRAWN}
_TAKEN_IN = frozenset({OpeningEvent.FILED, OpeningEvent.FILED_AGAIN})
_DESKS = (Party.OPERATOR, Party.AUTHORITY)

OPENING = Machine(
    kind="opening",
    label="授权开放申请",
    english="application for authorised opening",
    clause="六(四)",
    states=OpeningState,
    events=OpeningEvent,
    begins=OpeningEvent.FILED,
    over=frozenset({OpeningState.STOPPED, OpeningState.WITHDRAWN}),
    task="opening",
    objection=_objection,
    due=_due,
    rules={
        OpeningEvent.FILED: Rule(_DESKS, frozenset(), OpeningState.FILED),
        OpeningEvent.FILED_AGAIN: Rule(
            _DESKS, frozenset({OpeningState.ADJUSTING}), OpeningState.FILED
        ),
        OpeningEvent.ASSESSED: Rule(
            (Party.OPERATOR,), frozenset({OpeningState.FILED}), OpeningState.ASSESSED, _TAKEN_IN
        ),
        OpeningEvent.UNREASONABLE: Rule(
            (Party.OPERATOR,), frozenset({OpeningState.FILED}), OpeningState.ADJUSTING, _TAKEN_IN,
            reason=True,
        ),
        OpeningEvent.CONFIRMED: Rule(
            (Party.AUTHORITY,), frozenset({OpeningState.ASSESSED}), OpeningState.OPEN,
            _TAKEN_IN | {OpeningEvent.ASSESSED},
        ),
        OpeningEvent.ADJUSTED: Rule(
            (Party.AUTHORITY,), frozenset({OpeningState.ASSESSED, OpeningState.OPEN}),
            OpeningState.ADJUSTING, reason=True,
        ),
        OpeningEvent.STOPPED: Rule(
            (Party.AUTHORITY,), _ANY, OpeningState.STOPPED, reason=True
        ),
        OpeningEvent.REPORTED: Rule(_DESKS, frozenset({OpeningState.OPEN})),
        OpeningEvent.WITHDRAWN: Rule(_DESKS, _ANY, OpeningState.WITHDRAWN, reason=True),
    },
)  # fmt: skip


def _sums_up(code: str) -> bool:
    """Say whether the last character of a unit code follows from the others (GB 32100)."""
    places = [CREDIT_ALPHABET.index(one) for one in code]
    total = sum(a * b for a, b in zip(places[:-1], CREDIT_WEIGHTS, strict=True))
    return (31 - total % 31) % 31 == places[-1]
