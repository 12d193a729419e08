"""The special procedure of 五(九), from the handing out to the recall: on record, and sealed.

Belongs here: that no act of it gets into the log in clear, by whichever door. Keep out: sealing
itself (`tests/unit/audit/special`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.lake import unexplained
from audit.special.bodies import BODY
from audit.special.checking import check_bodies, with_bodies
from catalog_specs.errors import AnswerError
from flow.city import City
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.governing.explaining import enter_stranger
from flow.governing.granting import end_grant
from flow.handover.packages import hand_over_file, hand_over_package
from flow.handover.recalls import acknowledge, recall_lapsed
from governance.grants.life import GrantEventKind
from governance.store.database import open_store
from governance.violations.records import violations
from outlets.answers.asking import Request, admitted
from outlets.answers.ledger import Service
from register.copies import Disposal, traced
from tests.city import GRANT, GRANT_FILE, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.city.tables import fill, persons
from tests.unit.flow.handover.homes import BATCH, PERSON_FILE
from tests.unit.governance.applications.offices import AUTHORITY, on_record

WORD = "调证2026第77号"
SECRETS = (WORD, "侦查需要", "某案核查")


def special_city(folder: Path) -> City:
    """Return a city whose grant is a special one, in force."""
    asked = {"procedure": WORD, "purpose": "侦查需要", "scenario": "某案核查"}
    catalog = compiled(
        **{
            "departments/data_office.yaml": change(special=True),
            GRANT_FILE: change(**BATCH, **asked),
            PERSON_FILE: change(share__methods=["query", "batch"]),
        }
    )
    city = city_of(catalog, folder / "home")
    fill(city.layout, catalog, PERSON, persons(60))
    return city


def everything(city: City, out: Path) -> None:
    """Do with the grant whatever can be done with one."""
    hand_over_package(city, GRANT, out)
    hand_over_file(city, GRANT, out)
    request = Request(
        city.layout, city.rights, city.keys, city.clock(), "窗口岗", GRANT, Service.VERIFY
    )
    with pytest.raises(AnswerError), admitted(request):
        pass
    enter_stranger(replace(city, actor="路人"), city.catalog.grant(GRANT))
    end_grant(replace(city, actor=AUTHORITY), GRANT, GrantEventKind.SUSPENDED, ("数函9号", "核查"))
    recall_lapsed(city, Faults(city.layout))
    acknowledge(city, traced(city.layout)[0].copy.copy, Disposal.DESTROYED, "回执1号")


def test_whatever_is_done_by_it_is_sealed_and_counted(tmp_path: Path) -> None:
    """No byte of the log has it; the key's owner reads all; no commit is unexplained."""
    city = special_city(tmp_path)
    with open_store(city.layout) as store:
        on_record(store)
    everything(city, tmp_path / "out")
    files = [one for one in city.layout.audit.rglob("*") if one.is_file()]
    log = b"".join(one.read_bytes() for one in files)
    sealed = b"".join(one.read_bytes() for one in city.layout.special_acts.iterdir())
    for word in SECRETS:
        assert word.encode() not in log
        assert word.encode() not in sealed

    acts = [one.act for one in city.audit.read() if one.act.grant == GRANT]
    assert len(acts) >= 7
    assert all(BODY in one.facts for one in acts)
    checked = check_bodies(city.layout, city.audit.read(), city.layout.special_key)
    assert (checked.bodies, checked.wrong) == (len(acts), ())
    opened = [
        one.act for one in with_bodies(city.layout, city.audit.read(), city.layout.special_key)
    ]
    assert sum(one.procedure == WORD for one in opened) == len(acts)
    assert sum(one.purpose == "侦查需要" for one in opened) >= 3
    assert list(unexplained(city.audit)) == []

    assert city.tally.used[GRANT] == city.clock().date().isoformat()
    keep_desk(replace(city, clock=lambda: NOW + timedelta(days=1)), Faults(city.layout))
    assert "other_purpose" not in {one.detector for one in violations(city.layout)}
