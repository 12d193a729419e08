"""`quanshu correction report`: a consumer's report becomes a case, or is refused clearly."""

from __future__ import annotations

import pytest

from tests.city import GRANT, PERSON
from tests.city.records import person_id
from tests.unit.cli.homes import Home
from tests.unit.governance.cases.test_alerts import listening

SAID = {
    "--resource": "person",
    "--version": "0",
    "--key": f"resident_id={person_id(1)}",
    "--item": "name",
    "--wrong": "姓名与户口簿不符",
    "--consumer": "data_office",
    "--grant": GRANT,
}


def report(*more: str, **changed: str) -> tuple[str, ...]:
    """Return the words of a report, changed in places."""
    told = SAID | {f"--{name}": text for name, text in changed.items()}
    return ("correction", "report", *(word for pair in told.items() for word in pair), *more)


def test_a_report_becomes_a_case(home: Home) -> None:
    """It says number, owner, due day and how many were told; never the key, nor what was said."""
    with listening() as (address, taken):
        said = home.said(*report(), QUANSHU_ALERTS=f"{address} nonsense://topsecret")
    assert said.code == 0
    assert len(taken) == 1
    assert "QUANSHU_ALERTS" in said.err
    assert "topsecret" not in said.err
    assert said.out.startswith("#1  待核实 / dispatched  20")
    assert f"    {PERSON}  name" in said.out.splitlines()
    assert "姓名与户口簿不符" not in said.out
    assert said.out.splitlines()[-1].strip() == "已告知 / told: 1 家单位 / departments"
    assert person_id(1) not in said.out

    found = home.said("case", "show", "1", "--json").document
    assert (found["report"]["grant"], found["report"]["version"]) == (GRANT, 0)
    assert found["report"]["wrong"] == "姓名与户口簿不符"
    assert "数据应用单位纠错：人口基本信息的姓名" in said.out
    assert person_id(1) in home.said("case", "show", "1", "--values").out


@pytest.mark.parametrize(
    ("changed", "code", "why"),
    [
        ({"item": "nmae"}, 2, "name"),
        ({"grant": "none"}, 2, "no grant"),
        ({"consumer": "none"}, 2, "no department"),
        ({"resource": "none"}, 2, "no resources"),
        ({"version": "7"}, 1, "versions are 0 to 0"),
        ({"key": f"resident_id={person_id(77)}"}, 1, "no record with this key"),
        ({"item": "income"}, 1, "does not cover"),
    ],
)
def test_what_is_not_there_cannot_be_reported(
    shared: Home, changed: dict[str, str], code: int, why: str
) -> None:
    """The message says what to correct, and repeats no key."""
    said = shared.said(*report(**changed))
    assert (said.code, why in said.err) == (code, True)
    assert person_id(77) not in said.err
    assert shared.said("case", "list", "--json").document == []


def test_the_words_are_few(shared: Home) -> None:
    """七(一) asks for a concise report."""
    assert "1 to 200 characters" in shared.said(*report(wrong="长" * 201)).err
