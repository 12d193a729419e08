"""`quanshu check`, `where` and `explain`: what the catalogue says, and every problem of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import load
from tests.city import PERSON, REGION, VISIT
from tests.city.declared import change, write_catalog
from tests.city.grants import decide_as_typed
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home

GRANT, OPEN_SET = "residents_for_office", "resident_profile"
CIRCLE = {"code": "seat", "element": "division_seat", "references": f"{PERSON}.resident_id"}
SEAT = {"code": "division_seat", "name": "驻地", "subject": "division", "type": "string"}
FAULTS: dict[str, Any] = {
    f"resources/{VISIT}.yaml": change(items__5__source=...),
    f"resources/{PERSON}.yaml": change(quality__0__column="nickname"),
    f"resources/{REGION}.yaml": change(items__2=CIRCLE, feed__columns__驻地="seat"),
    "elements/places.yaml": change(**{"2": SEAT | {"sensitivity": "public"}}),
    "masking/sensitivities.yaml": change(**{"2__share": ...}),
    f"open_data/{OPEN_SET}.yaml": change(colour="蓝", code="Resident Profile"),
}
"""Two owners, an unknown column, a circle, a missing mask, an unknown key, a code with blanks."""
FOUND = {
    ("CAT-001", f"resources/{VISIT}.yaml", "items[5]"),
    ("CAT-016", f"resources/{PERSON}.yaml", "quality[0].column"),
    ("CAT-006", f"resources/{PERSON}.yaml", "items[4].references"),
    ("CAT-012", f"grants/{GRANT}.yaml", "resources[0].items[1]"),
    ("CAT-105", f"open_data/{OPEN_SET}.yaml", "colour"),
    ("CAT-107", f"open_data/{OPEN_SET}.yaml", "code"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue with six faults."""
    return write_catalog(tmp_path_factory.mktemp("faulty"), **FAULTS)


def test_each_fault_is_one_problem(faulty: Path) -> None:
    """`--json` has file, line, path, message and remedy of each, and nothing else is said."""
    said = quanshu(faulty.parent, "check", "--catalog", str(faulty), "--json")

    assert (said.code, said.err) == (1, "")
    assert {(p["code"], p["file"], p["path"]) for p in said.document} == FOUND
    assert len(said.document) == len(FOUND)
    for problem in said.document:
        assert problem["message"]
        assert problem["remedy"]
        assert problem["line"] > 0
    [doubled] = [p["message"] for p in said.document if p["code"] == "CAT-001"]
    assert PERSON in doubled


def test_every_problem_is_printed_for_people(faulty: Path) -> None:
    """How many there are, then of each where, code, message and remedy, brackets as written."""
    problems = quanshu(faulty.parent, "check", "--catalog", str(faulty), "--json").document
    said = quanshu(faulty.parent, "check", "--catalog", str(faulty))

    assert said.code == 1
    assert said.out.startswith(f"{faulty}: 6 个问题 / problem(s)\n")
    for one in problems:
        shown = f"{one['file']}:{one['line']}  {one['path']}\n  {one['code']}  {one['message']}"
        assert f"{shown}\n  → {one['remedy']}\n" in said.out
    assert "^[a-z][a-z0-9_]{0,62}$" in said.out


def test_nothing_runs_on_a_faulty_catalogue(faulty: Path) -> None:
    """`run` names every problem, ends with 1 and makes no home."""
    home = faulty.parent / "home"
    said = quanshu(faulty.parent, "run", "--catalog", str(faulty), "--home", str(home))

    assert said.code == 1
    assert all(code in said.err for code, _, _ in FOUND)
    assert not home.exists()


def test_a_catalogue_in_order_is_counted(shared: Home) -> None:
    """No problem: an empty list for machines, and for people how much there is of what."""
    words = ("check", "--catalog", "catalogue")
    told = quanshu(shared.folder, *words, "--json")
    said = quanshu(shared.folder, *words)

    assert (told.code, told.document, told.err) == (0, [], "")
    assert said.code == 0
    counts = "2 departments, 4 resources, 14 elements, 1 grants, 1 open-data sets"
    assert said.out == f"测试市: {counts}. 无问题。\n"


def test_a_source_is_named_with_its_view(shared: Home) -> None:
    """By code or by Chinese name: department, resource, item, and the view to ask."""
    said = shared.said("where", "出生日期", COLUMNS="80")
    told = shared.said("where", "person.birth_date", "--json").document

    first, second, third = said.out.splitlines()
    assert (said.code, first) == (0, "出生日期（birth_date）")
    assert second == f"唯一来源 / the one source: 民政局《人口基本信息》 {PERSON}.birth_date"
    assert third.endswith("city.duckdb: FROM civil_affairs.person")
    assert (told["element"], told["resource"], told["item"]) == ("birth_date", PERSON, "birth_date")


def test_an_element_that_is_misspelt_names_the_likeliest(shared: Home) -> None:
    """It is wrong usage, and nothing stands on standard output."""
    said = shared.said("where", "birth_dat")

    assert (said.code, said.out) == (2, "")
    assert "birth_date" in said.err


def test_a_grant_is_explained(shared: Home) -> None:
    """The page for people; decision, method and what it does today for machines."""
    said = shared.said("explain", GRANT)
    told = shared.said("explain", GRANT, "--json").document

    assert said.code == 0
    assert "结论：允许" in said.out
    assert (told["allowed"], told["reason"], told["method"]) == (True, "granted", "query")
    assert told["today"] in said.out
    assert told["uniqueness"] == {}


def test_an_unknown_grant_is_told_as_everywhere(shared: Home) -> None:
    """It is wrong usage."""
    said = shared.said("explain", "nobody")

    assert (said.code, said.out) == (2, "")
    assert "see `quanshu list grants`" in said.err


def test_what_a_grant_answers_today_is_told(home: Home) -> None:
    """`explain` says what its method answers, and by which item the consumer may ask."""
    asked = change(method="verify", resources__0__match="resident_id")
    write_catalog(home.folder, **{f"grants/{GRANT}.yaml": asked})

    assert "现状：授权今天不成立" in home.said("explain", GRANT).out
    decide_as_typed(home.layout, load(home.folder / "catalogue"))
    said = home.said("explain", GRANT).out
    assert "现状：可提交名单核验" in said
    assert "匹配项：公民身份号码（resident_id）" in said
