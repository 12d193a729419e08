"""docs/quality.md stays true: its questions get the answers that it shows, its commands run."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from catalog_specs.loader import load
from catalog_specs.rules.violations import ViolationState
from catalog_specs.vocabulary import Dimension, Level
from flow.run import run
from governance.store.database import open_store
from governance.violations.life import Decision, decided, entered
from governance.violations.records import write
from outlets.views.city_file import build_city_views
from quality.timeliness.ledger import Change as DuePassed
from quality.timeliness.ledger import DueSettled, record_due
from quality.timeliness.settling import DueState
from register.comparisons import COMPARISONS, Scope
from register.receipts import raw_file
from register.rule_results import (
    RULE_RESULTS,
    Origin,
    RuleAsked,
    RuleFound,
    RuleJudged,
    record_results,
)
from tests.city import NOW, PERSON, VISIT
from tests.city.declared import change, write_catalog
from tests.city.records import VISITS, csv_text, person_id
from tests.city.registers import deliveries
from tests.docs.pages import ROOT
from tests.unit.cli.homes import Home, prepared

PAGE = ROOT / "docs" / "quality.md"
BLOCKS = re.compile(r"^##+ ([^\n]*)$|^```(sql|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^quanshu (.*)$", re.MULTILINE)


def _questions() -> Iterator[tuple[str, str, list[list[str]]]]:
    """Yield (heading, query, rows that are shown below it)."""
    title, asked = "", ""
    for heading, kind, body in BLOCKS.findall(PAGE.read_text(encoding="utf-8")):
        if heading:
            title = heading
        elif kind == "sql":
            asked = body
        else:
            yield title, asked, list(csv.reader(io.StringIO(body)))


QUESTIONS = list(_questions())
SUSPECTED, CONFIRMED = (
    entered(("civil_affairs", PERSON), ("八(三)", words), (NOW, "账号")) for words in ("甲", "乙")
)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLES = CONSOLE.findall(PAGE.read_text(encoding="utf-8"))
COMMANDS = [found for console in CONSOLES if (found := COMMAND.findall(console))]
"""The commands of each block, which are given one after another."""


def _found(code: str, wording: str, judged: int, failing: int, definition: str = "f") -> RuleFound:
    prints = f"1c0ffee{definition:0>9}"
    level, dimension = Level.QUARANTINE, Dimension.ACCURACY
    asked = RuleAsked(code, prints, wording, "a rule", dimension, level, "三(六)")
    return RuleFound(asked, (judged,), (failing,), (not failing,))


def _history(home: Home) -> None:
    """Enter two months of judgements, in which one rule changes and another gets better."""
    layout = home.layout
    for day, name, judged, sex in (
        ("2026-02-06", "000001-a1a1a1a1a1a1", 50, 12),
        ("2026-02-20", "000002-b2b2b2b2b2b2", 100, 9),
        ("2026-03-06", "000003-c3c3c3c3c3c3", 100, 4),
        ("2026-03-20", "000004-d4d4d4d4d4d4", 100, 1),
    ):
        new = day > "2026-03"
        length = "姓名字数应在2至20之间" if new else "姓名字数应在2至8之间"
        found = (
            _found("sex:code_list", "性别应为《性别》中的代码", judged, sex),
            _found("name:length", length, judged, int(day == "2026-03-06"), "2" if new else "1"),
        )
        record_results(layout, PERSON, [name], found, f"{day}T08:00:00+08:00")
    income = _found("income:range", "登记收入应在0以上", 180, 2).asked
    RULE_RESULTS.record(layout, (_rechecked(income, "2026-03-22T04:30:00+08:00"),))
    record_due(layout, [DuePassed(one, None) for one in _due()])
    trips = (_found("trips:range", "跑动次数应在0至9之间", 40, 3),)
    record_results(layout, VISIT, ["000001-a1a1a1a1a1a1"], trips, "2026-03-07T08:00:00+08:00")


def _visited(home: Home) -> None:
    """Deliver four visits: one visitor is nobody, and two have other names than the register."""
    names = ((0, "人0"), (1, "人\u30001"), (3, "王3"), (9, "人9"))
    rows = [(f"V{n}", "2026-02-01", 9, 1, 1, person_id(n), name) for n, name in names]
    file = home.layout.inbox(VISIT) / "v.csv"
    file.parent.mkdir(parents=True)
    file.write_text(csv_text(VISITS, *rows), encoding="utf-8")
    os.utime(file, (NOW.timestamp() - 60,) * 2)
    assert run(home.city).faults == ()


def _compared_later(home: Home) -> None:
    """Enter that one of the names is right by now."""
    said = [one for one in COMPARISONS.read(home.layout, VISIT) if one.item == "name"]
    (before,) = (one for one in said if one.scope is Scope.STANDING)
    later = (NOW + timedelta(days=1)).isoformat()
    found = {"patterns": ("no_source_row", "one_character"), "pattern_rows": (1, 1)}
    now = replace(before, matched=2, mismatched=1, compared_at=later, **found)
    assert COMPARISONS.record_rows(home.layout, COMPARISONS.rows((now,)), "later")


def _rechecked(asked: RuleAsked, at: str) -> RuleJudged:
    counts = {"judged": 180, "failing": 2, "passed": False}
    place = {"department": PERSON.partition("/")[0], "resource": PERSON, "delivery": None}
    return RuleJudged(
        **place, **vars(asked), **counts, judged_at=at, origin=Origin.RECHECK, version=4
    )


def _due() -> Iterator[DueSettled]:
    """Yield three periods: one in time, one late, and one missing that was late before."""
    told = (
        ("2026-03-04", "missing", 1),
        ("2026-03-04", "late", 1),
        ("2026-03-05", "met", 0),
        ("2026-03-06", "missing", 2),
    )
    for number, (day, state, late) in enumerate(told):
        yield DueSettled(
            department="civil_affairs",
            resource=PERSON,
            period=day,
            first_day=day,
            last_day=day,
            due_at=f"{day}T18:00:00+08:00",
            provisional=False,
            state=next(one for one in DueState if one == state),
            stale=bool(late),
            delivery=None,
            came_at=None,
            days_late=late,
            recorded_at=f"2026-03-10T08:00:0{number}+08:00",
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home with a history, after an officer looked at a quarantined record."""
    made = prepared(tmp_path_factory.mktemp("quality"))
    shown = made.said("quarantine", "show", "person", made.delivery)
    assert shown.code == 0
    _visited(made)
    with open_store(made.layout) as store, store.writing() as session:
        write(session, SUSPECTED)
        confirmed = Decision(ViolationState.CONFIRMED, "科长", "督1", "", NOW.date())
        after = decided(CONFIRMED, confirmed, (NOW, "账号"))
        assert after
        write(session, after)
    return made


@pytest.fixture(scope="module")
def views(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the analysts' file over that history."""
    other = home.copied(tmp_path_factory.mktemp("history"))
    (other.layout.ledger("rule_results")).rename(other.folder / "as_prepared")
    _history(other)
    _compared_later(other)
    return build_city_views(other.layout, other.city.catalog, NOW).path


def test_the_page_asks_and_answers() -> None:
    """The tests below have something to look at."""
    assert len(QUESTIONS) >= 4
    assert len(COMMANDS) >= 2


@pytest.mark.parametrize(("title", "asked", "shown"), QUESTIONS, ids=[one[0] for one in QUESTIONS])
def test_every_question_gets_the_answer_that_is_shown(
    views: Path, title: str, asked: str, shown: list[list[str]]
) -> None:
    """In a plain DuckDB, by whoever opens the file: names of columns and every row."""
    del title
    with duckdb.connect(str(views), read_only=True) as con:
        con.execute("SET TimeZone = 'Asia/Shanghai'")
        found = con.sql(asked)
        told = [["" if one is None else str(one) for one in row] for row in found.fetchall()]
        assert [found.columns, *told] == shown


@pytest.fixture(scope="module")
def kept(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the same home after a run, which opened cases."""
    other = home.copied(tmp_path_factory.mktemp("kept"))
    assert other.said("run").code in {0, 1}
    return other


def _delivered(home: Home) -> Path:
    return raw_file(home.layout, deliveries(home.layout, VISIT)[0])


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: commands[-1])
def test_every_command_runs(kept: Home, tmp_path: Path, commands: list[str]) -> None:
    """A reader may copy a block; DELIVERY, VISITS, FILE and VIOLATION stand for what is at hand."""
    mine = kept.copied(tmp_path)
    visits = deliveries(kept.layout, VISIT)[0].delivery
    for command in commands:
        violation = CONFIRMED if " rectify " in command else SUSPECTED
        told = command.replace("DELIVERY", kept.delivery).replace("VIOLATION", violation.id)
        told = told.replace("VISITS", visits).replace("FILE", str(_delivered(kept)))
        said = mine.said(*shlex.split(told, comments=True))
        assert said.code == 0, said.err


def test_every_view_of_the_file_is_flat_and_explained(views: Path) -> None:
    """Every column of `quality` has a comment, no text is JSON, and no moment is a text."""
    with duckdb.connect(str(views), read_only=True) as con:
        columns = con.sql(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'quality'"
        ).fetchall()
        named = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'quality'"
        readable = {name for (name,) in con.sql(named).fetchall()}
        for name in readable:
            con.sql(f'FROM quality."{name}"').fetchall()
    assert {"rule_results", "approvals", "quarantine_access", "verdicts"} <= readable
    assert [one[:2] for one in columns if not one[3]] == []
    assert [one[:2] for one in columns if _is_moment(one[1]) and "TIME" not in one[2]] == []
    assert [one[:2] for one in columns if one[2] == "JSON" or "JSON" in one[3]] == []


def _is_moment(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def test_the_section_of_due_times_is_lawful(tmp_path: Path) -> None:
    """What a resource may say of its due times can be copied from the page."""
    text = PAGE.read_text(encoding="utf-8")
    ((body,),) = [re.findall(r"^```yaml due\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    edit = change(due=yaml.safe_load(body))
    catalog = load(write_catalog(tmp_path, **{f"resources/{PERSON}.yaml": edit}))
    due = catalog.resource(PERSON).due
    assert set(yaml.safe_load(body)) == due.model_fields_set == set(type(due).model_fields)
