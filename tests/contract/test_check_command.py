"""`quanshu check`: every problem of a catalogue in one go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from catalog_specs.loader import bundled
from tests.contract.command import in_own_process, quanshu

CHANGES = {
    "resources/education/student.yaml": (
        "element: person_name, source: public_security/resident.name}",
        "element: person_name}",
    ),
    "resources/health/infectious_case.yaml": ("column_A: diagnosed_at", "column_A: diagnosed_on"),
    "resources/public_security/resident.yaml": (
        "element: person_household_no, share: conditional}",
        "element: person_household_no, references: public_security/household.household_no}",
    ),
    "grants/student_aid.yaml": (
        "    masks:\n      started_on: {mask: generalise_date, to: year}\n",
        "",
    ),
    "open_data/bus_stops.yaml": ("theme: ", "colour: 蓝\ntheme: "),
}
"""Two owners, an unknown column, a circle, a missing mask, an unknown key: file → what is put."""
OWNERS = ("education/student", "public_security/resident")
FOUND = {
    # on the second owner; its message names the first
    "CAT-001": ("resources/public_security/resident.yaml", "items[1]"),
    "CAT-016": ("resources/health/infectious_case.yaml", "quality[0].column_A"),
    "CAT-006": ("resources/public_security/resident.yaml", "items[7].references"),
    "CAT-012": ("grants/student_aid.yaml", "resources[0].items[1]"),
    "CAT-105": ("open_data/bus_stops.yaml", "colour"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the bundled city with five faults."""
    copy = tmp_path_factory.mktemp("faulty") / "quanzhou"
    shutil.copytree(bundled("quanzhou"), copy)
    for name, (before, after) in CHANGES.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, name
        (copy / name).write_text(text.replace(before, after), encoding="utf-8")
    return copy


def test_five_faults_give_five_problems(faulty: Path) -> None:
    """`--json` has one problem for each fault, with file, line, path, message and remedy."""
    said = quanshu(faulty.parent, "check", "--catalog", str(faulty), "--json")

    assert said.code == 1
    assert said.err == ""
    assert {p["code"]: (p["file"], p["path"]) for p in said.document} == FOUND
    assert len(said.document) == len(FOUND)
    for problem in said.document:
        assert problem["message"]
        assert problem["remedy"]
        assert problem["line"] > 0
    [doubled] = [p["message"] for p in said.document if p["code"] == "CAT-001"]
    assert all(f"resources/{ref}.yaml" in doubled for ref in OWNERS)


def test_every_problem_is_printed_for_people(faulty: Path) -> None:
    """Without `--json` one table names file, place, code, problem and remedy of each."""
    documents = quanshu(faulty.parent, "check", "--catalog", str(faulty), "--json").document
    said = quanshu(faulty.parent, "check", "--catalog", str(faulty))

    assert said.code == 1
    assert "5 个问题" in said.out
    for problem in documents:
        for part in ("file", "path", "code", "message", "remedy"):
            assert problem[part] in said.out


def test_nothing_runs_on_a_faulty_catalogue(faulty: Path) -> None:
    """`run` names every problem, ends with 1 and makes no home."""
    home = faulty.parent / "home"
    said = quanshu(faulty.parent, "run", "--catalog", str(faulty), "--home", str(home))

    assert said.code == 1
    assert all(code in said.err for code in FOUND)
    assert not home.exists()


def test_bundled_city_has_no_problem(tmp_path: Path) -> None:
    """The bundled city compiles; `--json` is an empty list."""
    said = quanshu(tmp_path, "check", "--json")

    assert (said.code, said.document, said.err) == (0, [], "")


def test_a_message_keeps_its_brackets(tmp_path: Path) -> None:
    """What looks like a terminal's markup is printed as it is written."""
    copy = tmp_path / "quanzhou"
    shutil.copytree(bundled("quanzhou"), copy)
    file = copy / "open_data" / "bus_stops.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("code: bus_stops", 'code: "Bus Stops"'), encoding="utf-8")
    said = quanshu(tmp_path, "check", "--catalog", str(copy))

    assert said.code == 1
    assert "^[a-z][a-z0-9_]{0,62}$" in said.out


def test_output_may_be_ascii(tmp_path: Path) -> None:
    """A terminal that cannot show Chinese gets escapes, not a failure; JSON stays JSON."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    said = in_own_process(tmp_path, "check", **plain)
    assert said.code == 0, said.err
    assert "\\u" in said.out
    document = in_own_process(tmp_path, "list", "departments", "--json", **plain)
    assert "泉州" in str(document.document) or "局" in str(document.document)
