"""`quanshu approve`: what waits is listed, and answered once, with a document."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from register.approvals import APPROVALS, HELD, Answer, Held
from register.records import VerdictKind
from register.verdicts import VERDICTS
from tests.city import REGION
from tests.city.registers import delivery, verdict_on
from tests.unit.cli.homes import ACTOR, Home

WAITS, BEHIND = (delivery(REGION, number, 10) for number in (2, 3))
CASE = "批〔2026〕7号"


@pytest.fixture(scope="module")
def waiting(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home in which one delivery waits for an approval, and another behind it."""
    made = shared.copied(tmp_path_factory.mktemp("waiting"))
    VERDICTS.record(made.layout, [verdict_on(one, VerdictKind.PASSED) for one in (WAITS, BEHIND)])
    at = "2026-03-02T17:30:00+08:00"
    HELD.record(made.layout, (Held(REGION, WAITS.delivery, 2, 1_200, 3_400, None, at),))
    HELD.record(made.layout, (Held(REGION, BEHIND.delivery, 3, 0, 3_400, WAITS.delivery, at),))
    return made


@pytest.fixture
def home(waiting: Home, tmp_path: Path) -> Home:
    """Return a copy of it, to be changed."""
    return waiting.copied(tmp_path / "copy")


def test_what_waits_is_listed_with_what_it_would_delete(waiting: Home) -> None:
    """The held delivery alone, whole at 80 columns; the one behind it needs no answer."""
    said = waiting.said("approve", "--list", COLUMNS="80")
    [told] = waiting.said("approve", "--list", "--json").document

    assert said.code == 0
    assert said.out.splitlines()[0] == "待批准 / waiting for an approval: 1"
    assert said.out.splitlines()[-1].split() == [REGION, WAITS.delivery, "1,200", "3,400"]
    assert max(map(cell_len, said.out.splitlines())) <= 80
    assert told == {
        "resource": REGION, "delivery": WAITS.delivery, "deleted": 1_200, "stored": 3_400,
        "at": "2026-03-02T17:30:00+08:00",
    }  # fmt: skip


def test_a_list_is_narrowed_to_a_resource(waiting: Home) -> None:
    """Of another resource nothing waits, and that is said."""
    assert len(waiting.said("approve", "region", "--list", "--json").document) == 1
    assert "nothing waits" in waiting.said("approve", "person", "--list").out
    assert waiting.said("approve", "person", "--list", "--json").document == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--list"),
        (("region",), "--list"),
        (("region", WAITS.delivery), "--document"),
        (("region", WAITS.delivery, "--document", " \u3000"), "--document"),
        (("region", "000009-x", "--document", CASE), "no such delivery waits"),
        (("person", WAITS.delivery, "--document", CASE), "no such delivery waits"),
        (("region", BEHIND.delivery, "--document", CASE), "no such delivery waits"),
    ],
)
def test_what_is_no_answer_is_wrong_usage(waiting: Home, words: tuple[str, ...], told: str) -> None:
    """Nothing is recorded, and it says what to name."""
    said = waiting.said("approve", *words)

    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert APPROVALS.read(waiting.layout) == ()


@pytest.mark.parametrize(
    ("words", "answer", "told"),
    [((), Answer.APPROVE, "批准 / approved"), (("--refuse",), Answer.REFUSE, "驳回 / refused")],
)
def test_an_answer_is_recorded_once(
    home: Home, words: tuple[str, ...], answer: Answer, told: str
) -> None:
    """With its document, by whom and when; another answer to the same delivery is refused."""
    decide = ("approve", "region", WAITS.delivery, "--document", f" {CASE} ")

    said = home.said(*decide, *words)

    assert (said.code, said.out) == (0, f"{told}  {REGION} {WAITS.delivery}\n")
    [kept] = APPROVALS.read(home.layout)
    assert (kept.resource, kept.delivery, kept.document) == (REGION, WAITS.delivery, CASE)
    assert (kept.actor, kept.decision) == (ACTOR, answer)
    assert (home.said(*decide).code, home.said(*decide, "--refuse").code) == (2, 2)
    assert len(APPROVALS.read(home.layout)) == 1
    assert home.said("approve", "--list", "--json").document == []
