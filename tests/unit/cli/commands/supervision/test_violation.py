"""`quanshu violation`: what is suspected is listed, and decided by a named post on a document."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.store.database import open_store
from governance.violations.detector import Suspicion
from governance.violations.life import seen
from governance.violations.records import violations, write
from tests.city import NOW, PERSON
from tests.unit.cli.homes import ACTOR, Home

BY = ("--post", "督查科科长", "--document", "督〔2026〕1号")
SEEN = Suspicion(
    ViolationKind.SCOPE,
    "civil_affairs",
    PERSON,
    "header:面积",
    "采集了目录之外的数据",
    "collected outside the catalogue",
    Confidence.HIGH,
    "out_of_catalogue",
    {"header": "面积", "deliveries": 3},
)


@pytest.fixture(scope="module")
def suspecting(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home of which one violation is suspected."""
    made = shared.copied(tmp_path_factory.mktemp("suspecting"))
    with open_store(made.layout) as store, store.writing() as session:
        write(session, seen(None, SEEN, (NOW, ACTOR)))
    return made


@pytest.fixture
def home(suspecting: Home, tmp_path: Path) -> Home:
    """Return a copy of it, to be changed."""
    return suspecting.copied(tmp_path / "copy")


def test_what_is_suspected_is_listed_whole_at_80_columns(suspecting: Home) -> None:
    """Totals first; what cannot be seen from here is named below."""
    said = suspecting.said("violation", "list", COLUMNS="80")
    lines = said.out.splitlines()
    assert lines[0] == "违规情形 / violations: 1（1 疑似）"
    assert SEEN.id in lines[3]
    assert PERSON in lines[3]
    assert "cannot be seen from here" in lines[-2]
    assert "备份" in lines[-1]
    assert max(map(cell_len, lines)) <= 80
    (told,) = suspecting.said("violation", "list", "--json").document
    assert (told["id"], told["clause"], told["current"]) == (SEEN.id, "十(一)②", True)
    assert (
        suspecting.said("violation", "list", "--department", "data_office", "--json").document == []
    )


def test_one_is_shown_with_its_evidence_and_its_history(suspecting: Home) -> None:
    """Both languages, the clause, and what to do."""
    said = suspecting.said("violation", "show", SEEN.id)
    assert "十(一)②" in said.out
    assert "deliveries: 3" in said.out
    assert "suspected" in said.out
    assert suspecting.said("violation", "show", "V99-none").code == 2


def test_a_post_confirms_it_and_says_until_when(home: Home) -> None:
    """The profile's term unless a day is named; put right, it leaves the list."""
    said = home.said("violation", "confirm", SEEN.id, *BY)
    (one,) = violations(home.layout)
    assert said.code == 0
    assert one.rectify_by is not None
    assert str(one.rectify_by) in said.out
    assert one.decision is not None
    assert (one.decision.post, one.history[-1].by) == ("督查科科长", ACTOR)
    again = home.said("violation", "confirm", SEEN.id, *BY)
    assert again.code == 2
    done = home.said("violation", "rectify", SEEN.id, *BY, "--reason", "目录已更新")
    assert done.code == 0
    assert home.said("violation", "list", "--json").document == []
    (told,) = home.said("violation", "list", "--over", "--json").document
    assert [event["what"] for event in told["history"]] == ["suspected", "confirmed", "rectified"]


def test_a_decision_names_its_post_document_and_reason(home: Home) -> None:
    """Whatever is left out, nothing is recorded."""
    lacking = (
        ("confirm", SEEN.id, "--post", " ", "--document", "文"),
        ("confirm", SEEN.id, *BY, "--rectify-by", str((NOW - timedelta(days=9999)).date())),
        ("dismiss", SEEN.id, *BY, "--reason", " "),
        ("rectify", SEEN.id, *BY, "--outcome", "nothing"),
        ("rectify", SEEN.id, *BY),
    )
    assert [home.said("violation", *words).code for words in lacking] == [2] * len(lacking)
    (one,) = violations(home.layout)
    assert len(one.history) == 1


def test_a_trial_may_exempt_it(home: Home) -> None:
    """十(三): dismissed with the record of the trial."""
    words = ("--reason", "先行先试", "--exemption", "试〔2026〕3号")
    assert home.said("violation", "dismiss", SEEN.id, *BY, *words).code == 0
    (one,) = violations(home.layout)
    assert one.decision is not None
    assert (one.decision.exemption_ref, one.current) == ("试〔2026〕3号", False)


def test_one_is_entered_by_hand(home: Home) -> None:
    """The tenth, unless another is named; the department must exist."""
    words = ("--clause", "八(三)", "--words", "现场检查发现未加密介质")
    said = home.said("violation", "enter", "civil_affairs", *words)
    assert said.code == 0
    found = {one.kind for one in violations(home.layout)}
    assert found == {ViolationKind.SCOPE, ViolationKind.OTHER}
    assert home.said("violation", "enter", "nobody", *words).code == 2
    assert home.said("violation", "enter", "civil_affairs", *words, "--kind", "x").code == 2


def test_a_home_without_a_store_has_none(shared: Home, tmp_path: Path) -> None:
    """Asking makes no store."""
    home = shared.copied(tmp_path / "copy")
    home.layout.governance_db.unlink()
    assert home.said("violation", "list", "--json").document == []
    assert not home.layout.governance_db.exists()
