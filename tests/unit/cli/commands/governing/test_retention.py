"""`quanshu audit purge` and `hold`: refused in words, done with a file, told at 80 columns."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from audit.verifier import main as verifier
from tests.city.declared import write_catalog
from tests.city.homes import city_of
from tests.city.resources import catalog_of
from tests.unit.audit.acts import ACT
from tests.unit.cli.homes import Home

DOCUMENT = "泉数管〔2026〕9号"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home whose log has six hundred entries of 2019."""
    write_catalog(tmp_path)
    city = city_of(catalog_of(), tmp_path / "home", decide=False)
    old = replace(ACT, at="2019-05-01T09:00:00+08:00")
    city.audit.append([replace(old, rows=number) for number in range(600)])
    return Home(tmp_path, city)


def purged(home: Home, *words: str, before: str = "2020-01-01") -> tuple[int, str]:
    """Ask for a purge, and return its exit code and all that it said."""
    file = str(home.folder / "gone.jsonl")
    asked = ("audit", "purge", "--before", before, "--document", DOCUMENT, "--out", file)
    said = home.said(*asked, *words)
    return said.code, said.out + said.err


def test_old_entries_go_and_the_rest_verifies(home: Home) -> None:
    """`verify` says where the log begins; a proof of what went needs the file."""
    code, said = purged(home, "--json")
    assert (code, json.loads(said)["end"]) == (0, 512)

    verified = home.said("audit", "verify", "--json").document
    assert (verified["first"], verified["entries"], verified["wrong"]) == (512, 601, "")
    assert "512 之前已清除" in home.said("audit", "verify").out
    proof = str(home.folder / "p")
    assert home.said("audit", "proof", "7", "--out", proof).code == 3
    written = ("--written", str(home.folder / "gone.jsonl"))
    assert home.said("audit", "proof", "7", "--out", proof, *written).code == 0
    key = str(home.layout.audit_verifier)
    assert verifier(["--proof", proof, f"{proof}.entry", key]) == 0
    shown = home.said("audit", "show", "--json").document
    assert [one["entry"] for one in shown][:1] == [512]
    assert purged(home)[0] == 2  # the file is there already


def test_what_is_young_is_refused(home: Home) -> None:
    """With the day until which entries are kept."""
    code, said = purged(home, before="2026-11-01")
    assert code != 0
    assert "3 years at least" in said
    assert "years" in said


def test_holds_are_begun_listed_and_ended(home: Home) -> None:
    """While one is in force nothing goes, and its document is named."""
    hold = ("audit", "hold")
    assert "no hold" in home.said(*hold, "list").out
    assert home.said(*hold, "begin", "检〔2026〕1号", "--reason", "案件调查").code == 0
    code, said = purged(home)
    assert code != 0
    assert "检〔2026〕1号" in said
    listed = home.said(*hold, "list", COLUMNS="80").out
    assert max(map(cell_len, listed.splitlines())) <= 80
    assert "检〔2026〕1号" in listed
    assert home.said(*hold, "end", "检〔2026〕1号", "--document", "检〔2026〕2号").code == 0
    (one,) = home.said(*hold, "list", "--json").document
    assert (one["begun"], one["ended"], one["since"]) == (600, 601, None)
    assert purged(home)[0] == 0
    assert (
        "no whole bundle"
        in home.said(
            "audit", "purge", "--before", "2019-01-01", "--document", DOCUMENT, "--out", "x"
        ).out
    )
