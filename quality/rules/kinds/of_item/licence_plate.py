"""The kind `licence_plate`: the number of a civil licence plate, by GA 36.

Source: GA 36—2018 《中华人民共和国机动车号牌》, with the letters that new energy vehicles got
since. I and O are never used. Plates of the armed forces are in no civil register.
"""

from __future__ import annotations

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.shapes import kind_of_shapes

__all__ = ["KIND"]

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_OFFICE = "[A-HJ-NP-Z]"
_SIGN = "[0-9A-HJ-NP-Z]"
_ENERGY = "[A-HJK]"
"""D, A, B, C, E are driven by electricity alone, F, G, H, J, K are not."""
_FORMS = (
    f"{_SIGN}{{5}}",
    f"{_SIGN}{{4}}[学挂警领]",
    f"{_ENERGY}{_SIGN}[0-9]{{4}}",  # small new energy vehicles: eight characters in all
    f"[0-9]{{5}}{_ENERGY}",  # large ones
)
_FORM = f"{_PROVINCE}{_OFFICE}(?:{'|'.join(_FORMS)})|粤Z{_SIGN}{{4}}[港澳]|使[0-9]{{6}}"

KIND = kind_of_shapes(
    RuleKind.LICENCE_PLATE,
    {Shape.LICENCE_PLATE: _FORM},
    "expect_column_values_to_be_licence_plates",
)
