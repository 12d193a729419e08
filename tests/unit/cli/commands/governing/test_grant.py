"""`quanshu grant`: a plan first, decisions by stewards alone, and an end that leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from register.copies import COPIES
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW
from tests.city.declared import change, write_catalog
from tests.contract.command import KEY, Said, quanshu
from tests.unit.register.test_copies import COPY

DOCUMENT = ("--document", "泉数享〔2026〕1号", "--reason", "必要")


@dataclass(frozen=True)
class Home:
    """A fresh home with stewards, and the command called over it by an account."""

    folder: Path

    def said(self, account: str, *words: str) -> Said:
        """Call the command."""
        places = ("--catalog", str(self.folder / "catalogue"), "--home", str(self.folder / "home"))
        return quanshu(self.folder, *words, *places, **KEY, QUANSHU_ACTOR=account)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home whose grant was applied for and decided, by commands alone."""
    made = Home(tmp_path_factory.mktemp("grants"))
    write_catalog(made.folder, **{GRANT_FILE: change(resources__0__items__5="income")})
    for account, department in (
        ("办件员", "data_office"),
        ("共享科", "data_office"),
        ("民政科", "civil_affairs"),
    ):
        words = ("--account", account, "--post", f"{account}岗", "--name", f"王{account}")
        filing = ("--since", "2026-01-05", "--filing", "报1")
        assert made.said("运维岗", "steward", "add", department, *words, *filing).code == 0
    assert made.said("路人", "grant", "apply", GRANT, "--yes").code == 2
    assert made.said("办件员", "grant", "apply", GRANT_FILE, "--yes").code == 0
    return made


def test_a_plan_comes_first_and_files_nothing(home: Home) -> None:
    """It names who must approve and what would leave; a wrong code is told."""
    said = home.said("路人", "grant", "apply", GRANT_FILE)
    assert said.code == 0
    for word in ("申请计划", "须经审批（五(四)）：", "将提供：", "假名化", "--yes"):
        assert word in said.out
    assert home.said("路人", "grant", "apply", "nothing").code == 2
    needed = home.said("路人", "grant", "apply", GRANT, "--json").document["needed"]
    assert [one["department"] for one in needed] == ["data_office", "civil_affairs"]


def test_decisions_are_entered_by_stewards_alone(home: Home) -> None:
    """Each says what is left; a stranger and an unsaid answer end with 2."""
    assert home.said("共享科", "grant", "decide", GRANT, *DOCUMENT).code == 2
    refused = home.said("路人", "grant", "decide", GRANT, "--approve", *DOCUMENT)
    assert refused.code == 2
    assert "GRANT-001" in refused.err
    shown = home.said("路人", "grant", "show", GRANT)
    assert shown.out.startswith("待审批，自 20")

    first = home.said("民政科", "grant", "decide", GRANT, "--approve", *DOCUMENT, "--json").document
    assert first["left"] == [{"department": "data_office", "role": "authority"}]
    last = home.said("共享科", "grant", "decide", GRANT, "--approve", *DOCUMENT)
    assert "已授权" in last.out
    [row] = home.said("路人", "grant", "list", "--json").document
    assert (row["holds"], row["state"]) == (True, "granted")
    assert home.said("路人", "grant", "list", "--expiring", "9").out == ""
    assert home.said("路人", "grant", "list", "--unused", "9").out == ""
    assert home.said("办件员", "grant", "renew", GRANT).code == 2
    events = home.said("路人", "grant", "show", GRANT, "--json").document
    assert [one["kind"] for one in events] == ["applied", "approved", "approved", "granted"]
    _explained(home)
    _ended(home)


def _explained(home: Home) -> None:
    """One column is allowed with its mask and clause, another denied."""
    allowed = home.said("路人", "explain", GRANT, "--column", "birth_date")
    assert allowed.out.startswith("允许：")
    assert "五(四)" in allowed.out
    denied = home.said("路人", "explain", GRANT, "--column", "nothing")
    assert denied.out.startswith("不允许：nothing")
    document = home.said("路人", "explain", GRANT, "--column", "name", "--json").document
    assert document["allowed"] is True


def _ended(home: Home) -> None:
    """Suspended, resumed and revoked; what is over twice says that nothing changed.

    The copy that is out is called back by the first of them, once.
    """
    COPIES.record(Layout(home.folder / "home"), (COPY,))
    end: Callable[[str], Said] = lambda act: home.said("共享科", "grant", act, GRANT, *DOCUMENT)  # noqa: E731
    suspended = end("suspend").out
    assert "已暂停" in suspended
    assert "copies called back: 1" in suspended
    assert "不允许" in home.said("路人", "explain", GRANT, "--column", "name").out
    assert "已授权" in end("resume").out
    revoked = end("revoke").out
    assert "已终止" in revoked
    assert "called back" not in revoked
    assert "没有变化" in end("revoke").out
    assert end("resume").code == 2


def test_no_name_is_ever_printed(home: Home) -> None:
    """Stewards are listed by account and post."""
    said = home.said("路人", "steward", "list")
    assert "办件员岗" in said.out
    assert "王" not in said.out
    assert NOW.year == 2026
