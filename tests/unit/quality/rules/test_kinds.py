"""Behaviour of the registry of kinds, and what a kind asks for, one module each."""

from __future__ import annotations

import ast
import pkgutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.laws.feeding import quality_rules
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Level
from quality.rules import kinds
from quality.rules.derivation import rules_for
from quality.rules.kind import KindOfItem
from quality.rules.kinds import every_kind, kind_of, kinds_of_feeds, kinds_of_items
from tests.city.resources import catalog_of, contact, dweller, firm, person

ROOT = Path(kinds.__file__).parents[3]
JUDGED = [kind for kind in RuleKind if kind is not RuleKind.SUPERSEDED]
RULES = [
    rule
    for made in (person(), firm(), contact(), dweller())
    for rule in rules_for(catalog_of(made), made)
]
TODAY = date(2026, 3, 3)
EXPECTED = {
    "record": "expect_column_values_to_differ_from",
    "operation": "expect_column_values_to_be_present",
    "sequence": "expect_column_values_to_be_present",
    "unique": "expect_column_key_to_be_unique",
    "castable": "expect_column_values_to_be_castable",
    "required": "expect_column_values_to_be_present",
    "length": "expect_column_values_to_have_length_within",
    "pattern": "expect_column_values_to_match_whole",
    "range": "expect_column_values_to_be_numbers_within",
    "date_window": "expect_column_values_to_be_dates_within",
    "code_list": "expect_column_values_to_be_listed",
    "resident_id": "expect_column_values_to_be_resident_ids",
    "credit_code": "expect_column_values_to_be_credit_codes",
    "phone": "expect_column_values_to_be_phone_numbers",
    "postal_code": "expect_column_values_to_be_postal_codes",
    "licence_plate": "expect_column_values_to_be_licence_plates",
    "person_name": "expect_column_values_to_be_person_names",
    "organisation_name": "expect_column_values_to_be_organisation_names",
    "within": "expect_column_pair_to_be_place_within",
    "age": "expect_column_pair_to_be_age_since_birth",
    "by_number": "expect_column_pair_to_agree_with_resident_id",
    "division": "expect_column_values_to_be_divisions_in_force",
    "reference": "expect_column_values_to_be_listed",
}
"""Verdicts that are stored quote these."""


@pytest.mark.parametrize("name", JUDGED)
def test_a_kind_is_found_by_its_name(name: RuleKind) -> None:
    """The module that is called like a kind holds that kind, in the folder of its sort."""
    kind = kind_of(name)
    assert kind.name is name
    assert isinstance(kind, KindOfItem) is name.of_items


def test_no_module_is_left_over() -> None:
    """Every module among the kinds is a kind, and every kind but the replays' own is a module."""
    found = [
        module.name.rpartition(".")[2]
        for folder in ("of_feed", "of_item", "of_pair")
        for module in pkgutil.iter_modules([str(Path(kinds.__file__).parent / folder)])
    ]
    assert sorted(found) == sorted(JUDGED)
    with pytest.raises(KeyError):
        kind_of(RuleKind.SUPERSEDED)


def test_kinds_are_asked_in_the_order_in_which_they_are_reported() -> None:
    """Those of the feed first, those of items next, in the order of their enumeration."""
    assert [kind.name for kind in every_kind()] == JUDGED
    both = [*kinds_of_feeds(), *kinds_of_items()]
    assert Counter(kind.name for kind in both) == Counter(JUDGED)
    last = [kind.name for kind in kinds_of_feeds() if kind.last]
    assert last[0] is RuleKind.NAMED
    assert [kind.name for kind in kinds_of_feeds()][-len(last) :] == last


@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_asks_the_expectation_that_stored_verdicts_quote(name: str) -> None:
    """What judged a delivery years ago is what judges the next one."""
    asked = {
        kind_of(rule.kind).expected(rule, person(), TODAY)[0] for rule in RULES if rule.kind == name
    }
    assert asked == {EXPECTED[name]}


def test_an_expectation_is_brought_by_one_kind_alone() -> None:
    """Two kinds that ask the same share the condition of one of them."""
    brought = Counter(kind.condition.type for kind in every_kind() if kind.condition)
    assert set(brought.values()) == {1}
    assert set(brought) >= set(EXPECTED.values())


def test_a_level_may_be_named_for_what_follows_from_an_item() -> None:
    """The law about levels knows the kinds of items, and no others."""
    (law,) = quality_rules.LAWS
    assert law.code == "CAT-016"
    named = {kind.value for kind in RuleKind if kind.of_items}
    assert named == {kind.name.value for kind in kinds_of_items()}
    assert named.isdisjoint({"record", "operation", "sequence", "unique", "named", "superseded"})


def test_a_rules_code_is_its_items_and_its_kinds() -> None:
    """A code is stable: `<item>:<kind>`, or what its kind says."""
    for rule in RULES:
        first = rule.columns[0]
        own = {rule.kind.stored.replace("<item>", first), f"record:{rule.arguments.get('defect')}"}
        assert rule.code in own
        assert rule.level is Level.QUARANTINE


def test_nobody_else_asks_for_a_kind() -> None:
    """Outside its module no kind is told from another: the registry's answers are asked instead."""
    among = Path(kinds.__file__).parent
    packages = ("quality", "values", "register", "authoritative", "outlets", "flow", "assets")
    for package in packages:
        for file in (ROOT / package).rglob("*.py"):
            if among in file.parents:
                continue
            named = {
                node.attr
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "RuleKind"
            }
            assert named <= {"SUPERSEDED"}, file
            assert "rule.kind ==" not in file.read_text(encoding="utf-8"), file
