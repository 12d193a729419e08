"""`quanshu due`: what is owed by whom by when, totals first, whole at 80 columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from catalog_specs.loader import load
from governance.applications.filing import apply
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import GRANT, PERMIT, PERSON, REGION, VISIT
from tests.city.declared import change, write_catalog
from tests.city.lake import files
from tests.city.regions import FILE, drop, go, made
from tests.contract.command import Said, quanshu
from tests.unit.governance.applications.matters.scene import Counters
from tests.unit.governance.applications.offices import CLERK, Offices, on_record

CHANGES = {
    FILE: change(update_cycle="daily", due={"time": "18:00", "grace": 1}),
    f"resources/{PERSON}.yaml": change(due__since=date(2027, 1, 4)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a catalogue, and a home to which regions came on 9 February."""
    made_in = tmp_path_factory.mktemp("due")
    city = made(made_in, **CHANGES)
    drop(city, [1], "regions.csv")
    moment = datetime(2026, 2, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    go(replace(city, clock=lambda: moment))
    return made_in


def asked(folder: Path, *words: str) -> Said:
    """Ask what is due."""
    places = ("--catalog", str(folder / "catalogue"), "--home", str(folder / "home"))
    return quanshu(folder, "due", *words, *places, COLUMNS="80")


def test_totals_come_first_and_missing_before_waiting(folder: Path) -> None:
    """A mark stands behind a moment in a year that is not published; nothing is cut or folded."""
    said = asked(folder, "--as-of", "2026-02-12")
    assert said.code == 0
    totals, further, *table = said.out.splitlines()
    assert totals == "应交 / due, 2026-02-12 23:59: 缺交 missing 1 · 待交 waiting 1"
    assert further == "陈旧 stale 1 · 暂定 provisional (~) 1 · 从未交付 never delivered 2"
    assert [line.split() for line in table] == [
        ["状态", "应交时限", "资源", "逾期"],
        ["state", "due", "by", "resource", "days"],
        ["缺交", "missing", "2026-02-11", "18:00", REGION, "1"],
        ["待交", "waiting", "2027-01-04", "~", PERSON],
    ]
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80


def test_machines_get_all_of_it(folder: Path) -> None:
    """The moment, the totals, what is missed since when, and who never delivered."""
    told = asked(folder, "--as-of", "2026-02-24", "--json").document
    assert told["at"] == "2026-02-24T23:59:59+08:00"
    assert told["totals"] == {"missing": 1, "waiting": 1, "stale": 1, "provisional": 1, "never": 2}
    assert told["never_delivered"] == [PERMIT, VISIT]
    assert told["owed"][0] == {
        "department": "civil_affairs",
        "resource": REGION,
        "name": "行政区划信息",
        "cycle": "daily",
        "period": "2026-02-10",
        "due": "2026-02-11T18:00:00+08:00",
        "provisional": False,
        "state": "missing",
        "days_late": 4,
        "missed": ["2026-02-10", "2026-02-11", "2026-02-12", "2026-02-13", "2026-02-14"],
        "stale": True,
        "newest": "2026-02-09T12:00:00+08:00",
    }


def test_one_department_is_asked_alone(folder: Path) -> None:
    """Another's is left out; a department that there is none of is refused."""
    mine = asked(folder, "--department", "data_office", "--as-of", "2026-02-24", "--json").document
    assert mine["owed"] == []
    assert mine["totals"]["never"] == 2
    said = asked(folder, "--department", "data_offic")
    assert said.code == 2
    assert "data_office" in said.err


def test_a_report_changes_nothing(folder: Path) -> None:
    """Whatever is owed: not a byte of the home is written."""
    before = files(folder / "home")
    assert asked(folder, "--wide").code == 0
    assert files(folder / "home") == before


def test_what_offices_owe_stands_below_with_its_day(tmp_path: Path) -> None:
    """Overdue first, each with the words by which it is acted on; machines get all of it."""
    write_catalog(tmp_path)
    with open_store(Layout(tmp_path / "home")) as store:
        on_record(store)
        Counters(store).do(CLERK, INTERFACE, InterfaceEvent.ASKED, resource=PERSON)
        asks = Offices(store, load(tmp_path / "catalogue"))
        with asks.by(CLERK) as office:
            apply(office, asks.catalog.grant(GRANT))
    said = asked(tmp_path, "--department", "civil_affairs", "--as-of", "2026-03-18")
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80
    _, _, duties = said.out.partition("应办 / duties: ")
    totals, _, _, *rows = duties.splitlines()
    assert totals == "逾期 overdue 1"
    assert [row.split() for row in rows] == [
        ["逾期", "overdue", "2026-03-16", "提供接口", "interface", "1", "civil_affairs"],
    ]
    told = asked(tmp_path, "--as-of", "2026-03-18", "--json").document["offices"]
    assert [(one["place"], one["days_late"]) for one in told] == [("interface 1", 2)]
    assert asked(tmp_path, "--as-of", "2026-03-01", "--json").document["offices"] == []
