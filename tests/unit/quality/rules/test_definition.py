"""The fingerprint of a rule: the same for the same question, another for another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.definition import as_asked
from quality.rules.derivation import rules_for
from quality.rules.rule import Rule, Words
from tests.city.resources import catalog_of, person

NAMED = {
    "code": "late",
    "expect": "column_values_to_be_between",
    "column": "birth_date",
    "max_value": "today",
    "level": "warn",
}


def rule(code: str, resource: Resource) -> Rule:
    """Return one rule of a resource."""
    [found] = (one for one in rules_for(catalog_of(resource), resource) if one.code == code)
    return found


def print_of(code: str, resource: Resource) -> str:
    """Return the fingerprint of one rule of a resource."""
    return as_asked(rule(code, resource), resource).fingerprint


def test_a_rule_is_kept_as_it_was_asked() -> None:
    """With its words in both languages, its clause, and what it leads to."""
    resource = person()
    asked = as_asked(rule("name:required", resource), resource)
    assert (asked.rule, asked.wording, asked.wording_en) == (
        "name:required", "姓名不得为空", "`name` must not be empty",
    )  # fmt: skip
    assert (asked.dimension, asked.level, asked.clause) == (
        Dimension.COMPLETENESS, Level.QUARANTINE, "三(六)",
    )  # fmt: skip
    assert len(asked.fingerprint) == 16


def test_every_rule_of_a_resource_has_a_fingerprint_of_its_own() -> None:
    """And the same one whenever it is derived."""
    resource = person(NAMED)
    prints = {
        one.code: print_of(one.code, resource) for one in rules_for(catalog_of(resource), resource)
    }
    assert len(set(prints.values())) == len(prints)
    assert prints == {code: print_of(code, person(NAMED)) for code in prints}


@pytest.mark.parametrize("code", ["birth_date:date_window", "late"])
def test_the_day_of_judging_makes_no_other_rule(code: str) -> None:
    """`today` is a word of the rule; the day that it stands for is not."""
    resource = person(NAMED)
    one = rule(code, resource)
    assert "0001-01-01" not in repr(one.arguments)
    assert as_asked(one, resource).fingerprint == print_of(code, person(NAMED))


def test_other_words_make_no_other_rule() -> None:
    """A better sentence continues the line of history."""
    resource = person()
    one = rule("name:required", resource)
    reworded = replace(one, wording=Words("姓名必填", "a name"), clause="三(一)")
    assert as_asked(reworded, resource).fingerprint == as_asked(one, resource).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"level": Level.REJECT},
        {"dimension": Dimension.USABILITY},
        {"columns": ("sex",)},
        {"arguments": {"in_key": False, "typed": True}},
    ],
)
def test_another_question_is_another_rule(change: dict[str, object]) -> None:
    """Level, dimension, columns and arguments each begin a new line of history."""
    resource = person()
    one = rule("name:required", resource)
    changed = replace(one, **change)  # type: ignore[arg-type]
    assert as_asked(changed, resource).fingerprint != as_asked(one, resource).fingerprint


def test_a_named_rule_with_another_bound_is_another_rule() -> None:
    """Its arguments as written are part of it."""
    other = person(NAMED | {"max_value": date(2026, 1, 1)})
    assert print_of("late", other) != print_of("late", person(NAMED))
