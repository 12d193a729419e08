"""Filing: applications, decisions, and ends of grants, by whoever may do that (五(四)、五(十)).

Belongs here: who may do what and what follows, inside one transaction of the store. Keep out: what
may follow what (`governance.grants.life`), what is asked about an application (`questions`), taking
files away and the audit log (`flow.governing.granting`). Nothing is changed before the caller has
entered the act: `Office.enter` is called first and raises when it cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.errors import GrantError
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant
from catalog_specs.rules.leaving.sharing import Signature, signatures_needed
from catalog_specs.vocabulary import ApprovalRole, GrantStatus
from governance.applications.stewards import Steward, same_person, serving
from governance.grants.decisions import scope_objections
from governance.grants.life import GrantEvent, GrantEventKind, GrantState, Life, after, lived
from governance.grants.log import add_application, add_events, events_in
from governance.grants.standing import Standing, asks_for_more, content_of, digest_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["Done", "Office", "apply", "decide", "move", "renew"]

UNCONDITIONAL = "无条件共享，按申请提供"


@dataclass(frozen=True)
class Done:
    """What an act came to: its kind, by whom, and how the grant stands now."""

    grant: str
    kind: GrantEventKind
    state: GrantState
    changed: bool = True
    post: str = ""
    document: str = ""
    left: tuple[Signature, ...] = ()
    """Whose decision is still missing."""


@dataclass(frozen=True)
class Office:
    """The store while one act is done: by which account, when, and what enters it first."""

    catalog: Catalog
    session: Session
    account: str
    now: datetime
    enter: Callable[[Done], None]

    @property
    def today(self) -> date:
        """Return the day in the city."""
        return local_day(self.catalog, self.now)

    def serving(self, grant: str, *departments: str) -> Steward:
        """Return the term by which the account may act for one of these departments.

        Raises:
            GrantError: no registered steward of them with this account serves today (九(二)).
        """
        for one in serving(self.session, self.account, self.today):
            if one.department in departments:
                return one
        raise GrantError(
            "the account is no registered steward who serves there today (九(二))",
            where=f"grant {grant}: {', '.join(departments) or 'nobody is asked'}",
            remedy="act by the account of such a steward (QUANSHU_ACTOR); `quanshu steward list`",
        )

    def event(
        self,
        place: tuple[str, int],
        kind: GrantEventKind,
        of: Steward,
        said: tuple[str, str] = ("", ""),
        role: str = "",
    ) -> GrantEvent:
        """Return an event of a grant's application by this account, now.

        `said` is the document that it stands on, and the reason.
        """
        grant, number = place
        return GrantEvent(
            grant, number, kind, self.now, self.today, self.account, of.department, role, of.post,
            *said,
        )  # fmt: skip


def apply(office: Office, grant: Grant) -> Done:
    """File what a grant's file asks for; what needs nobody's approval is granted at once.

    Nothing changes when the same, or more, was granted or waits already.

    Raises:
        GrantError: it contradicts the catalogue, is over, or the account may not apply.
    """
    steward = office.serving(grant.code, grant.consumer)
    life, standing = _life(office, grant.code)
    needed = signatures_needed(office.catalog.city.authority, office.catalog.resources, grant)
    # what waits for nobody any more, because its sharing type was changed, is filed anew
    stuck = life is not None and life.pending is not None and not needed
    if life and not stuck and _known(life, standing, grant):
        return Done(grant.code, GrantEventKind.APPLIED, life.state, changed=False)
    _require_sound(office, grant)
    state = GrantState.APPLIED if needed else GrantState.GRANTED
    if life and life.state in {GrantState.GRANTED, GrantState.SUSPENDED}:
        state = life.state
    done = Done(grant.code, GrantEventKind.APPLIED, state, post=steward.post, left=needed)
    office.enter(done)
    content = digest_of(grant), content_of(grant)
    number = add_application(office.session, grant.code, content, "filed")
    place = grant.code, number
    events = [office.event(place, GrantEventKind.APPLIED, steward)]
    if not needed:
        events.append(office.event(place, GrantEventKind.GRANTED, steward, ("", UNCONDITIONAL)))
    add_events(office.session, events)
    return done


def decide(office: Office, grant: str, document: str, reason: str = "", *, yes: bool) -> Done:
    """Enter a steward's yes or no on what waits, for every role that the department has in it.

    The last yes that is needed grants it (五(四)); one no ends the application.

    Raises:
        GrantError: nothing waits, the account's department is not asked or was, it applied itself,
            the document has no number, or a no gives no reason.
    """
    life, standing = _life(office, grant)
    if life is None or standing is None or life.pending is None or standing.pending is None:
        raise _wrong(grant, "no application waits for a decision", "apply for it first")
    if not document.strip() or not (yes or reason.strip()):
        raise _wrong(grant, "the document, or the reason of a no, is missing", "say both")
    catalog, asked = office.catalog, standing.pending
    needed = signatures_needed(catalog.city.authority, catalog.resources, asked)
    given = {Signature(one.department, ApprovalRole(one.role)) for one in life.given}
    left = tuple(one for one in needed if one not in given)
    steward = office.serving(grant, *dict.fromkeys(one.by for one in left))
    if life.applied and same_person(office.session, life.applied.by, office.account):
        raise _wrong(grant, "who applied does not decide", "let another steward decide")
    mine = [one for one in left if one.by == steward.department]
    rest = tuple(one for one in left if one not in mine)
    kind = GrantEventKind.APPROVED if yes else GrantEventKind.REFUSED
    said, place = (document.strip(), reason.strip()), (grant, life.pending)
    events = [
        office.event(place, kind, steward, said, one.role.value)
        for one in (mine if yes else mine[:1])
    ]
    if yes and not rest:
        events.append(office.event(place, GrantEventKind.GRANTED, steward, said))
    done = Done(
        grant, kind, _reached(life, events), post=steward.post, document=said[0],
        left=rest if yes else (),
    )  # fmt: skip
    office.enter(done)
    add_events(office.session, events)
    return done


def move(office: Office, grant: str, kind: GrantEventKind, document: str, reason: str) -> Done:
    """Suspend, resume or revoke a grant: the authority may, and a consumer gives up its own.

    Doing it twice changes nothing.

    Raises:
        GrantError: nobody applied for it, it is not where that can be done, the account may not, or
            document or reason is missing.
    """
    life, standing = _life(office, grant)
    if life is None or standing is None or life.applied is None:
        raise _wrong(grant, "nobody has applied for it", "`quanshu grant list` shows them all")
    if not document.strip() or not reason.strip():
        raise _wrong(grant, "the document or the reason is missing", "say both")
    may = [office.catalog.city.authority]
    asked = standing.content or standing.pending
    if kind is GrantEventKind.REVOKED and asked is not None:
        may.append(asked.consumer)
    steward = office.serving(grant, *may)
    if life.state is _REACHED[kind] and (kind is not GrantEventKind.RESUMED):
        return Done(grant, kind, life.state, changed=False, post=steward.post)
    place = grant, life.granted or life.applied.application
    event = office.event(place, kind, steward, (document.strip(), reason.strip()))
    reached = after(life, event)
    if reached is None:
        raise _wrong(grant, f"it is {life.state.value}", "`quanshu grant show` says why")
    done = Done(grant, kind, reached.state, post=steward.post, document=event.document)
    office.enter(done)
    add_events(office.session, [event])
    return done


def renew(office: Office, grant: Grant) -> Done:
    """Apply for a longer term of what is granted, as the file says; it is decided like the first.

    Raises:
        GrantError: nothing is granted, or the file changes more, or less, than the term.
    """
    life, standing = _life(office, grant.code)
    if life is None or standing is None or standing.content is None:
        raise _wrong(grant.code, "nothing is granted that could be renewed", "apply for it")
    longer = standing.content.model_copy(update={"valid_to": grant.valid_to})
    if asks_for_more(longer, grant) is not None or grant.valid_to <= standing.content.valid_to:
        raise _wrong(
            grant.code,
            "its file does not ask for the same with a later `valid_to`",
            "edit `valid_to` alone, or apply for the change",
        )
    return apply(office, grant)


_REACHED = {
    GrantEventKind.SUSPENDED: GrantState.SUSPENDED,
    GrantEventKind.RESUMED: GrantState.GRANTED,
    GrantEventKind.REVOKED: GrantState.REVOKED,
}


def _life(office: Office, grant: str) -> tuple[Life | None, Standing | None]:
    events, contents = events_in(office.session, grant)
    life = lived(events)
    return life, Standing.of(grant, life, contents) if life else None


def _known(life: Life, standing: Standing | None, grant: Grant) -> bool:
    """Say whether what a file asks for waits already, or is covered by what is granted."""
    if standing is None:
        return False
    if standing.pending is not None:
        return digest_of(standing.pending) == digest_of(grant)
    lives = life.state in {GrantState.GRANTED, GrantState.SUSPENDED}
    return lives and standing.content is not None and not asks_for_more(standing.content, grant)


def _require_sound(office: Office, grant: Grant) -> None:
    found = next(scope_objections(office.catalog, grant), None)
    if found is not None:
        raise _wrong(
            grant.code, f"{found.reason.english} {found.where}".strip(), found.reason.remedy
        )
    if grant.status is not GrantStatus.ACTIVE or grant.valid_to < office.today:
        raise _wrong(grant.code, "its file says that it is over", "correct `status` or `valid_to`")


def _reached(life: Life, events: list[GrantEvent]) -> GrantState:
    for one in events:
        life = after(life, one) or life
    return life.state


def _wrong(grant: str, what: str, remedy: str) -> GrantError:
    return GrantError(what, where=f"grant {grant}", remedy=remedy)
