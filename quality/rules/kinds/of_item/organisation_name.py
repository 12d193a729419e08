"""The kind `organisation_name`: a name as certificates of organisations write it.

Source: 《企业名称登记管理规定》 (国务院令第734号) asks for Chinese characters. Older names,
institutions and brands have letters and digits among them, so that these are let through. A name
begins with one of the three, has two Chinese characters on end, and its brackets come in pairs of
one width and hold something.
"""

from __future__ import annotations

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.shapes import kind_of_shapes

__all__ = ["KIND"]

_SIGN = r"[\p{Han}A-Za-z0-9·、&.\- ]"
_BRACKETS = f"（{_SIGN}+）|\\({_SIGN}+\\)"
_TAIL = f"(?:{_SIGN}|{_BRACKETS})*"
_FORM = (
    rf"(?:[\p{{Han}}A-Za-z0-9]{_TAIL})?\p{{Han}}{{2}}"
    rf"(?:{_TAIL}(?:[\p{{Han}}A-Za-z0-9]|{_BRACKETS}))?"
)

KIND = kind_of_shapes(
    RuleKind.ORGANISATION_NAME,
    {Shape.ORGANISATION_NAME: _FORM},
    "expect_column_values_to_be_organisation_names",
)
