"""Filing: who may apply, decide and end, and what each of it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import GrantError
from governance.applications.filing import Done, apply, decide, move, renew
from governance.applications.stewards import Steward, end_term, register
from governance.grants.decisions import decide as decide_today
from governance.grants.life import GrantEventKind as Kind
from governance.grants.life import GrantState as State
from governance.grants.log import events_in
from governance.grants.standing import standings_in
from governance.store.database import Store, open_store
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, TODAY
from tests.city.declared import change, compiled
from tests.unit.governance.applications.offices import (
    AUTHORITY,
    CLERK,
    PRODUCER,
    Offices,
    on_record,
)

CONDITIONAL = {GRANT_FILE: change(resources__0__items__5="income")}
DOCUMENT = "泉数享〔2026〕1号"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    """Return the offices; the grant asks for an item that is shared on conditions."""
    with open_store(Layout(tmp_path)) as store:
        on_record(store)
        yield Offices(store, compiled(**CONDITIONAL))


def filed(offices: Offices, account: str = CLERK) -> Done:
    """Apply for the grant."""
    with offices.by(account) as office:
        return apply(office, offices.catalog.grants[GRANT])


def said(offices: Offices, account: str, *, yes: bool = True, **more: str) -> Done:
    """Decide on it."""
    with offices.by(account) as office:
        given = {"document": DOCUMENT, "reason": "必要"} | more
        return decide(office, GRANT, given["document"], given["reason"], yes=yes)


def moved(offices: Offices, kind: Kind, account: str = AUTHORITY, **more: str) -> Done:
    """Suspend, resume or revoke it."""
    with offices.by(account) as office:
        given = {"document": DOCUMENT, "reason": "超范围使用"} | more
        return move(office, GRANT, kind, given["document"], given["reason"])


def state(store: Store) -> State:
    """Return how the grant stands."""
    with store.reading() as session:
        return standings_in(events_in(session))[GRANT].state


def granted(offices: Offices) -> None:
    """Walk the whole way."""
    filed(offices)
    said(offices, PRODUCER)
    said(offices, AUTHORITY)


def test_what_is_shared_on_conditions_needs_the_authority_and_the_producer(
    offices: Offices,
) -> None:
    """In either order; the last yes grants it, and each act is entered once."""
    assert [one.by for one in filed(offices).left] == ["data_office", "civil_affairs"]
    first = said(offices, PRODUCER)
    assert (first.state, [one.by for one in first.left]) == (State.APPLIED, ["data_office"])
    assert said(offices, AUTHORITY).state is State.GRANTED
    assert state(offices.store) is State.GRANTED
    assert [one.kind for one in offices.entered] == [Kind.APPLIED, Kind.APPROVED, Kind.APPROVED]


def test_what_is_shared_without_condition_is_granted_on_request(offices: Offices) -> None:
    """Nobody is asked, but somebody applies."""
    offices.catalog = compiled()
    done = filed(offices)
    assert (done.state, done.left) == (State.GRANTED, ())
    assert state(offices.store) is State.GRANTED


def test_one_no_ends_the_application(offices: Offices) -> None:
    """It gives its reason; what was granted before stays, and another may be filed."""
    filed(offices)
    with pytest.raises(GrantError, match="reason of a no"):
        said(offices, PRODUCER, yes=False, reason=" ")
    assert said(offices, PRODUCER, yes=False).state is State.REFUSED
    with pytest.raises(GrantError, match="no application waits"):
        said(offices, AUTHORITY)
    granted(offices)
    offices.catalog = compiled(**{GRANT_FILE: change(resources__0__items__5="income", terms="宽")})
    filed(offices)
    assert said(offices, AUTHORITY, yes=False).state is State.GRANTED


@pytest.mark.parametrize(
    ("account", "what"),
    [("路人", "no registered steward"), (CLERK, "who applied does not decide")],
)
def test_who_may_not_decide(offices: Offices, account: str, what: str) -> None:
    """A steward of another department, a stranger, and whoever applied; nothing is entered."""
    filed(offices)
    with pytest.raises(GrantError, match=what):
        said(offices, account)
    assert len(offices.entered) == 1


def test_the_same_person_by_another_account_does_not_decide(offices: Offices) -> None:
    """The store knows names, so that a second account of the applicant is told."""
    with offices.store.writing() as session:
        one = Steward("civil_affairs", "民政另一账号", "岗", date(2026, 1, 5), "报2")
        register(session, one, f"姓名{CLERK}", (NOW, "tests"))
    filed(offices)
    with pytest.raises(GrantError, match="who applied does not decide"):
        said(offices, "民政另一账号")


def test_a_steward_whose_term_is_over_decides_nothing(offices: Offices) -> None:
    """Nor one whose term has not begun; and nobody decides twice for one department."""
    filed(offices)
    with offices.store.writing() as session:
        place = ("civil_affairs", PRODUCER)
        end_term(session, place, date(2026, 3, 1), "报3", (NOW, "tests"))
    with pytest.raises(GrantError, match="no registered steward"):
        said(offices, PRODUCER)
    offices.now = NOW - timedelta(days=1)
    said(offices, PRODUCER)
    with pytest.raises(GrantError, match="no registered steward"):
        said(offices, PRODUCER)


def test_applying_again_for_the_same_or_less_changes_nothing(offices: Offices) -> None:
    """Neither while it waits nor when it is granted; for more, an application waits beside it."""
    filed(offices)
    assert not filed(offices).changed
    said(offices, PRODUCER)
    said(offices, AUTHORITY)
    assert not filed(offices).changed
    offices.catalog = compiled(**{GRANT_FILE: change(resources__0__items=["income"])})
    assert not filed(offices).changed
    offices.catalog = compiled(**{GRANT_FILE: change(valid_to=date(2035, 1, 1))})
    assert filed(offices).changed


def test_what_waits_for_nobody_any_more_is_granted_when_it_is_applied_for_again(
    offices: Offices,
) -> None:
    """Its sharing type was changed while it waited, so that nobody could decide it."""
    filed(offices)
    freed = {"resources/civil_affairs/person.yaml": change(items__5__share="unconditional")}
    offices.catalog = compiled(**CONDITIONAL, **freed)
    with pytest.raises(GrantError, match="nobody is asked"):
        said(offices, AUTHORITY)
    assert filed(offices).state is State.GRANTED


@pytest.mark.parametrize(
    ("edits", "what"),
    [
        ({"method": "batch"}, "batch exchange needs a reason"),
        ({"resources__0__items__0": "nothing"}, "not stored"),
        ({"status": "revoked"}, "says that it is over"),
        ({"valid_to": date(2026, 3, 1), "valid_from": date(2026, 1, 1)}, "says that it is over"),
    ],
)
def test_what_contradicts_the_catalogue_is_not_filed(
    offices: Offices, edits: dict[str, Any], what: str
) -> None:
    """What could never hold is refused before anybody is asked."""
    offices.catalog = compiled(**{GRANT_FILE: change(**edits)})
    with pytest.raises(GrantError, match=what):
        filed(offices)


def test_only_a_steward_of_the_consumer_applies(offices: Offices) -> None:
    """A department without one gets nothing (九(二))."""
    with pytest.raises(GrantError, match="九\\(二\\)"):
        filed(offices, PRODUCER)


def test_a_grant_is_suspended_resumed_and_revoked_by_the_authority(offices: Offices) -> None:
    """On a document and with its reason; twice is harmless; what is revoked stays so."""
    with pytest.raises(GrantError, match="nobody has applied"):
        moved(offices, Kind.REVOKED)
    granted(offices)
    with pytest.raises(GrantError, match="document or the reason"):
        moved(offices, Kind.SUSPENDED, document="")
    with pytest.raises(GrantError, match="no registered steward"):
        moved(offices, Kind.SUSPENDED, PRODUCER)
    with pytest.raises(GrantError, match="it is granted"):
        moved(offices, Kind.RESUMED)
    assert moved(offices, Kind.SUSPENDED).state is State.SUSPENDED
    assert not moved(offices, Kind.SUSPENDED).changed
    assert moved(offices, Kind.RESUMED).state is State.GRANTED
    assert moved(offices, Kind.REVOKED, CLERK).state is State.REVOKED
    entered = len(offices.entered)
    assert not moved(offices, Kind.REVOKED).changed
    assert len(offices.entered) == entered
    with pytest.raises(GrantError, match="it is revoked"):
        moved(offices, Kind.RESUMED)


def test_a_longer_term_is_decided_like_the_first(offices: Offices) -> None:
    """The file asks for it, and for nothing else; until it is granted, the former term counts."""
    with offices.by(CLERK) as office, pytest.raises(GrantError, match="nothing is granted"):
        renew(office, offices.catalog.grants[GRANT])
    granted(offices)
    with offices.by(CLERK) as office, pytest.raises(GrantError, match="later `valid_to`"):
        renew(office, offices.catalog.grants[GRANT])
    longer = change(resources__0__items__5="income", valid_to=date(2036, 1, 1))
    offices.catalog = compiled(**{GRANT_FILE: longer})
    with offices.by(CLERK) as office:
        assert renew(office, offices.catalog.grants[GRANT]).state is State.GRANTED
    said(offices, PRODUCER)
    said(offices, AUTHORITY)
    with offices.store.reading() as session:
        assert standings_in(events_in(session))[GRANT].valid_to == date(2036, 1, 1)


def test_what_cannot_be_entered_does_not_happen(offices: Offices) -> None:
    """The log comes first: without it the transaction ends with nothing."""

    def failing(done: Done) -> None:
        raise OSError(done.grant)

    with pytest.raises(OSError, match=GRANT), offices.by(CLERK) as office:
        apply(
            type(office)(office.catalog, office.session, CLERK, NOW, failing),
            office.catalog.grants[GRANT],
        )
    with offices.store.reading() as session:
        assert events_in(session) == ((), {})


def test_a_special_procedure_is_decided_by_the_authority_alone(offices: Offices) -> None:
    """Also what is shared without conditions; the procedure is part of what is approved."""
    special = {
        "departments/data_office.yaml": change(special=True),
        GRANT_FILE: change(procedure="调证〔2026〕1号"),
    }
    offices.catalog = compiled(**special)
    assert filed(offices).state is State.APPLIED
    with pytest.raises(GrantError, match="no registered steward"):
        said(offices, PRODUCER)
    assert said(offices, AUTHORITY).state is State.GRANTED
    with offices.store.reading() as session:
        standing = standings_in(events_in(session))[GRANT]
    grant = offices.catalog.grants[GRANT]
    assert decide_today(offices.catalog, grant, standing, TODAY).allowed
    ordinary = compiled()
    reasons = {
        one.reason.value for one in decide_today(ordinary, grant, standing, TODAY).objections
    }
    assert reasons == {"not_special"}
    other = grant.model_copy(update={"procedure": "调证〔2026〕2号"})
    told = decide_today(offices.catalog, other, standing, TODAY)
    assert told.reason.value == "changed_since_approval"
