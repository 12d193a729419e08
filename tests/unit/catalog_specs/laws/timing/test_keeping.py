"""How long logs are kept: three years at least."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import Breach, assert_lawful, assert_reported_alone

FILE = "profiles/test_rules.yaml"


BREACHES = (
    Breach(
        "CAT-048",
        "two years",
        FILE,
        "log_years.value",
        "2 years",
        {FILE: change(log_years__value=2)},
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_fewer_years_are_refused(breach: Breach, tmp_path: Path) -> None:
    """In the profile, at the number."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("years", [3, 10])
def test_three_years_and_more_are_lawful(tmp_path: Path, years: int) -> None:
    """A profile may ask for more."""
    assert_lawful({FILE: change(log_years__value=years)}, tmp_path)
