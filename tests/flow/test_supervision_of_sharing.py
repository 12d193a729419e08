"""How shared data are used, from handing out to getting back: each fault is suspected, and settles.

A package leaves; its grant is narrowed, then revoked; the copy is not given back, then is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.tally import purpose_digest
from catalog_specs.errors import AnswerError
from catalog_specs.rules.violations import ViolationKind, ViolationState
from flow.acts import about_grant
from flow.city import City
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.governing.granting import end_grant, end_steward, register_stewards
from flow.governing.matters import act_on, ask_interface
from flow.handover.packages import hand_over_package
from flow.handover.recalls import acknowledge, recall_lapsed
from governance.applications.matters.handling import Said
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.stewards import Steward
from governance.grants.life import GrantEventKind
from governance.store.database import open_store
from governance.violations.life import Decision, Event, Violation, decided
from governance.violations.records import read_violations, violations, write
from outlets.answers.asking import Request, admitted
from outlets.answers.ledger import Service
from register.copies import Disposal, traced
from storage.swaps import remove
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.unit.flow.handover.homes import BATCH, PERSON_FILE, batch_city
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER, on_record

OFFERED = {PERSON_FILE: change(share__methods=["query", "batch"])}


def suspected(city: City) -> set[tuple[str, str]]:
    """Keep the desk; return what is suspected then, by detector and cause."""
    faults = Faults(city.layout)
    keep_desk(city, faults)
    assert faults.found == []
    return {
        (one.detector, one.cause)
        for one in violations(city.layout)
        if one.current and one.about in {GRANT, *city.catalog.departments}
    }


def asks_in_vain(city: City) -> None:
    """Ask a grant of batch exchange for verifications: it is refused and entered."""
    request = Request(
        city.layout, city.rights, city.keys, city.clock(), "窗口岗", GRANT, Service.VERIFY
    )
    with pytest.raises(AnswerError), admitted(request):
        pass


def declared(city: City, days: int, **grant: object) -> City:
    """Return the city some days later, with a grant that says this and is decided so."""
    catalog = compiled(**{**OFFERED, GRANT_FILE: change(**grant)})
    return replace(city_of(catalog, city.layout.home), clock=lambda: NOW + timedelta(days=days))


def test_shared_data_are_suspected_as_they_are_misused_and_settle_when_mended(
    tmp_path: Path,
) -> None:
    """One grant through its life; what is no longer seen is gone, and nothing else comes."""
    city = batch_city(tmp_path)
    hand_over_package(city, GRANT, tmp_path / "out")
    for _ in range(4):
        asks_in_vain(city)
    assert suspected(city) == set()
    asks_in_vain(city)
    grant = city.catalog.grant(GRANT)
    standing = city.rights.standings[GRANT]
    other = replace(about_grant(city, grant, standing, Operation.QUERY), purpose="招商")
    city.audit.append([other])
    purpose = purpose_digest(other.purpose)
    assert suspected(city) == {
        ("refused_asks", "refused:method"), ("other_purpose", f"purpose:{purpose}")
    }  # fmt: skip

    items = ["resident_id", "name", "birth_date", "residence"]
    masks = {
        "birth_date": {"mask": "generalise_date", "to": "year"},
        "name": {"mask": "constant", "value": "某"},
    }
    narrow = declared(
        city, 40, method="query", resources__0__items=items, resources__0__masks=masks
    )
    assert suspected(narrow) == {
        ("kept_copy", "narrowed"), ("other_method", "method"), ("weak_copy", "weak copy"),
        ("misused_share", f"scope:{PERSON}"),  # a run takes the extract away; none was made here
    }  # fmt: skip

    remove(city.layout.share(GRANT))
    remove(city.layout.share_file(GRANT))
    over = declared(city, 41, status="revoked", **BATCH)
    recall_lapsed(over, Faults(over.layout))
    assert suspected(over) == set()
    late = replace(over, clock=lambda: NOW + timedelta(days=60))
    assert suspected(late) == {("kept_copy", "kept"), ("unrecalled_copy", "recall")}

    (one,) = traced(late.layout)
    acknowledge(late, one.copy.copy, Disposal.DESTROYED, "回执1号")
    assert suspected(late) == set()
    kept = violations(late.layout)
    assert {one.detector for one in kept} >= {"refused_asks", "weak_copy", "unrecalled_copy"}
    assert "招商" not in repr(kept)


def test_a_revoked_grants_copy_is_a_finding_until_it_is_given_back(tmp_path: Path) -> None:
    """Revoked, called back, its day over, confirmed, acknowledged, closed; a second end is none."""
    city = batch_city(tmp_path)
    with open_store(city.layout) as store:
        on_record(store)
    hand_over_package(city, GRANT, tmp_path / "out")
    authority = replace(city, actor=AUTHORITY)
    for _ in range(2):
        end_grant(authority, GRANT, GrantEventKind.REVOKED, ("数函2号", "超范围使用"))
        recall_lapsed(city, Faults(city.layout))
    (one,) = traced(city.layout)
    assert one.notice is not None
    last = date.fromisoformat(one.notice.due)
    assert suspected(on(city, last)) == set()
    late = on(city, last + timedelta(days=1))
    assert suspected(late) == {("kept_copy", "kept"), ("unrecalled_copy", "recall")}
    by = {one.detector: one for one in violations(city.layout) if one.current}
    assert by["kept_copy"].kind is ViolationKind.SHARED
    assert by["unrecalled_copy"].evidence["oldest"] == one.copy.copy
    ruling = by["unrecalled_copy"].id
    order = Decision(ViolationState.CONFIRMED, "督查科科长", "督1号", rectify_by=last)
    ruled(late, ruling, order)
    acknowledge(replace(late, actor=CLERK), one.copy.copy, Disposal.DESTROYED, "回执1号")
    assert suspected(late) == {("unrecalled_copy", "recall")}  # what was confirmed stays
    (kept,) = (one for one in violations(city.layout) if one.id == ruling)
    assert kept.gone_since is not None
    ruled(late, ruling, Decision(ViolationState.RECTIFIED, "督查科科长", "督2号", "副本已销毁"))
    assert suspected(late) == set()
    assert [one.what for one in history(city, ruling)] == [
        "suspected", "confirmed", "gone", "rectified"
    ]  # fmt: skip


def on(city: City, day: date) -> City:
    """Return the city at noon of a day."""
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return replace(city, clock=lambda: moment)


def ruled(city: City, violation: str, decision: Decision) -> None:
    """Have a post decide on a violation."""
    with open_store(city.layout) as store, store.writing() as session:
        after = decided(read_violations(session)[violation], decision, (city.clock(), "督查"))
        assert after is not None
        write(session, after)


def history(city: City, violation: str) -> tuple[Event, ...]:
    """Return everything that happened to a violation."""
    return next(one.history for one in violations(city.layout) if one.id == violation)


def test_an_interface_that_is_not_provided_is_suspected_until_it_is(tmp_path: Path) -> None:
    """④ after ten working days, by the next run though nobody did anything; gone once it came."""
    city = batch_city(tmp_path, rows=3)
    with open_store(city.layout) as store:
        on_record(store)
    clerk, producer = replace(city, actor=CLERK), replace(city, actor=PRODUCER)
    ask_interface(clerk, PERSON, Said("数函1号", "窗口核验"))
    on_day = replace(city, clock=lambda: NOW + timedelta(days=14))
    late = replace(city, clock=lambda: NOW + timedelta(days=15))
    assert owed_interfaces(on_day) == []
    (found,) = owed_interfaces(late)
    assert (found.kind, found.department) == (ViolationKind.LATE, "civil_affairs")
    assert found.evidence["matter"] == "interface 1"
    done = replace(producer, clock=late.clock)
    provided = Said("民函1号", "", {"specification": "民规1"})
    act_on(done, INTERFACE, InterfaceEvent.PROVIDED, 1, provided)
    assert owed_interfaces(late) == []


def owed_interfaces(city: City) -> list[Violation]:
    """Keep the desk; return the suspected violations about interfaces."""
    suspected(city)
    return [one for one in violations(city.layout) if one.current and "interface" in one.cause]


def test_a_department_whose_stewards_all_left_is_suspected(tmp_path: Path) -> None:
    """From the day on which the register begins; what officials do is looked at by the next run."""
    city = batch_city(tmp_path, rows=3)
    assert suspected(city) == set()
    codes = dict.fromkeys(
        (
            city.catalog.city.authority,
            *(one.provider for one in city.catalog.resources.values()),
            *(one.consumer for one in city.catalog.grants.values()),
        )
    )
    since = TODAY - timedelta(days=30)
    found = [(Steward(code, f"{code}员", "数据管理员", since, "报1"), "某") for code in codes]
    register_stewards(city, found)
    assert suspected(city) == set()
    last = next(reversed(codes))
    end_steward(city, (last, f"{last}员"), TODAY - timedelta(days=1), "报2")
    assert suspected(city) == {("missing_control", "serving_steward")}
    register_stewards(city, [(Steward(last, "新员", "数据管理员", TODAY, "报3"), "甲")])
    assert suspected(city) == set()
