"""`quanshu steward`: terms on record by written reports."""

from __future__ import annotations

from pathlib import Path

from tests.city.declared import write_catalog
from tests.contract.command import KEY, Said, quanshu

TERM = ("--since", "2026-01-05", "--filing", "报1")


def test_a_term_is_added_ended_and_listed(tmp_path: Path) -> None:
    """An unknown department, a missing word and an end without a term are told."""
    write_catalog(tmp_path)

    def said(*words: str) -> Said:
        places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
        return quanshu(tmp_path, "steward", *words, *places, **KEY)

    person = ("--account", "甲", "--post", "管理员", "--name", "张三")
    assert said("list").out == ""
    assert said("add", "nobody", *person, *TERM).code == 2
    nameless = ("--account", "甲", "--post", "管理员", "--name", " ")
    assert said("add", "data_office", *nameless, *TERM).code == 2
    assert said("add", "data_office", *person, *TERM).code == 0
    ended = ("--account", "甲", "--filing", "报2", "--until", "2026-02-01")
    assert said("end", "data_office", *ended).code == 0
    assert said("end", "data_office", *ended).code == 2
    [one] = said("list", "--json").document
    assert (one["department"], one["until"], one["serves"]) == ("data_office", "2026-02-01", False)
    assert "不在任" in said("list").out
