"""The table of core expectations, held to the installed Great Expectations."""

from __future__ import annotations

import pytest

from catalog_specs.rules.quality.core_expectations import CORE, INSTEAD, plain_name
from catalog_specs.vocabulary import Level
from quality.engine import load_vendor

GENERAL = {"batch_id", "row_condition", "condition_parser", "library_metadata"}
"""Arguments that an expectation may have whatever it asks; a rule says them in another way."""


def installed() -> dict[str, dict[str, bool]]:
    """Return every core expectation of the installed version → argument → whether it is needed."""
    load_vendor()
    from great_expectations.expectations import core
    from great_expectations.expectations.expectation import Expectation

    general = GENERAL | {*Expectation.__fields__}
    classes = (one for one in vars(core).values() if isinstance(one, type))
    return {
        plain_name(one.expectation_type): {
            name: field.required for name, field in one.__fields__.items() if name not in general
        }
        for one in classes
        if issubclass(one, Expectation) and one.expectation_type
    }


def test_every_core_expectation_of_the_installed_version_may_be_named_or_has_a_substitute() -> None:
    """An expectation that a new version brings, or takes away, fails here."""
    found = installed()
    assert {*CORE, *INSTEAD} == {*found}
    assert not {*CORE} & {*INSTEAD}


@pytest.mark.parametrize("name", CORE)
def test_it_takes_the_arguments_that_the_installed_version_takes(name: str) -> None:
    """What it cannot do without is needed here too."""
    wanted, known = installed()[name], CORE[name]
    assert {*known.arguments} <= {*wanted}
    assert {argument for argument, needed in wanted.items() if needed} <= {*known.needs}


def test_only_an_expectation_about_rows_may_quarantine() -> None:
    """One about a figure, a count or the columns keeps no single row back."""
    quarantining = {name for name, one in CORE.items() if Level.QUARANTINE in one.levels}
    assert quarantining == {name for name, one in CORE.items() if one.scope.of_rows}
    assert all({Level.REJECT, Level.WARN} <= {*one.levels} for one in CORE.values())
