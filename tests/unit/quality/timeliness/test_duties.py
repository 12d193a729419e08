"""Duties: what the register makes of a resource's periods, and what is owed next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flow.city import City
from quality.timeliness.duties import Timeliness, due_list
from quality.timeliness.settling import DueState
from register.approvals import APPROVALS, Answer, Approval
from tests.city import PERSON
from tests.city.declared import change
from tests.city.regions import FILE, REF, drop, go, made
from tests.city.registers import awaiting_approval

ZONE = ZoneInfo("Asia/Shanghai")
WAITING, MET, LATE, MISSING, _ = DueState


def at(city: City, said: str) -> City:
    """Return the city at a moment of its own clock."""
    moment = datetime.fromisoformat(said).replace(tzinfo=ZONE)
    return replace(city, clock=lambda: moment)


def told(city: City, said: str) -> Timeliness:
    """Return the regions on the calendar as known at a moment."""
    now = at(city, said).clock()
    (found,) = [one for one in due_list(city.catalog, city.layout, now) if one.resource == REF]
    return found


def states(one: Timeliness) -> dict[str, DueState]:
    """Return period → state."""
    return {duty.period: duty.state for duty in one.duties}


def came(city: City, said: str, numbers: Sequence[int], name: str = "") -> None:
    """Deliver regions at a moment."""
    drop(city, numbers, name or f"{said[:10]}.csv")
    go(at(city, said))


def daily(folder: Path, **due: object) -> City:
    """Return the city with regions that are owed every working day."""
    return made(folder, **{FILE: change(update_cycle="daily", due=due)})


def test_nothing_is_owed_before_anything_came(tmp_path: Path) -> None:
    """Without a declared beginning the first delivery begins it; with one, that day does."""
    city = daily(tmp_path)
    assert told(city, "2026-03-02 12:00").duties == ()
    assert told(city, "2026-03-02 12:00").owed is None
    came(city, "2026-03-04 12:00", [1])
    found = told(city, "2026-03-04 12:01")
    assert states(found) == {"2026-03-04": MET, "2026-03-05": WAITING}
    assert told(city, "2026-03-04 11:59").duties == ()
    declared = daily(tmp_path / "declared", since=date(2026, 3, 2))
    assert states(told(declared, "2026-03-03 08:00")) == {
        "2026-03-02": MISSING,
        "2026-03-03": WAITING,
    }


def test_a_first_delivery_on_a_day_off_begins_in_time(tmp_path: Path) -> None:
    """Nothing is late because a city began on a holiday: the next working day is the first owed."""
    city = daily(tmp_path)
    came(city, "2026-10-03 12:00", [1])
    found = told(city, "2026-10-08 12:00")
    assert states(found) == {"2026-10-08": WAITING}
    assert not found.stale
    declared = daily(tmp_path / "declared", since=date(2026, 9, 30))
    came(declared, "2026-10-03 12:00", [1])
    assert states(told(declared, "2026-10-08 12:00"))["2026-09-30"] is LATE


def test_silence_is_counted_from_its_first_day(tmp_path: Path) -> None:
    """What is owed is the oldest that is missing; days late are working days."""
    city = daily(tmp_path)
    came(city, "2026-02-12 12:00", [1])
    found = told(city, "2026-02-25 08:00")
    owed = found.owed
    assert owed is not None
    assert [one.period for one in found.missed] == ["2026-02-13", "2026-02-14", "2026-02-24"]
    assert (owed.period, owed.state, owed.days_late) == ("2026-02-13", MISSING, 3)
    assert found.stale
    came(city, "2026-02-25 09:00", [1, 2])
    again = told(city, "2026-02-25 10:00")
    assert states(again)["2026-02-14"] is MISSING
    assert (states(again)["2026-02-24"], states(again)["2026-02-25"]) == (LATE, MET)
    assert again.missed == ()
    assert again.owed is not None
    assert (again.owed.period, again.owed.due) == (
        "2026-02-26",
        datetime(2026, 2, 26, 23, 59, tzinfo=ZONE),
    )
    assert not again.stale
    assert told(city, "2026-02-25 08:00") == found  # a look back at the same moment


def test_a_repeat_is_a_delivery(tmp_path: Path) -> None:
    """A department that has nothing new and says so owes nothing."""
    city = daily(tmp_path)
    came(city, "2026-03-02 12:00", [1])
    came(city, "2026-03-03 12:00", [1])
    found = told(city, "2026-03-04 00:00")
    assert states(found) == {"2026-03-02": MET, "2026-03-03": MET, "2026-03-04": WAITING}
    assert [one.stale for one in found.duties] == [False, False, None]


def test_a_rejected_delivery_leaves_the_duty(tmp_path: Path) -> None:
    """Not one region can be told from the others: it is rejected, and so is its repeat."""
    city = daily(tmp_path)
    came(city, "2026-03-02 12:00", [1])
    for day in ("2026-03-03", "2026-03-04"):
        path = city.layout.inbox(REF) / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("别的列\n1\n", encoding="utf-8")
        go(at(city, f"{day} 12:00"))
    assert states(told(city, "2026-03-05 00:00")) == {
        "2026-03-02": MET,
        "2026-03-03": MISSING,
        "2026-03-04": MISSING,
        "2026-03-05": WAITING,
    }


def test_what_waits_for_an_approval_was_delivered(tmp_path: Path) -> None:
    """The department did its part, only the table is stale; once it is refused, it still owes."""
    city = daily(tmp_path)
    came(city, "2026-03-02 12:00", range(30))
    came(city, "2026-03-03 12:00", range(9))
    found = told(city, "2026-03-04 00:00")
    assert states(found)["2026-03-03"] is MET
    assert [one.stale for one in found.duties] == [False, True, None]
    assert found.stale
    (held,) = awaiting_approval(city)
    refused = Approval(REF, held.delivery, "泉数审〔2026〕7号", "岗", Answer.REFUSE, held.at)
    APPROVALS.record(city.layout, (refused,))
    go(at(city, "2026-03-04 12:00"))
    assert states(told(city, "2026-03-05 00:00"))["2026-03-03"] is MISSING


def test_an_exempt_resource_owes_nothing(tmp_path: Path) -> None:
    """不予汇聚: it is not on the calendar at all."""
    exempt = {"mode": "exempt", "evidence": ["某法第一条"], "interface_spec": "接口规范 1.0"}
    city = made(tmp_path, **{FILE: change(aggregation=exempt)})
    found = due_list(city.catalog, city.layout, city.clock())
    assert REF not in {one.resource for one in found}
    assert PERSON in {one.resource for one in found}


def test_one_department_is_asked_alone(tmp_path: Path) -> None:
    """Whoever asks for a department gets its resources, in the order of the catalogue."""
    city = made(tmp_path)
    found = due_list(city.catalog, city.layout, city.clock(), frozenset({"civil_affairs"}))
    assert [one.resource for one in found] == [PERSON, REF]


def test_more_than_a_year_ago_is_not_looked_at(tmp_path: Path) -> None:
    """After a silence of years the calendar begins a year and a month ago."""
    city = daily(tmp_path, every_day=True)
    came(city, "2023-03-02 12:00", [1])
    found = told(city, "2026-03-02 12:00")
    assert found.duties[0].first_day == date(2026, 3, 2) - timedelta(days=400)
