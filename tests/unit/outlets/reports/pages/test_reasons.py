"""Behaviour of reasons: every code has words and a remedy, whatever it is."""

from __future__ import annotations

import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.rules.rule_kinds import RuleKind
from outlets.reports.pages.reasons import meaning, reasons, remedy


@pytest.mark.parametrize("code", [one.stored for one in DeliveryRefusal])
def test_a_refusal_has_its_own_words(code: str) -> None:
    """A refusal code is told in both languages, with what to do."""
    assert all((*meaning(code, {}), *remedy(code)))


def test_a_rule_without_results_is_told_by_its_kind() -> None:
    """A code of a rule that nobody recorded still says what its kind asks."""
    assert meaning("id:required", {}).zh == RuleKind.REQUIRED.label
    assert remedy("id:required").zh == RuleKind.REQUIRED.remedy_zh
    assert meaning("unheard_of", {}).zh == "unheard_of"


def test_many_reasons_are_cut_and_counted() -> None:
    """The first few are told, then how many more."""
    told = reasons((f"i{n}:required" for n in range(7)), {}).html
    assert told.count("class=sub") == 3
    assert "另有 4 条" in told
