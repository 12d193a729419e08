"""The kind `person_name`: a name as identity documents write it, without digits.

Chinese characters, two at least, with the parts of a name joined by · (U+00B7, GB/T 15834; names of
minorities and transcribed ones); or the Latin letters of a foreigner's document (ICAO 9303). Filler
such as 张某某 or 测试 has the shape of a name: that it is nobody's is for another rule.
"""

from __future__ import annotations

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.shapes import kind_of_shapes

__all__ = ["KIND"]

_CHINESE = r"\p{Han}{2,20}|\p{Han}{1,15}(?:·\p{Han}{1,15}){1,5}"
_LATIN = "[A-Za-z]+(?:[ '-][A-Za-z]+){0,7}"

KIND = kind_of_shapes(
    RuleKind.PERSON_NAME,
    {Shape.PERSON_NAME: f"{_CHINESE}|{_LATIN}"},
    "expect_column_values_to_be_person_names",
)
