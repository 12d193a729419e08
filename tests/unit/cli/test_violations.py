"""Violations as they are printed: totals first, and what is overdue or gone says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from cli.violations import document_of, print_violation, print_violations
from governance.violations.life import Decision, Violation, decided, entered
from tests.city import NOW, TODAY

BY = (NOW, "测试账号")


def _violation(until: date) -> Violation:
    """Return one that was confirmed, to be put right until a day."""
    one = entered(("civil_affairs", "civil_affairs"), ("八(三)", "未加密介质"), BY)
    said = Decision(ViolationState.CONFIRMED, "科长", "督1", "属实", until)
    after = decided(one, said, BY)
    assert after
    return after


def test_what_is_overdue_or_gone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """In the list, in the total, and in the JSON."""
    late, gone = _violation(date(2026, 3, 1)), replace(_violation(TODAY), gone_since=NOW)
    print_violations([late, gone], TODAY, every=False, wide=True)
    said = capsys.readouterr().out
    assert said.startswith("违规情形 / violations: 2（2 已认定，1 逾期）")
    assert "逾期 overdue" in said
    assert "不再出现 gone" in said
    assert [document_of(one, TODAY)["overdue"] for one in (late, gone)] == [True, False]


def test_one_is_printed_with_its_decision(capsys: pytest.CaptureFixture[str]) -> None:
    """By the post and the document, with the reason below."""
    print_violation(_violation(TODAY), TODAY)
    said = capsys.readouterr().out
    assert "confirmed  科长 督1\n      属实" in said
    assert ViolationKind.OTHER.label in said
    assert Confidence.MEDIUM.label in said


def test_nothing_is_said_to_be_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A home in order has a sentence of its own."""
    print_violations([], TODAY, every=False, wide=False)
    assert "no violation" in capsys.readouterr().out
