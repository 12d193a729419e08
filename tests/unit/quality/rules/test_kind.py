"""The parts of a kind of rule: bounds in words, and whether it can be asked of stored rows."""

from __future__ import annotations

import pytest

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.kind import between
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule, Words
from tests.city import VISIT
from tests.city.declared import compiled

WORDS = Words("规则", "a rule")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1, 2, Words("1至2之间", "between 1 and 2")),
        (None, 2, Words("2以内", "at most 2")),
        (1, None, Words("1以上", "at least 1")),
        (None, None, Words("任意范围", "any")),
        (0, 0, Words("0至0之间", "between 0 and 0")),
    ],
)
def test_bounds_are_said_in_both_languages(low: object, high: object, said: Words) -> None:
    """Zero is a bound like any other; a missing bound is none."""
    assert between(low, high) == said


@pytest.mark.parametrize(
    ("columns", "arguments", "stored"),
    [
        (("visit_no",), {}, True),
        (("name",), {}, False),
        (("visit_no", "name"), {}, False),
        (("visit_no",), {"other": "name"}, False),
        (("visit_no",), {"other": "no item"}, True),
        ((), {}, False),
        (("_defect",), {}, False),
    ],
)
def test_a_rule_is_asked_of_stored_rows_where_all_it_names_is_stored(
    columns: tuple[str, ...], arguments: dict[str, str], stored: bool
) -> None:
    """What an item refers to is stored with its owner alone, and not compared here."""
    visit = compiled().resource(VISIT)
    rule = Rule(
        "x", RuleKind.RANGE, columns, Level.WARN, Dimension.ACCURACY, WORDS, "三(六)", arguments
    )
    assert kind_of(RuleKind.RANGE).stored(visit, rule) is stored
    assert kind_of(RuleKind.CASTABLE).stored(visit, rule) is False
