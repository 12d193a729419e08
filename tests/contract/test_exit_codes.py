"""Exit codes of `quanshu`: 0 fine, 1 problems, 2 usage, 3 failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.command import KEY, quanshu


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("where", "出生日期"),
        ("where", "person_birth_date", "--json"),
        ("explain", "school_admission"),
        ("explain", "rental_residence", "--json"),
    ],
)
def test_an_answer_ends_with_0(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever can be answered ends with 0, also about a grant that no longer holds."""
    said = quanshu(tmp_path, *words)

    assert (said.code, said.err) == (0, "")
    assert said.out


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--nonsense"),
        ("nonsense",),
        ("where",),
        ("where", "没有的数据元"),
        ("explain", "no_such_grant"),
        ("run", "--department", "nobody"),
        ("run", "--department", "education", "--resource", "nothing"),
        ("demo", "--people", "many"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    """An unknown option, command, element, grant or resource is said on standard error only."""
    said = quanshu(tmp_path, *words, **KEY)

    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


def test_without_the_key_it_ends_with_3(tmp_path: Path) -> None:
    """A grant that needs a pseudonym fails without the master key, and says how to make one."""
    said = quanshu(tmp_path, "run", "--home", "home", "--json")

    assert said.code == 3
    assert said.document["failures"]
    assert {one["code"] for one in said.document["failures"]} == {"SET-001"}
    assert said.document["views"] == {"rebuilt": True}
    assert "quanshu key create" in said.err
    assert "Traceback" not in said.err


def test_home_that_is_no_folder_ends_with_3(tmp_path: Path) -> None:
    """A home that cannot be read is a failure of the system."""
    (tmp_path / "home").write_text("a file", encoding="utf-8")

    said = quanshu(tmp_path, "run", "--home", "home", "--json", **KEY)

    assert (said.code, said.out) == (3, "")
    assert said.err


def test_a_second_key_is_refused_with_3(tmp_path: Path) -> None:
    """`key create` makes a key once and never replaces it."""
    assert quanshu(tmp_path, "key", "create", "--home", "home").code == 0
    key = (tmp_path / "home/keys/master.key").read_bytes()

    assert quanshu(tmp_path, "key", "create", "--home", "home").code == 3
    assert (tmp_path / "home/keys/master.key").read_bytes() == key
