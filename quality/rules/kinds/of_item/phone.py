"""The kind `phone`: a telephone number of the national numbering plan.

Source: 《电信网编号计划（2017年版）》 of 工业和信息化部, with the area codes in use under it as
Google's libphonenumber publishes them. Mobile numbers are held to the plan's first two digits alone
(13 to 19), for new thirds are assigned all the time. Area codes that were merged into a neighbour's
fail, as a call to one does.
"""

from __future__ import annotations

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.shapes import kind_of_shapes

__all__ = ["KIND"]

_MOBILE = "1[3-9][0-9]{9}"
_TWO_DIGIT_AREA = "10|2[0-57-9]"
_EIGHT_DIGIT_AREA = (
    "311|37[179]|411|43[12]|451|51[0-9]|52[37]|53[12]|551|57[13-79]|59[15]|731|75[57]|760|769|791"
    "|871|898"
)
"""Areas of three digits whose subscribers have eight, such as 0595."""
_SEVEN_DIGIT_AREA = (
    "31[02-9]|335|349|35[0-9]|37[02-6]|39[1-68]|41[25-9]|42[179]|43[46-9]|45[2-9]|46[47-9]|47[0-9]"
    "|48[23]|53[03-9]|54[36]|55[02-9]|56[1-46]|57[028]|580|59[2-46-9]|63[1-35]|66[0238]|69[12]|701"
    "|71[0-9]|72[248]|73[04-9]|74[3-6]|75[0-3689]|76[2368]|77[0-9]|79[02-9]|81[236-8]|82[5-7]"
    "|83[0-9]|85[4-9]|87[02-9]|88[36-8]|89[1-7]|90[1-3689]|91[1-79]|93[0-9]|94[13]|95[1-5]"
    "|97[0-9]|99[0-9]"
)
_EITHER_AREA = "43[35]|754|851"
"""Areas that are passing from seven digits to eight."""
_LANDLINE = (
    f"0(?:(?:{_TWO_DIGIT_AREA}|{_EIGHT_DIGIT_AREA})-?[2-8][0-9]{{7}}"
    f"|(?:{_SEVEN_DIGIT_AREA})-?[2-8][0-9]{{6}}|(?:{_EITHER_AREA})-?[2-8][0-9]{{6,7}})"
    "(?:-[0-9]{1,6})?"
)
"""With an extension behind a hyphen, where there is one. Subscribers begin with 2 to 8."""
_SERVICE = "110|119|12[0-9]|12[13][0-9]{2}|9[56][0-9]{3,4}"
"""Emergency and government lines (12345), enterprises (95…, 96…)."""
_FREE = "[48]00(?:-?[0-9]{3}-?[0-9]{4}|-?[0-9]{4}-[0-9]{3})"

KIND = kind_of_shapes(
    RuleKind.PHONE,
    {
        Shape.PHONE: f"{_MOBILE}|{_LANDLINE}|{_SERVICE}|{_FREE}",
        Shape.MOBILE: _MOBILE,
        Shape.LANDLINE: _LANDLINE,
    },
    "expect_column_values_to_be_phone_numbers",
)
