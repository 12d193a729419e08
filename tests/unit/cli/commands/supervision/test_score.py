"""`quanshu score` and `quanshu certificate`: points at 80 columns, and files that repeat."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from governance.scores.canonical import canonical
from storage.digests import sha256_of
from tests.city import NOW
from tests.unit.cli.homes import Home

MARCH = ("--period", f"{NOW:%Y-%m}")


def test_every_department_has_a_line_at_80_columns(shared: Home) -> None:
    """Totals first, then points by dimension and the coverage."""
    said = shared.said("score", "--as-of", "2026-03-02", COLUMNS="80")
    lines = said.out.splitlines()
    assert lines[0] == "得分 / scores as of 2026-03-02（30 天 days）：2 部门"
    assert [line.split()[0] for line in lines[3:]] == ["civil_affairs", "data_office"]
    assert max(map(cell_len, lines)) <= 80


def test_one_department_is_told_with_its_counts_and_trend(shared: Home) -> None:
    """What the points are made of."""
    said = shared.said("score", "--department", "civil_affairs", "--as-of", "2026-03-02")
    assert "2026-03" in said.out
    assert "规则 rules" in said.out
    assert shared.said("score", "--department", "nobody").code == 2


def test_the_same_day_gives_the_same_json(shared: Home) -> None:
    """One record of four had no valid sex, so that its rule did not pass all."""
    words = ("score", "--as-of", "2026-03-02", "--json")
    first, again = (shared.said(*words) for _ in range(2))
    assert first.out == again.out
    found = {one["department"]: one for one in first.document["departments"]}
    assert set(found) == {"civil_affairs", "data_office"}
    accuracy = next(
        one for one in found["civil_affairs"]["dimensions"] if one["dimension"] == "accuracy"
    )
    assert accuracy["failing"] == 1


def test_a_certificate_is_written_as_canonical_json(shared: Home, tmp_path: Path) -> None:
    """Its digest is that of its content, and a second one is the same file."""
    files = [tmp_path / name for name in ("one.json", "two.json")]
    for file in files:
        done = shared.said("certificate", "civil_affairs", *MARCH, "--out", str(file))
        assert done.code == 0
        assert "质量证明 / certificate" in done.out
    text = files[0].read_text(encoding="utf-8")
    assert text == files[1].read_text(encoding="utf-8")
    document = json.loads(text)
    assert canonical(document) == text
    assert sha256_of(canonical(document["content"]).encode()) == document["sha256"]
    told = shared.said("certificate", "civil_affairs", *MARCH, "--json")
    assert told.document == document


@pytest.mark.parametrize("period", ["2999-01", "2026", "März"])
def test_a_month_that_is_none_is_refused(shared: Home, period: str) -> None:
    """And so is a department that is none."""
    assert shared.said("certificate", "civil_affairs", "--period", period).code == 2
    assert shared.said("certificate", "nobody", *MARCH).code == 2
