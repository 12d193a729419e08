"""A trial finds what the delivery of the same file comes to, and leaves nothing anywhere."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import CheckError, TransientError
from catalog_specs.loader import load
from quality.gate import trial as trials
from quality.gate import typing_bench
from quality.gate.trial import Trial, Tried, judge_file
from quality.rules import kinds
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.city import PERSON
from tests.city.declared import compiled
from tests.city.one_feed import NOW, REF, deliver, fed_catalogue, fed_city, take
from tests.city.trials import agree
from tests.promises.cases import Case, cases
from tests.tiers import then_thorough
from values import narrow

CASES = cases()
FEED = {"feed": {"columns": {"编号": "id", "日期": "day"}}, "types": {"day": "date"}}
GOOD, BAD = "编号,日期\n1,2026-01-01\n", "编号,日期\n1,2026-01-01\n2,昨天\n3,前天\n"


def _tried(folder: Path, name: str, data: bytes, trial: Trial) -> Tried:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(data)
    return judge_file(file, trial.catalog.resource(REF), trial)


FEW = [case for case in CASES if case.name[:1] in "abc"]


@pytest.mark.parametrize(
    "case",
    then_thorough(FEW, [case for case in CASES if case not in FEW]),
    ids=lambda case: case.name,
)
def test_a_trial_says_what_becomes_of_the_delivery(case: Case, tmp_path: Path) -> None:
    """Counts of every rule, refusals, numbers and lines are those of the run that comes after."""
    with fed_city(fed_catalogue(tmp_path, case.declared), tmp_path / "home") as (city, gate):
        trial = Trial(city.catalog, city.layout, NOW, Limits())
        for files in case.deliveries:
            for name, data in files.items():
                tried = _tried(tmp_path / "own", name, data, trial)
                deliver(city, {name: data})
                for one in take(city, gate)[-1:]:
                    agree(tried, one, city)


def test_a_large_plain_text_is_read_as_it_lies(tmp_path: Path) -> None:
    """Lines of its failing records are told without reading it again."""
    rows = [f"{n},{'昨天' if n % 9_000 == 0 else '2026-01-01'}" for n in range(1, 90_001)]
    data = "\n".join(["编号,日期", *rows, ""]).encode()
    with fed_city(fed_catalogue(tmp_path, FEED), tmp_path / "home") as (city, gate):
        trial = Trial(city.catalog, city.layout, NOW, Limits())
        tried = _tried(tmp_path / "own", "large.csv", data, trial)
        assert tried.receipt.plain is not None
        deliver(city, {"large.csv": data})
        (one,) = take(city, gate)
        agree(tried, one, city)
        assert one.quarantined == 10


UNIQUE = {"code": "one_day", "level": "warn", "dimension": "accuracy", "description": "规则"}
UNIQUE |= {"expect": "column_values_to_be_unique", "column": "word"}
UNIQUE |= {"where": [{"item": "day", "op": "ge", "value": "2026-01-02"}]}


def _doubled(rows: int) -> bytes:
    """Return a register out of order in which numbers and words occur twice, some in two days."""
    lines = [f"{n},2026-01-0{1 + n % 3},w{n}" for n in range(rows, 0, -1)]
    lines += [f"{n},2026-01-0{1 + n % 3},w{n}" for n in (5, 9)]
    lines += [f"{n},2026-02-01,w{n}" for n in (6, 7, 9)]
    lines += [f"{rows + n},2026-01-0{1 + n % 3},w{n % 4}" for n in range(1, 9)]
    return "\n".join(["编号,日期,词", *lines, ""]).encode()


@pytest.mark.parametrize("rows", [20, 60_000])
@pytest.mark.parametrize("most", [narrow.MOST, 3])
def test_records_of_one_key_are_compared_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, most: int
) -> None:
    """Whether they are read again, or too many so that all are typed whole; nothing else is."""
    monkeypatch.setattr(narrow, "MOST", most)
    columns = {"编号": "id", "日期": "day", "词": "word"}
    declared = {"feed": {"columns": columns}, "types": {"day": "date"}}
    declared |= {"resource": {"quality": [UNIQUE]}}
    with fed_city(fed_catalogue(tmp_path, declared), tmp_path / "home") as (city, gate):
        data = _doubled(rows)
        whole: list[object] = []
        typed = typing_bench.typed_rows
        with monkeypatch.context() as during:
            during.setattr(
                typing_bench, "typed_rows", lambda *given: whole.append(0) or typed(*given)
            )
            trial = Trial(city.catalog, city.layout, NOW, Limits())
            tried = _tried(tmp_path / "own", "doubled.csv", data, trial)
        assert (tried.receipt.plain is not None) == (rows > 100)
        assert bool(whole) == (most == 3)
        deliver(city, {"doubled.csv": data})
        (one,) = take(city, gate)
        agree(tried, one, city)
        assert [one.record for one in tried.places["key:unique"]] == [
            rows - 8, rows - 6, rows - 5, rows + 2, rows + 3
        ]  # fmt: skip


def test_a_file_that_changes_meanwhile_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told of a mixture of what it was and what it became, nor of the engine's words."""
    catalog = load(fed_catalogue(tmp_path, FEED))
    file = tmp_path / "visits.csv"
    file.write_text(GOOD, encoding="utf-8")
    judged = trials._tried

    def changing(*given: Any) -> Tried:
        found = judged(*given)
        file.write_text(BAD, encoding="utf-8")
        return found

    monkeypatch.setattr(trials, "_tried", changing)
    with pytest.raises(TransientError, match="changed"):
        judge_file(file, catalog.resource(REF), Trial(catalog, None, NOW, Limits()))


def test_the_home_stays_as_it_is_while_it_is_locked_and_read_only(tmp_path: Path) -> None:
    """No file of it changes, and none is left beside it."""
    with fed_city(fed_catalogue(tmp_path, FEED), tmp_path / "home") as (city, gate):
        deliver(city, {"first.csv": GOOD.encode()})
        take(city, gate)
        before = _files(city.layout.home)
        folders = [city.layout.home, *(one for one in city.layout.home.rglob("*") if one.is_dir())]
        modes = {one: one.stat().st_mode for one in folders}
        trial = Trial(city.catalog, city.layout, NOW, Limits())
        try:
            with city.lock(REF):
                for one in folders:
                    one.chmod(0o500)
                tried = _tried(tmp_path / "own", "next.csv", BAD.encode(), trial)
        finally:
            for one, mode in modes.items():
                one.chmod(mode)
        assert tried.quarantined == 2
        assert _files(city.layout.home) == before
        assert [*(tmp_path / "own").iterdir()] == [tmp_path / "own" / "next.csv"]


def test_without_a_home_rules_that_look_there_are_not_asked(tmp_path: Path) -> None:
    """They are listed, and never among those that passed."""
    drift = {"figure": "row_count", "within": 10, "deliveries": 2}
    rule = {"code": "steady", "level": "warn", "dimension": "accuracy", "description": "规则"}
    declared = FEED | {"resource": {"quality": [rule | {"drift": drift}]}}
    catalog = load(fed_catalogue(tmp_path, declared))
    resource = catalog.resource(REF)
    file = tmp_path / "visits.csv"
    file.write_text(GOOD, encoding="utf-8")
    without, there = (
        judge_file(file, resource, Trial(catalog, home, NOW, Limits()))
        for home in (None, Layout(tmp_path / "home"))
    )
    assert [one.rule for one in without.not_asked] == ["steady"]
    assert {one.asked.rule for one in there.results} - {
        one.asked.rule for one in without.results
    } == {"steady"}
    assert without.is_clean


def test_kinds_that_look_in_the_lake_say_so() -> None:
    """They are those whose modules read stored tables or earlier results, and no others."""
    modules = [*Path(str(kinds.__file__)).parent.glob("of_*/*.py")]
    texts = {one.stem: one.read_text(encoding="utf-8") for one in modules}
    reading = re.compile(r"^from quality\.rules\.(stored|history) import", re.MULTILINE)
    looking = {name for name, text in texts.items() if "    in_lake=" in text}
    assert looking == {name for name, text in texts.items() if reading.search(text)}
    assert looking == {"compare", "drift", "exists_in", "reference", "sql"}


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_stays_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """Not even where the trial is ended by an error."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def broken(*_: object) -> None:
        raise CheckError("broken", where="here", remedy="none")

    if fails:
        monkeypatch.setattr(trials, "_tried", broken)
    catalog = compiled()
    file = tmp_path / "persons.csv"
    file.write_text("nothing\n", encoding="utf-8")
    try:
        tried = judge_file(file, catalog.resource(PERSON), Trial(catalog, None, NOW, Limits()))
    except CheckError:
        assert fails
    else:
        assert tried.rejecting == ("GATE-102",)
    assert [*(tmp_path / "temporary").iterdir()] == []


def _files(folder: Path) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
