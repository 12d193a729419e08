"""The kind `postal_code`: six digits, of which the first two are some province's.

Source: the ranges of 中国邮政. What a city's own codes are is a `pattern` of the element beside the
shape (泉州: 362).
"""

from __future__ import annotations

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.shapes import kind_of_shapes

__all__ = ["KIND"]

_PROVINCES = (
    "0[1-7]",  # 内蒙古 01 02, 山西 03 04, 河北 05 06 07
    "1[0-3]",  # 北京 10, 辽宁 11 12, 吉林 13
    "1[56]",  # 黑龙江
    "2[0-7]",  # 上海 20, 江苏 21 22, 安徽 23 24, 山东 25 26 27
    "3[0-6]",  # 天津 30, 浙江 31 32, 江西 33 34, 福建 35 36
    "4[0-7]",  # 重庆 40, 湖南 41 42, 湖北 43 44, 河南 45 46 47
    "5[1-7]",  # 广东 51 52, 广西 53 54, 贵州 55 56, 海南 57
    "6[1-7]",  # 四川 61 62 63 64, 云南 65 66 67
    "7[1-5]",  # 陕西 71 72, 甘肃 73 74, 宁夏 75
    "8[13-6]",  # 青海 81, 新疆 83 84, 西藏 85 86
)

KIND = kind_of_shapes(
    RuleKind.POSTAL_CODE,
    {Shape.POSTAL_CODE: f"(?:{'|'.join(_PROVINCES)})[0-9]{{4}}|99907[789]"},
    "expect_column_values_to_be_postal_codes",
)
