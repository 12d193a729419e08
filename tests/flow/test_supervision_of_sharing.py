"""How shared data are used, from handing out to getting back: each fault is suspected, and settles.

A package leaves; its grant is narrowed, then revoked; the copy is not given back, then is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.tally import purpose_digest
from catalog_specs.errors import AnswerError
from flow.acts import about_grant
from flow.city import City
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.governing.granting import end_steward, register_stewards
from flow.handover.packages import hand_over_package
from flow.handover.recalls import acknowledge, recall_lapsed
from governance.applications.stewards import Steward
from governance.violations.records import violations
from outlets.answers.asking import Request, admitted
from outlets.answers.ledger import Service
from register.copies import Disposal, traced
from storage.swaps import remove
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.unit.flow.handover.homes import BATCH, PERSON_FILE, batch_city

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
