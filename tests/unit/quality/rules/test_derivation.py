"""Which rules a resource has."""

from __future__ import annotations

from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.derivation import rules_for
from tests.city import PERSON
from tests.city.resources import catalog_of, firm, item, person, resource

RECORD = [f"record:{code.value}" for code in DefectCode]
MADE = person({"code": "one", "expect": "column_values_to_be_unique", "column": "name"})


def test_every_clause_of_the_catalogue_becomes_one_rule_under_a_stable_code() -> None:
    """A snapshot's rules are its record, its key, then its items in the catalogue's order."""
    assert [rule.code for rule in rules_for(catalog_of(MADE), MADE)] == [
        *RECORD,
        "key:unique",
        "name:required",
        "name:length",
        "resident_id:required",
        "resident_id:resident_id",
        "birth_date:castable",
        "birth_date:date_window",
        "income:castable",
        "income:range",
        "seen_at:castable",
        "seen_at:date_window",
        "resident:castable",
        "sex:code_list",
        "residence:pattern",
        "residence:reference",
        "employer:credit_code",
        "children:castable",
        "children:range",
        "one",
    ]


def test_a_change_feed_also_has_rules_for_its_operation_and_sequence() -> None:
    """The key of a change feed is the key and the sequence."""
    rules = {rule.code: rule for rule in rules_for(catalog_of(firm()), firm())}
    assert {"operation:code_list", "sequence:castable"} <= rules.keys()
    assert rules["key:unique"].columns == ("uscc", "_seq")


def test_what_refers_is_only_required_and_castable_unless_it_is_in_the_key() -> None:
    """A referring item's domain is its owner's business; a key item's is everybody's."""
    items = [
        item("resident_id", source=f"{PERSON}.resident_id"),
        item("birth_date", source=f"{PERSON}.birth_date", required=True),
        "uscc",
    ]
    made = resource("data_office/job", "upsert", ["resident_id"], items)
    codes = {rule.code for rule in rules_for(catalog_of(person(), made), made)}
    assert codes == {
        *RECORD,
        "key:unique",
        "resident_id:required",
        "resident_id:resident_id",
        "birth_date:castable",
        "birth_date:required",
        "uscc:credit_code",
    }


def test_an_item_sets_the_level_of_its_rules_by_kind() -> None:
    """Quarantine is the level of whatever the catalogue does not say otherwise."""
    made = person(levels={"required": "reject", "length": "warn"})
    levels = {rule.code: rule.level for rule in rules_for(catalog_of(made), made)}
    assert levels["name:required"] is Level.REJECT
    assert levels["name:length"] is Level.WARN
    assert levels["sex:code_list"] is Level.QUARANTINE


def test_a_key_that_is_missing_is_never_merely_warned_about() -> None:
    """A row that nobody can tell from another cannot be promoted."""
    key = item("birth_date", levels={"required": "warn", "castable": "warn"})
    made = resource("data_office/day", "upsert", ["birth_date"], [key])
    rules = rules_for(catalog_of(made), made)
    assert {rule.level for rule in rules} == {Level.QUARANTINE}


def test_every_rule_says_in_both_languages_what_must_hold_and_by_which_clause() -> None:
    """The words are shown to people as they are."""
    for made in (MADE, firm()):
        for rule in rules_for(catalog_of(made), made):
            assert any("一" <= letter <= "龥" for letter in rule.wording.zh)
            assert not any("一" <= letter <= "龥" for letter in rule.wording.en)
            assert rule.clause.startswith("三(")
            assert isinstance(rule.dimension, Dimension)


def test_an_items_own_bounds_replace_those_of_its_element() -> None:
    """The narrower bounds that one resource declares are the ones judged."""
    short = item("name", "person_name", length={"max": 3})
    made = resource("data_office/short", "upsert", ["name"], [short])
    (rule,) = (rule for rule in rules_for(catalog_of(made), made) if rule.kind == "length")
    assert rule.arguments["max"] == 3
    assert rule.arguments["min"] is None
