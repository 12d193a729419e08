"""Which rules a resource has."""

from __future__ import annotations

from catalog_specs.models.resource import Item
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.derivation import rules_for
from tests.cities.rules import city, firm, person, resource

RECORD = [f"record:{code.value}" for code in DefectCode]
PERSON = person({"code": "one", "expect": "column_values_to_be_unique", "column": "name"})


def test_every_clause_of_the_catalogue_becomes_one_rule_under_a_stable_code() -> None:
    """A snapshot's rules are its record, its key, then its items in the catalogue's order."""
    assert [rule.code for rule in rules_for(city(PERSON), PERSON)] == [
        *RECORD,
        "key:unique",
        "resident_id:required",
        "resident_id:resident_id",
        "name:required",
        "name:length",
        "sex:code_list",
        "born:castable",
        "born:date_window",
        "seen:castable",
        "seen:date_window",
        "income:castable",
        "income:range",
        "children:castable",
        "children:range",
        "home:pattern",
        "home:reference",
        "employer:credit_code",
        "one",
    ]


def test_a_change_feed_also_has_rules_for_its_operation_and_sequence() -> None:
    """The key of a change feed is the key and the sequence."""
    rules = {rule.code: rule for rule in rules_for(city(firm()), firm())}
    assert {"operation:code_list", "sequence:castable"} <= rules.keys()
    assert rules["key:unique"].columns == ("uscc", "_seq")


def test_what_refers_is_only_required_and_castable_unless_it_is_in_the_key() -> None:
    """A referring item's domain is its owner's business; a key item's is everybody's."""
    items = [
        Item(code="resident_id", element="resident_id", source="office/person.resident_id"),
        Item(code="born", element="born", source="office/person.born", required=True),
        Item(code="uscc", element="uscc"),
    ]
    made = resource("job", "upsert", ["resident_id"], items)
    codes = {rule.code for rule in rules_for(city(person(), made), made)}
    assert codes == {
        *RECORD,
        "key:unique",
        "resident_id:required",
        "resident_id:resident_id",
        "born:castable",
        "born:required",
        "uscc:credit_code",
    }


def test_an_item_sets_the_level_of_its_rules_by_kind() -> None:
    """Quarantine is the level of whatever the catalogue does not say otherwise."""
    made = person(levels={"required": "reject", "length": "warn"})
    levels = {rule.code: rule.level for rule in rules_for(city(made), made)}
    assert levels["name:required"] is Level.REJECT
    assert levels["name:length"] is Level.WARN
    assert levels["sex:code_list"] is Level.QUARANTINE


def test_a_key_that_is_missing_is_never_merely_warned_about() -> None:
    """A row that nobody can tell from another cannot be promoted."""
    key = Item.model_validate(
        {"code": "born", "element": "born", "levels": {"required": "warn", "castable": "warn"}}
    )
    made = resource("day", "upsert", ["born"], [key])
    rules = rules_for(city(made), made)
    assert {rule.level for rule in rules} == {Level.QUARANTINE}


def test_every_rule_says_in_chinese_what_must_hold_and_in_which_dimension() -> None:
    """Descriptions are shown to people as they are."""
    for made in (PERSON, firm()):
        for rule in rules_for(city(made), made):
            assert any("一" <= letter <= "龥" for letter in rule.description)
            assert isinstance(rule.dimension, Dimension)


def test_an_items_own_bounds_replace_those_of_its_element() -> None:
    """The narrower bounds that one resource declares are the ones judged."""
    item = Item.model_validate({"code": "name", "element": "name", "length": {"max": 3}})
    made = resource("short", "upsert", ["name"], [item])
    (rule,) = (rule for rule in rules_for(city(made), made) if rule.kind == "length")
    assert rule.arguments["max"] == 3
    assert rule.arguments["min"] is None
