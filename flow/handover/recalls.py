"""Recalls: copies called back when their grant was suspended, revoked or ended (五(十)).

Belongs here: which copies are called back, by when, the notice, and its acknowledgement. Keep out:
the ledger (`register.copies`). A notice that was given stands, also when the grant comes back: a
new copy is a new copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from audit.acts import Act, Operation
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day
from catalog_specs.rules.decisions import ShareWithdrawal
from catalog_specs.working_days import working_days
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults
from governance.grants.rights import Rights
from governance.grants.text import department_name
from register.copies import (
    COPIES,
    RECALLS,
    Copy,
    CopyState,
    Disposal,
    Recall,
    RecallEvent,
    Traced,
    traced,
)
from storage.swaps import write_text

__all__ = ["Reason", "acknowledge", "overdue", "recall_lapsed"]


@dataclass(frozen=True)
class Reason:
    """Why a grant's copies are called back: a code, and its words."""

    code: str
    label: str


def recall_lapsed(city: City, faults: Faults) -> tuple[Recall, ...]:
    """Call back every copy whose grant is not in force; those that were told are told no more.

    A copy whose notice cannot be sent is called back all the same: the notice lies in the home.
    """
    if not COPIES.path(city.layout).exists():  # most runs of most homes end here
        return ()
    done: list[Recall] = []
    with faults.apart("recall"), city.lock("recalls"):
        rights = city.rights
        for one in traced(city.layout):
            if one.notice is None and one.receipt is None:
                with faults.apart("recall", one.copy.grant):
                    told = _recalled(city, rights, one.copy)
                    done += [told] if told is not None else []
    if done and city.alerts:
        with faults.apart("alerts"):
            _send(city, done)
    return tuple(done)


def acknowledge(city: City, copy: str, disposal: Disposal, document: str) -> Traced:
    """Record that a receiver destroyed or returned a copy, whether or not it was called back.

    Raises:
        AccessError: there is no such copy, or it was acknowledged already.
    """
    with city.lock("recalls"):
        found = next(iter(traced(city.layout, (copy,))), None)
        if found is None or found.receipt is not None:
            raise AccessError(
                "no such copy was handed out" if found is None else "it was acknowledged already",
                where=f"copy {copy}",
                remedy="see `quanshu copies list` for those there are",
            )
        at, due = city.clock().isoformat(), found.notice.due if found.notice else ""
        reason = found.notice.reason if found.notice else ""
        receipt = Recall(
            copy, found.copy.grant, RecallEvent.ACKNOWLEDGED, at, city.actor,
            due, reason, disposal, document,
        )  # fmt: skip
        with at_work(city, _act(city, found.copy, disposal.label, document)):
            RECALLS.record(city.layout, (receipt,))
    return Traced(found.copy, found.notice, receipt)


def overdue(copies: Iterable[Traced], today: date) -> tuple[Traced, ...]:
    """Return the copies that should have been destroyed or returned by now."""
    day = today.isoformat()
    return tuple(one for one in copies if one.state(day) is CopyState.OVERDUE)


def _recalled(city: City, rights: Rights, copy: Copy) -> Recall | None:
    reason = _why(rights, copy.grant, local_day(city.catalog, city.clock()))
    if reason is None:
        return None
    now = city.clock()
    term = city.catalog.profile.recall_days
    due = working_days(city.catalog).after(local_day(city.catalog, now), max(1, term.value)).day
    told = Recall(
        copy.copy, copy.grant, RecallEvent.NOTICED, now.isoformat(), city.actor,
        due.isoformat(), reason.code,
    )  # fmt: skip
    place = city.layout.recall_notice(copy.copy)
    with at_work(city, _act(city, copy, f"召回：{reason.label}")) as act:
        act.enter()
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_text(place, _notice(city, copy, reason, told))
        RECALLS.record(city.layout, (told,))
    return told


def _act(city: City, copy: Copy, purpose: str, document: str | None = None) -> Act:
    act = about_city(city, Operation.MAINTAIN, purpose, f"副本 {copy.copy}", document=document)
    facts = {"copy": copy.copy, "resources": list(copy.resources)}
    return replace(act, grant=copy.grant, facts=facts)


def _why(rights: Rights, code: str, today: date) -> Reason | None:
    """Return why a grant's copies must come back; None while it is in force."""
    grant = rights.catalog.grants.get(code)
    if grant is None:
        gone = ShareWithdrawal.NOT_IN_CATALOGUE
        return Reason(gone.stored, gone.label)
    decision = rights.decide(grant, today)
    return None if decision.allowed else Reason(decision.reason.value, decision.explanation)


def _notice(city: City, copy: Copy, reason: Reason, told: Recall) -> str:
    term = city.catalog.profile.recall_days
    return "\n".join(
        (
            "数据副本召回通知",
            "",
            f"{department_name(city.catalog, copy.consumer)}：",
            "",
            f"根据授权 {copy.grant}（审批文号：{copy.approval}）交付的数据副本须予收回。",
            f"副本编号：{copy.copy}（{copy.form.label}，{'、'.join(copy.resources)}）",
            f"交付时间：{copy.at}",
            f"SHA-256：{copy.sha256}",
            f"召回原因：{reason.label}",
            (
                f"请于 {told.due} 前销毁或退回该副本及由其复制的一切副本，并书面回执"
                f"（{term.clause}，{term.value} {term.unit}）。"
            ),
            "",
            city.catalog.city.name,
            local_day(city.catalog, city.clock()).isoformat(),
            "",
        )
    )


def _send(city: City, told: Iterable[Recall]) -> None:
    """Tell officers, where they ask for it: numbers of copies and grants, nothing of the data."""
    from governance.cases.alerts import notify

    lines = [f"{one.copy} {one.grant} → {one.due}" for one in told]
    notify(
        city.alerts, f"泉数 Quanshu: 召回 {len(lines)} 份副本 / copies recalled", "\n".join(lines)
    )
