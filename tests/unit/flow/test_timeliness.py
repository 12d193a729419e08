"""A look at the clock: a silent department is noticed, and what was settled becomes results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from catalog_specs.loader import load
from flow.city import City
from flow.failures import Faults
from flow.timeliness import look_at_clock
from quality.timeliness.ledger import DUE
from register.rule_results import RULE_RESULTS, Origin
from tests.city import PERMIT
from tests.city.declared import change, write_catalog
from tests.city.lake import versions
from tests.city.regions import FILE, REF, drop, go, made

ZONE = ZoneInfo("Asia/Shanghai")
OVERLAY = "calendar/2027.yaml"


def at(city: City, said: str) -> City:
    """Return the city at a moment of its own clock."""
    moment = datetime.fromisoformat(said).replace(tzinfo=ZONE)
    return replace(city, clock=lambda: moment)


def looked(city: City) -> None:
    """Look at the clock; nothing fails."""
    faults = Faults(city.layout)
    look_at_clock(city, faults)
    assert faults.found == []


def daily(folder: Path, **due: object) -> City:
    """Return the city with regions that are owed every working day."""
    return made(folder, **{FILE: change(update_cycle="daily", due=due)})


def came(city: City, said: str, *numbers: int) -> None:
    """Deliver regions at a moment."""
    drop(city, numbers, f"{said[:10]}.csv")
    go(at(city, said))


def rows(city: City) -> list[tuple[str, str, bool]]:
    """Return period, state and staleness of every row of the ledger about regions."""
    return [(one.period, one.state.value, one.stale) for one in DUE.read(city.layout, REF)]


def results(city: City, since: str = "") -> list[str]:
    """Return what the clock found of regions at a moment or later: the rules, `!` where broken."""
    found = (one for one in RULE_RESULTS.read(city.layout, REF) if one.origin is Origin.CLOCK)
    return sorted(
        f"{'' if one.passed else '!'}{one.rule}" for one in found if one.judged_at >= since
    )


def test_silence_is_noticed_without_any_delivery(tmp_path: Path) -> None:
    """Friday is met; on Tuesday Monday is missing: recorded once, however often somebody looks."""
    city = daily(tmp_path)
    came(city, "2026-03-06 12:00", 1)
    assert rows(city) == []
    for _ in range(2):
        looked(at(city, "2026-03-10 00:00"))
    assert rows(city) == [("2026-03-06", "met", False), ("2026-03-09", "missing", True)]
    assert results(city) == [
        "!delivery:missing",
        "!table:stale",
        "delivery:late",
        "delivery:missing",
        "table:stale",
    ]


def test_results_say_what_was_asked_and_by_which_clause(tmp_path: Path) -> None:
    """Each is one judgement of the dimension 时效性, in both languages, at the city's moment."""
    city = daily(tmp_path, grace=1, time="10:00")
    came(city, "2026-03-06 12:00", 1)
    looked(at(city, "2026-03-09 10:01"))
    found = (one for one in RULE_RESULTS.read(city.layout, REF) if one.origin is Origin.CLOCK)
    late, missing, stale = sorted(found, key=lambda one: one.rule)
    assert missing.wording == "每个应交期间都应有交付（每日更新，宽限 1 个工作日，10:00 前）"
    assert missing.wording_en.endswith("(daily, grace 1 working days, by 10:00)")
    assert (missing.clause, late.clause, stale.clause) == ("四(三)", "四(三)", "三(六)")
    assert {one.dimension.value for one in (missing, late, stale)} == {"timeliness"}
    assert [one.delivery is None for one in (missing, late, stale)] == [True, False, True]
    assert missing.judged_at == "2026-03-09T10:01:00+08:00"
    assert {(one.judged, one.failing) for one in (missing, late, stale)} == {(1, 0)}


def test_a_damaged_receipt_stops_its_resource_alone(tmp_path: Path) -> None:
    """The fault names it; what is due of the others is settled all the same."""
    since = change(update_cycle="daily", due={"since": date(2026, 3, 6)})
    city = made(tmp_path, **{FILE: since, f"resources/{PERMIT}.yaml": since})
    came(city, "2026-03-06 12:00", 1)
    (receipt,) = city.layout.landing(REF).glob("*/receipt.json")
    receipt.write_text("{", encoding="utf-8")
    now = at(city, "2026-03-07 00:00")
    faults = Faults(city.layout)
    look_at_clock(now, faults)
    assert [(one.stop, one.subject) for one in faults.found] == [("due", REF)]
    assert [(one.resource, one.state.value) for one in DUE.read(city.layout)] == [
        (PERMIT, "missing")
    ]


def test_what_comes_late_is_a_further_fact(tmp_path: Path) -> None:
    """The period is late from then on, and no longer missing; its staleness stays as it was."""
    city = daily(tmp_path)
    came(city, "2026-03-06 12:00", 1)
    looked(at(city, "2026-03-10 00:00"))
    came(city, "2026-03-10 09:00", 1, 2)
    assert rows(city)[1:] == [("2026-03-09", "missing", True), ("2026-03-09", "late", True)]
    assert results(city, "2026-03-10T09") == ["!delivery:late", "delivery:missing"]


def test_a_changed_declaration_leaves_what_was_settled(tmp_path: Path) -> None:
    """A longer term excuses nothing that was missing under the shorter one."""
    city = daily(tmp_path)
    came(city, "2026-03-06 12:00", 1)
    looked(at(city, "2026-03-10 00:00"))
    before = rows(city)
    weekly = change(update_cycle="weekly", due={"grace": 5})
    changed = replace(city, catalog=load(write_catalog(tmp_path, **{FILE: weekly})))
    looked(at(changed, "2026-03-13 23:59"))
    assert rows(city) == before
    looked(at(changed, "2026-03-21 00:00"))
    fresh = [("2026-W10", "met", False), ("2026-W11", "missing", True)]
    assert rows(city) == [fresh[0], *before, fresh[1]]


def _notice(*rest: dict[str, Any]) -> dict[str, Any]:
    fixed = [
        {"name": "元旦", "first": date(2027, 1, 1), "last": date(2027, 1, 3)},
        {"name": "劳动节", "first": date(2027, 5, 1), "last": date(2027, 5, 3)},
        {"name": "国庆节", "first": date(2027, 10, 1), "last": date(2027, 10, 7)},
    ]
    return {"year": 2027, "notice": "国办发明电〔2026〕7号", "days_off": [*fixed, *rest]}


def test_the_notice_settles_provisional_days_anew(tmp_path: Path) -> None:
    """A day that turns out to be off is void, one that was missing stays so, for certain now."""
    city = daily(tmp_path)
    came(city, "2026-12-31 12:00", 1)
    looked(at(city, "2027-01-05 00:00"))
    assert [(one.period, one.state.value, one.provisional) for one in DUE.read(city.layout)] == [
        ("2026-12-31", "met", False),
        ("2027-01-01", "missing", True),
        ("2027-01-04", "missing", True),
    ]
    noticed = {FILE: change(update_cycle="daily"), OVERLAY: _notice()}
    known = replace(city, catalog=load(write_catalog(tmp_path, **noticed)))
    looked(at(known, "2027-01-05 08:00"))
    standing = {one.period: one for one in DUE.read(city.layout)}
    assert [(one.period, one.state.value, one.provisional) for one in standing.values()] == [
        ("2026-12-31", "met", False),
        ("2027-01-01", "void", False),
        ("2027-01-04", "missing", False),
    ]
    assert results(city, "2027-01-05T08") == ["delivery:missing", "table:stale"]
    state = versions(city.layout.home)
    looked(at(known, "2027-01-05 09:00"))
    assert versions(city.layout.home) == state
