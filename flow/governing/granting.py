"""Granting: what officials do to grants, each act on record before it counts (五(四)、五(十)).

Belongs here: opening the store, entering the act, one step of `governance.applications`, taking
away what a grant that ended has on disk, and calling back its copies. Keep out: who may do what
(`governance.applications`), options and printing (`cli`). A refused attempt is an act as well:
every allow and every deny is one entry of the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.acts import Act, Operation
from audit.log import AuditLog
from catalog_specs.errors import GrantError
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant
from flow.city import City
from flow.failures import Failure, Faults
from flow.handover.recalls import recall_lapsed
from governance.applications.filing import Done, Office, apply, decide, move, renew
from governance.applications.former import begin_grants
from governance.applications.stewards import Steward, end_term, register, stewards
from governance.grants.life import GrantEventKind
from outlets.shares.withdrawals import Withdrawal, withdraw_lapsed
from register.copies import Recall

__all__ = [
    "Ended",
    "all_stewards",
    "apply_for",
    "decide_grant",
    "end_grant",
    "end_steward",
    "expiring",
    "register_stewards",
    "renew_grant",
]

Step = Callable[[Office], Done]


@dataclass(frozen=True)
class Ended:
    """What came of ending a grant: the act, its files, its copies, and what failed of calling back.

    A recall that failed is made by the next run.
    """

    done: Done
    withdrawal: Withdrawal | None = None
    recalls: tuple[Recall, ...] = ()
    failed: tuple[Failure, ...] = ()


def apply_for(city: City, grant: Grant) -> Done:
    """File the application that a grant's file is."""
    return _act(city, grant.code, "apply", lambda office: apply(office, grant))


def renew_grant(city: City, grant: Grant) -> Done:
    """File the application for a longer term."""
    return _act(city, grant.code, "renew", lambda office: renew(office, grant))


def decide_grant(city: City, grant: str, said: tuple[str, str], *, yes: bool) -> Done:
    """Enter a decision, on a document and with its reason."""
    document, reason = said
    return _act(
        city, grant, "decide", lambda office: decide(office, grant, document, reason, yes=yes)
    )


def end_grant(city: City, grant: str, kind: GrantEventKind, said: tuple[str, str]) -> Ended:
    """Suspend, resume or revoke a grant (五(十)).

    What no longer holds loses its files at once, and the copies that were handed out are called
    back: in this order, so that nothing keeps the files.
    """
    done = _act(city, grant, kind.value, lambda office: move(office, grant, kind, *said))
    if kind is GrantEventKind.RESUMED:
        return Ended(done)
    with city.lock(f"share.{grant}"):
        gone = withdraw_lapsed(city.layout, city.rights, grant, city.clock())
    faults = Faults(city.layout)
    return Ended(done, gone, recall_lapsed(city, faults, grant), tuple(faults.found))


def expiring(city: City, days: int) -> tuple[tuple[Grant, date], ...]:
    """Return the grants that hold today and whose term ends within so many days, soonest first."""
    rights, today = city.rights, local_day(city.catalog, city.clock())
    ends = [
        (one, min(one.valid_to, standing.valid_to or one.valid_to))
        for one in rights.holding(today)
        if (standing := rights.standings.get(one.code))
    ]
    return tuple(sorted(
        (pair for pair in ends if pair[1] <= today + timedelta(days=days)),
        key=lambda pair: pair[1],
    ))  # fmt: skip


def register_stewards(city: City, found: Sequence[tuple[Steward, str]]) -> None:
    """Put stewards on record, each with the name that goes into the store and nowhere else."""
    from governance.store.database import open_store

    begin_grants(city.layout, city.catalog, city.governance_db, city.clock())
    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        for one, name in found:
            register(session, one, name, (city.clock(), city.actor))
        AuditLog(city.layout).append([_report(city, one) for one, _ in found])


def end_steward(city: City, place: tuple[str, str], until: date, filing: str) -> None:
    """End a steward's term on a written report."""
    from governance.store.database import open_store

    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        ended = end_term(session, place, until, filing, (city.clock(), city.actor))
        AuditLog(city.layout).append([_report(city, ended)])


def all_stewards(city: City) -> tuple[Steward, ...]:
    """Return every term on record; none where there is no store."""
    from governance.store.database import exists, open_store

    if not exists(city.layout, city.governance_db):
        return ()
    with open_store(city.layout, city.governance_db) as store, store.reading() as session:
        return stewards(session)


def _report(city: City, one: Steward) -> Act:
    return Act(
        operation=Operation.MAINTAIN,
        purpose="数据管理员报备（九(二)）",
        user=city.actor,
        approver=one.filing,
        content=f"{one.department} {one.post}",
        at=city.clock().isoformat(),
        way="登记",
        medium="平台",
        department=one.department,
        facts={"since": one.since.isoformat(), "account": one.account},
    )


def _act(city: City, grant: str, what: str, step: Step) -> Done:
    """Do one step in one transaction; the entry of an act that is refused says so."""
    from governance.store.database import open_store

    begin_grants(city.layout, city.catalog, city.governance_db, city.clock())
    entered: list[Done] = []

    def enter(done: Done) -> None:
        AuditLog(city.layout).append([_entry(city, grant, what, done, "")])
        entered.append(done)

    with open_store(city.layout, city.governance_db) as store:
        try:
            with store.writing() as session:
                return step(Office(city.catalog, session, city.actor, city.clock(), enter))
        except GrantError as refused:
            if not entered:
                AuditLog(city.layout).append([_entry(city, grant, what, None, refused.what)])
            raise


def _kept(city: City, grant: str) -> Grant | None:
    """Return what a grant that the catalogue no longer has was granted for, or asks for."""
    standing = city.rights.standings.get(grant)
    return (standing.content or standing.pending) if standing else None


def _entry(city: City, grant: str, what: str, done: Done | None, refused: str) -> Act:
    asked = city.catalog.grants.get(grant) or _kept(city, grant)
    by = f"{done.post} {done.document}".strip() if done else ""
    facts: dict[str, Any] = {"act": what}
    facts |= {"state": done.state.value} if done else {"denied": refused}
    # whose data it is about: each producer's digest of the day has the decision (八(四))
    facts |= {"resources": [one.resource for one in asked.resources]} if asked else {}
    return Act(
        operation=Operation.SHARE,
        purpose=asked.purpose if asked else "授权办理",
        user=city.actor,
        approver=by or "未获批准",
        content=asked.scope() if asked else grant,
        at=city.clock().isoformat(),
        way=asked.method.label if asked else "授权办理",
        medium=asked.medium.label if asked else "平台",
        grant=grant,
        department=asked.consumer if asked else "",
        procedure=(asked.procedure or "") if asked else "",
        facts=facts,
    )
