"""Counts of quarantine on the console: the total first, and never more lines than are read."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from cli.quarantine_counts import print_by_delivery, print_by_resource
from cli.tables import LINES
from quality.quarantine.states import QuarantinedCount
from tests.city import PERSON, VISIT


def count(number: int, rule: str, left: int, ref: str = PERSON) -> QuarantinedCount:
    """Return what one rule quarantines of one delivery: ten records, of which some are left."""
    name = f"{number:06}-{number:012x}"
    return QuarantinedCount(
        ref, name, f"p{number}.csv", rule, f"{rule}应如此", 10, left, 0, 10 - left, 0, 0
    )


MANY = [
    one
    for number in range(1, 871)
    for one in (count(number, "name:length", number % 3), count(number, "sex:code_list", 5))
]
"""1,740 lines, one for each delivery and rule."""


def test_a_long_history_is_summed_by_rule_and_told_from_its_newest_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The total and the rules with what they ask; then at most so many deliveries."""
    print_by_delivery(MANY, wide=False, every=False)
    lines = capsys.readouterr().out.splitlines()

    left = sum(one.open for one in MANY)
    assert lines[0] == (
        f"隔离区 / quarantine: 17,400 条 / marks，未处理 / open {left:,}；870 批 / deliveries"
    )
    rules = [line.split() for line in lines if line.startswith(("name:", "sex:"))]
    assert rules == [
        ["sex:code_list", "8,700", "4,350", "4,350"],
        ["name:length", "8,700", f"{left - 4350:,}", f"{8700 - (left - 4350):,}"],
    ]
    assert "  sex:code_list  sex:code_list应如此" in lines
    told = [line.split()[0] for line in lines if line[:6].isdigit()]
    assert len(told) == LINES
    assert told[:3] == [MANY[-1].delivery, MANY[-1].delivery, MANY[-3].delivery]
    assert lines[-1] == f"… 另有 {1740 - LINES:,} 行 / more lines: --all"
    assert max(map(cell_len, lines)) <= 80


def test_all_is_told_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Then there is no word of more."""
    print_by_delivery(MANY, wide=False, every=True)
    lines = capsys.readouterr().out.splitlines()
    assert sum(line[:6].isdigit() for line in lines) == len(MANY)
    assert "--all" not in lines[-1]


def test_resources_are_told_apart_where_there_are_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Those with the most left to do come first, in either list."""
    found = [count(1, "a:b", 2), count(1, "a:b", 9, VISIT), count(2, "c:d", 1)]
    print_by_resource(found, wide=False, every=False)
    by_resource = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in by_resource if "/" in line and line[0] in "cd"] == [
        [VISIT, "1", "10"], [PERSON, "2", "20"],
    ]  # fmt: skip

    print_by_delivery(found, wide=False, every=False)
    assert VISIT in capsys.readouterr().out
