"""What `quanshu run` prints for a person, of results that are given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_specs.rules.error_codes import ErrorCode
from cli.run_summary import show
from flow.city import City
from flow.desk.done import Desk
from flow.failures import Failure
from flow.results import RunResult
from outlets.shares.project import Withdrawal
from register.records import Outcome, VerdictKind
from storage.layout import Layout
from tests.city import FIRM, PERSON
from tests.city.homes import KEYS
from tests.city.resources import catalog_of, person

LAPSED = Withdrawal("school_admission", "expired", "ended on 2026-03-01", existed=True)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with one resource and an empty home."""
    catalog = catalog_of(person())
    return City(catalog, Layout(tmp_path), KEYS, lambda: datetime(2026, 3, 2, tzinfo=UTC))


def _failure(subject: str, code: ErrorCode = ErrorCode.UNFORESEEN) -> Failure:
    return Failure("resource", subject, code, "unforeseen KeyError", "quality/x.py:1", "report it")


def test_a_run_without_deliveries_still_tells_what_followed(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """A grant may lapse on a day on which nobody delivers."""
    show(city, RunResult((), (LAPSED,), (), views_rebuilt=False))
    told = capsys.readouterr().out
    assert "nothing was waiting" in told
    assert "withdrawn  school_admission: ended on 2026-03-01" in told


def test_reasons_are_printed_for_the_first_twenty(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each delivery has its line; of hundreds that wait the rest is counted."""
    held = [
        Outcome(
            "civil_affairs", "person", f"{n:06}-aa", ("a.csv",), 5, 5,
            verdict=VerdictKind.HELD, reasons=("snapshot_loss:4/5",),
        )
        for n in range(1, 26)
    ]  # fmt: skip
    show(city, RunResult(tuple(held), (), (), views_rebuilt=False))
    told = capsys.readouterr().out
    assert told.count("waits for `quanshu approve`  civil_affairs/person ") == 20
    assert "and 5 more" in told
    assert "  civil_affairs/person  000025-aa  a.csv\n      held  交付 5 · 接受 5" in told
    assert "and 15 earlier" in told


def test_totals_come_first_then_what_needs_somebody(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within one screen: how much there was, what failed with place and remedy, what was taken."""
    done = Outcome("civil_affairs", "person", "000001-aa", ("二月.csv",), 5, 4, 1)
    show(
        city,
        RunResult((done,), (LAPSED,), (), views_rebuilt=True, faults=(_failure(FIRM),)),
    )
    told = capsys.readouterr()
    lines = told.out.splitlines()
    failed = told.err.splitlines()

    assert lines[0].startswith("交付 / deliveries 1: 通过 / passed 1")
    assert "失败 / failed 1" in lines[2]
    assert "失败 / failed  resource data_office/firm: RUN-001 unforeseen KeyError" in failed[0]
    assert [line.strip().split()[-1] for line in failed[1:3]] == ["quality/x.py:1", "it"]
    assert lines[3].startswith("收回 / withdrawn  school_admission")
    assert any(PERSON in line and "二月.csv" in line for line in lines[4:])
    assert len(lines) + len(failed) <= 24


def test_one_fault_that_many_meet_is_told_once(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk fails every resource; the screen holds one remedy, not seventy."""
    faults = tuple(_failure(f"data_office/r{n}", "DISK-001") for n in range(70))
    show(city, RunResult((), (), (), views_rebuilt=False, faults=faults))
    told = capsys.readouterr()
    assert told.err.count("DISK-001") == 1
    assert "resource data_office/r0 (+69 alike)" in told.err
    assert "失败 / failed 70" in told.out


def test_what_is_newly_suspected_is_told_with_where_to_look(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that suspects nothing new says nothing of it."""
    for count in (0, 2):
        show(city, RunResult((), (), (), views_rebuilt=False, desk=Desk(suspected=count)))
    told = capsys.readouterr().out
    assert told.count("suspected violations  2: quanshu violation list") == 1
    assert "violations  0" not in told
