"""`quanshu demo`: where it makes its city, what it tells of three rounds, how it ends.

The rounds themselves are given here: making and running a whole city is the flow tests' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from catalog_specs.rules.error_codes import ErrorCode
from cli.commands.demo import DAY
from demo_city import rounds as demo_rounds
from demo_city.answer_key import AnswerKey, Expected, Quarantined
from flow import run as flow_run
from flow.failures import Failure
from flow.results import RunResult
from outlets.open_data.release import Release
from outlets.shares.project import Projection
from pipelines import reporting
from register.records import Outcome, VerdictKind
from tests.contract.command import Said, quanshu

SHARES = tuple(
    Projection(code, ("a/b",), (), rows=rows, refreshed=True)
    for code, rows in (("student_aid", 1_234), ("transport_vehicles", 5_678))
)
DONE = RunResult(
    (
        Outcome("health", "a", "000001-aa", ("a.csv",), 123_456, 120_000, 3_456, 120_000),
        Outcome("health", "a", "000002-aa", ("b.csv",), 10, 0, 10, verdict=VerdictKind.REJECTED),
        Outcome("taxation", "b", "000001-bb", ("c.csv",), 7, 7, 0, 1, 2, 3),
    ),
    SHARES,
    (Release("bus_stops", "20261120-01", rows=9, suppressed=0, created=True),),
    views_rebuilt=True,
)
WRONG = Expected(
    1, "health", "a", "a.csv", "0" * 64, 1, "passed", (Quarantined(1, ("a:required",)),)
)
FAILED = Failure("views", "", ErrorCode.DISK_FULL, "the disk is full", "home folder", "make room")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let every round come to a given result, and return what is given, to be changed."""
    said: dict[str, Any] = {"result": DONE, "answers": ()}
    empty = RunResult((), (), (), views_rebuilt=False)

    def rounds(_: object, home: Path, people: int, seed: int, today: Any) -> Iterator[Any]:
        answers = AnswerKey(seed, people, today, said["answers"])
        for number in (1, 2, 3):
            said["number"] = number
            answers.write(home / demo_rounds.ANSWERS)
            yield demo_rounds.Round(number, (home / "a.csv",) * 2, answers)

    def run(_: object, **__: object) -> RunResult:
        result: RunResult = said["result"] if said["number"] == 3 else empty
        return result

    monkeypatch.setattr(demo_rounds, "rounds", rounds)
    monkeypatch.setattr(flow_run, "run", run)
    monkeypatch.setattr(reporting, "report", lambda *_: ())
    return said


def _demo(folder: Path, *words: str) -> Said:
    return quanshu(folder, "demo", "--home", "city", *words, COLUMNS="80")


@pytest.mark.usefixtures("given")
def test_three_rounds_are_told_at_80_columns(tmp_path: Path) -> None:
    """The total first, then each department by name, what agrees, and where to look next."""
    said = _demo(tmp_path)
    lines = said.out.splitlines()

    assert said.code == 0
    assert said.err.count("轮 / round") == 3
    assert lines[0] == "三轮交付 / three rounds of deliveries: 3"
    assert lines[2].split() == [
        "department", "rejected", "rows", "quarantined", "new", "changed", "gone",
    ]  # fmt: skip
    table = [line.split() for line in lines[3:6]]
    assert table == [
        ["合计", "/", "total", "1", "123,473", "3,466", "120,001", "2", "3"],
        ["泉州市卫生健康委员会", "1", "123,466", "3,466", "120,000", "0", "0"],
        ["国家税务总局泉州市税务局", "0", "7", "0", "1", "2", "3"],
    ]
    assert "隔离区 3,466 行,与答案完全一致 / equals answer_key.json" in lines
    assert "\n授权共享 2 份 / shares · 开放数据 1 个 / releases · " in said.out
    assert "quanshu explain transport_vehicles" in said.out  # the largest
    assert max(cell_len(line) for line in lines if str(tmp_path) not in line) <= 80
    assert (tmp_path / "city/keys/master.key").stat().st_mode & 0o077 == 0


def test_what_differs_from_the_answers_is_a_problem(tmp_path: Path, given: dict[str, Any]) -> None:
    """Each difference is told, without a value, and it ends with 1."""
    given["answers"] = (WRONG,)

    said = _demo(tmp_path)

    assert said.code == 1
    assert "DIFFERS FROM answer_key.json" in said.out
    assert "health/a" in said.err


def test_a_failure_ends_with_3(tmp_path: Path, given: dict[str, Any]) -> None:
    """It is told with its remedy, and nothing is recommended that is not there."""
    given["result"] = replace(DONE, shares=(), faults=(FAILED,))

    said = _demo(tmp_path)

    assert said.code == 3
    assert "DISK-001 the disk is full" in said.err
    assert "make room" in said.err
    assert "where to look next" not in said.out


def test_for_machines_it_is_the_document_of_a_run(tmp_path: Path, given: dict[str, Any]) -> None:
    """All rounds' deliveries, the home, the seconds, and whether the answers agree."""
    told = _demo(tmp_path, "--json").document

    assert told["home"] == str(tmp_path / "city")
    assert told["answer_key"] == {"agrees": True, "differences": []}
    assert [one["delivered"] for one in told["deliveries"]] == [123_456, 10, 7]
    assert [one["grant"] for one in told["shares"]] == ["student_aid", "transport_vehicles"]
    given["answers"] = (WRONG,)
    again = _demo(tmp_path, "--json").document["answer_key"]
    assert (again["agrees"], len(again["differences"])) == (False, 1)


@pytest.mark.usefixtures("given")
def test_only_an_earlier_demo_is_removed(tmp_path: Path) -> None:
    """A folder that holds anything else is refused, whole, with what to do."""
    (tmp_path / "city").mkdir()
    (tmp_path / "city/theirs.txt").write_text("theirs", encoding="utf-8")

    refused = _demo(tmp_path)

    assert (refused.code, refused.out) == (3, "")
    assert refused.err.startswith("SET-001 ")
    assert "--home" in refused.err
    assert [path.name for path in (tmp_path / "city").iterdir()] == ["theirs.txt"]

    (tmp_path / "city" / demo_rounds.ANSWERS).write_text("{}", encoding="utf-8")
    assert _demo(tmp_path).code == 0
    assert not (tmp_path / "city/theirs.txt").exists()
    assert "removing the earlier demo" in _demo(tmp_path).err


def test_a_city_has_two_hundred_people(tmp_path: Path) -> None:
    """Fewer cannot have every planted defect."""
    said = _demo(tmp_path, "--people", "199")

    assert (said.code, said.out) == (2, "")
    assert not (tmp_path / "city").exists()


def test_the_day_is_always_the_same() -> None:
    """A day of the city's own zone, so that the same seed gives the same city anywhere."""
    assert DAY.isoformat() == "2026-11-20T12:00:00+08:00"
