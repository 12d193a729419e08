"""The kind `resident_id`: a number has the form and the check digit of GB 11643."""

from __future__ import annotations

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import IdentityCheck
from quality.rules.check_digits import kind_that_checks

__all__ = ["KIND"]

KIND = kind_that_checks(
    RuleKind.RESIDENT_ID,
    IdentityCheck.RESIDENT_ID,
    expectation="expect_column_values_to_be_resident_ids",
    macro="quanshu_resident_id_ok",
    standard="GB 11643",
)
