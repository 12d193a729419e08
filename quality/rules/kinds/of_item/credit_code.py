"""The kind `credit_code`: a number has the form and the check digit of GB 32100."""

from __future__ import annotations

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import IdentityCheck
from quality.rules.check_digits import kind_that_checks

__all__ = ["KIND"]

KIND = kind_that_checks(
    RuleKind.CREDIT_CODE,
    IdentityCheck.CREDIT_CODE,
    expectation="expect_column_values_to_be_credit_codes",
    macro="quanshu_credit_code_ok",
    standard="GB 32100",
)
