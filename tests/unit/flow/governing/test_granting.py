"""Granting: each act is one entry of the audit log, and what ends loses its files at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from audit.log import AuditLog
from catalog_specs.errors import AuditError, CatalogLookupError, GrantError
from flow.city import City
from flow.derived import refresh_share
from flow.failures import Faults
from flow.governing.granting import (
    all_stewards,
    apply_for,
    decide_grant,
    end_grant,
    end_steward,
    expiring,
    register_stewards,
    renew_grant,
)
from flow.handover.recalls import recall_lapsed
from governance.applications.stewards import Steward
from governance.grants.life import GrantEventKind, GrantState
from outlets.shares.project import Projection
from register.copies import COPIES, RECALLS
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, persons
from tests.unit.register.test_copies import COPY

SINCE = date(2026, 1, 5)
SAID = ("泉数享〔2026〕1号", "必要")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a fresh city with persons, stewards, and a grant that needs two approvals."""
    catalog = compiled(**{GRANT_FILE: change(resources__0__items__5="income")})
    made = City(catalog, Layout(tmp_path), KEYS, lambda: NOW, actor="运维岗")
    found = [
        (Steward("data_office", "办件员", "办件岗", SINCE, "报1"), "甲某某"),
        (Steward("data_office", "共享科", "共享岗", SINCE, "报1"), "乙某某"),
        (Steward("civil_affairs", "民政科", "民政岗", SINCE, "报1"), "丙某某"),
    ]
    register_stewards(made, found)
    fill(made.layout, catalog, PERSON, persons(3))
    return made


def by(city: City, account: str) -> City:
    """Return the city at work by another account."""
    return replace(city, actor=account)


def granted(city: City) -> None:
    """Apply, and let both decide."""
    apply_for(by(city, "办件员"), city.catalog.grants[GRANT])
    decide_grant(by(city, "民政科"), GRANT, SAID, yes=True)
    decide_grant(by(city, "共享科"), GRANT, SAID, yes=True)


def acts(city: City) -> list[tuple[str, str, str]]:
    """Return what was entered of the grant: by whom, which act, and how it ended."""
    entries = AuditLog(city.layout).read()
    found = [e.act for e in entries if e.act.grant == GRANT and "act" in e.act.facts]
    # by which the digest of the day of the data's producer has them
    assert all(one.facts["resources"] == [PERSON] for one in found)
    return [
        (one.user, str(one.facts["act"]), "denied" if "denied" in one.facts else "allowed")
        for one in found
    ]


def test_every_allow_and_every_deny_is_one_entry(city: City) -> None:
    """What was granted is shared; who was not allowed stands in the log as well, without names."""
    with pytest.raises(GrantError):
        apply_for(by(city, "路人"), city.catalog.grants[GRANT])
    granted(city)
    with pytest.raises(GrantError):
        decide_grant(by(city, "民政科"), GRANT, SAID, yes=True)

    assert isinstance(refresh_share(city, GRANT), Projection)
    assert acts(city) == [
        ("路人", "apply", "denied"),
        ("办件员", "apply", "allowed"),
        ("民政科", "decide", "allowed"),
        ("共享科", "decide", "allowed"),
        ("民政科", "decide", "denied"),
    ]
    written = b"".join(p.read_bytes() for p in city.layout.audit.rglob("*") if p.is_file())
    assert "某某".encode() not in written


def test_revoking_leaves_nothing_to_read_in_the_same_command(city: City) -> None:
    """The file is gone when the command returns; twice is harmless and enters nothing."""
    granted(city)
    refresh_share(city, GRANT)
    assert city.layout.share_file(GRANT).exists()

    ended = end_grant(by(city, "共享科"), GRANT, GrantEventKind.REVOKED, SAID)

    assert ended.done.state is GrantState.REVOKED
    assert ended.withdrawal is not None
    assert ended.withdrawal.existed
    assert not city.layout.share_file(GRANT).exists()
    assert not city.layout.share(GRANT).exists()
    before = len(acts(city))
    again = end_grant(by(city, "共享科"), GRANT, GrantEventKind.REVOKED, SAID)
    assert not again.done.changed
    assert len(acts(city)) == before


def test_the_copies_of_a_grant_that_ends_are_called_back_at_once(city: City) -> None:
    """Those of this grant alone, by who ended it, once; also those of a grant that comes back."""
    granted(city)
    COPIES.record(city.layout, (COPY, replace(COPY, copy="20260302-ffffffff", grant="another")))
    office = by(city, "共享科")

    ended = end_grant(office, GRANT, GrantEventKind.SUSPENDED, SAID)

    assert [(one.copy, one.reason, one.by) for one in ended.recalls] == [
        (COPY.copy, "suspended", "共享科")
    ]
    assert city.layout.recall_notice(COPY.copy).exists()
    assert end_grant(office, GRANT, GrantEventKind.RESUMED, SAID).recalls == ()
    assert end_grant(office, GRANT, GrantEventKind.REVOKED, SAID).recalls == ()
    assert [one.copy for one in RECALLS.read(city.layout)] == [COPY.copy]


def test_a_recall_that_fails_keeps_nothing_from_going(city: City) -> None:
    """The grant is revoked, its files are gone; what failed is told, and the next run does it."""
    granted(city)
    refresh_share(city, GRANT)
    COPIES.record(city.layout, (COPY,))
    in_the_way = city.layout.recall_notice(COPY.copy).parent
    in_the_way.write_bytes(b"")

    ended = end_grant(by(city, "共享科"), GRANT, GrantEventKind.REVOKED, SAID)

    assert ended.done.changed
    assert not city.layout.share_file(GRANT).exists()
    assert ended.recalls == ()
    assert [(one.stop, one.subject) for one in ended.failed] == [("recall", GRANT)]
    in_the_way.unlink()
    faults = Faults(city.layout)
    assert [one.copy for one in recall_lapsed(city, faults)] == [COPY.copy]


def test_a_suspended_grant_comes_back_when_it_is_resumed(city: City) -> None:
    """Its files go at once, and the next refresh makes them again."""
    granted(city)
    refresh_share(city, GRANT)
    end_grant(by(city, "共享科"), GRANT, GrantEventKind.SUSPENDED, SAID)
    assert not city.layout.share_file(GRANT).exists()
    resumed = end_grant(by(city, "共享科"), GRANT, GrantEventKind.RESUMED, SAID)
    assert resumed.withdrawal is None
    assert isinstance(refresh_share(city, GRANT), Projection)


def test_nothing_is_decided_when_it_cannot_be_entered(city: City) -> None:
    """The log is written first: where that fails, the store stays as it was."""
    (city.layout.audit / "checkpoint").write_bytes(b"no checkpoint")
    with pytest.raises(AuditError):
        apply_for(by(city, "办件员"), city.catalog.grants[GRANT])
    assert city.rights.standings == {}


def test_what_ends_soon_is_listed_soonest_first(city: City) -> None:
    """Among the grants that hold; a longer term is asked for by the file alone."""
    granted(city)
    assert expiring(city, 30) == ()
    [(grant, end)] = expiring(city, 365 * 9)
    assert (grant.code, end) == (GRANT, date(2034, 2, 28))
    with pytest.raises(GrantError, match="later `valid_to`"):
        renew_grant(by(city, "办件员"), grant)
    with pytest.raises(CatalogLookupError, match="no grant"):
        city.catalog.grant("nothing")
    assert city.catalog.grant(GRANT) is grant


def test_stewards_come_and_go_on_record(city: City) -> None:
    """Each report is an entry too; an ended term decides nothing."""
    end_steward(city, ("civil_affairs", "民政科"), NOW.date() - timedelta(days=1), "报9")
    assert [one.until for one in all_stewards(city)] == [None, None, date(2026, 3, 1)]
    apply_for(by(city, "办件员"), city.catalog.grants[GRANT])
    with pytest.raises(GrantError, match="no registered steward"):
        decide_grant(by(city, "民政科"), GRANT, SAID, yes=True)


def test_the_end_of_what_the_catalogue_no_longer_has_is_in_the_producers_digest(
    city: City,
) -> None:
    """The entry says what it was about, by what was granted."""
    granted(city)
    gone = replace(city, catalog=compiled(**{GRANT_FILE: None}))
    end_grant(by(gone, "共享科"), GRANT, GrantEventKind.REVOKED, SAID)
    last = list(city.audit.read())[-1].act
    assert last.facts["resources"] == [PERSON]
    assert last.purpose == city.catalog.grants[GRANT].purpose
