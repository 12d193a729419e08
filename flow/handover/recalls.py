"""Recalls: copies called back when their grant was suspended, revoked or ended (五(十)).

Belongs here: which copies are called back, by when, the notice, and its acknowledgement. Keep out:
the ledger (`register.copies`). A notice that was given stands, also when the grant comes back: a
new copy is a new copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from audit.acts import Act, Operation
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day
from catalog_specs.rules.decisions import DecisionReason, ShareWithdrawal
from catalog_specs.working_days import working_days
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults
from governance.applications.matters.openings import code_of
from governance.applications.matters.reading import ShownMatter, openings
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
from storage.delta.tables import exists
from storage.swaps import write_text

__all__ = ["Reason", "acknowledge", "overdue", "recall_lapsed"]


@dataclass(frozen=True)
class Reason:
    """Why a grant's copies are called back: a code, and its words."""

    code: str
    label: str


def recall_lapsed(city: City, faults: Faults, only: str | None = None) -> tuple[Recall, ...]:
    """Call back every copy whose grant is not in force; those that were told are told no more.

    With `only` none but those of this grant or opening are asked about.

    A copy whose notice cannot be sent is called back all the same: the notice lies in the home.
    """
    with faults.apart("recall"):
        if not exists(COPIES.path(city.layout)):  # most runs of most homes end here
            return ()
    done: list[Recall] = []
    with faults.apart("recall"), city.lock("recalls"):
        out = [
            one
            for one in traced(city.layout)
            if one.notice is None and one.receipt is None and only in {None, one.copy.grant}
        ]
        why = _Reasons(city.rights, _opened(city, out), local_day(city.catalog, city.clock()))
        for one in out:
            with faults.apart("recall", one.copy.grant):
                told = _recalled(city, why.of(one.copy.grant), one.copy)
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


def _recalled(city: City, reason: Reason | None, copy: Copy) -> Recall | None:
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
    return replace(act, grant=copy.grant, procedure=_procedure(city, copy.grant), facts=facts)


def _procedure(city: City, code: str) -> str:
    """Return the special procedure of a grant, also of one that the catalogue no longer has."""
    standing = city.rights.standings.get(code)
    asked = city.catalog.grants.get(code) or (standing.content if standing else None)
    return (asked.procedure or "") if asked else ""


def _opened(city: City, out: Iterable[Traced]) -> dict[str, ShownMatter]:
    """Return the openings, by the names of their copies; nothing is read where there are none."""
    if all(one.copy.grant in city.catalog.grants for one in out):
        return {}
    today = local_day(city.catalog, city.clock())
    found = openings(city.layout, city.governance_db, city.catalog, today)
    return {code_of(one.matter.number): one for one in found}


@dataclass(frozen=True)
class _Reasons:
    """What says why copies must come back: grants, and openings, on a day."""

    rights: Rights
    openings: Mapping[str, ShownMatter]
    today: date

    def of(self, code: str) -> Reason | None:
        """Return why the copies of a grant or an opening must come back; None while it holds."""
        grant, opening = self.rights.catalog.grants.get(code), self.openings.get(code)
        if grant is not None:
            decision = self.rights.decide(grant, self.today)
            reason = Reason(decision.reason.value, decision.explanation)
            return None if decision.allowed else reason
        if opening is None or opening.about not in self.rights.catalog.open_sets:
            gone = ShareWithdrawal.NOT_IN_CATALOGUE
            return Reason(gone.stored, gone.label)
        if opening.in_force:
            return None
        if opening.until and opening.until < self.today:
            return Reason(DecisionReason.EXPIRED.stored, DecisionReason.EXPIRED.label)
        return Reason(opening.state.value, opening.state.label)


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
