"""The kind `by_number`: a birth date or a sex is what the resident identity number says.

Of a number of GB 11643 the digits 7 to 14 are the day of birth, and the seventeenth is odd for a
man and even for a woman. A number of any other length says nothing, nor does a sex that is neither
1 (男性) nor 2 (女性) of GB/T 2261.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.models.domains.beside import NumberPart
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]

_LENGTH = 18


def _asks(about: ItemFacts) -> Said | None:
    asked = about.item.by_number
    if asked is None:
        return None
    words = Words("应与公民身份号码所示一致", "must be what the resident identity number says")
    return words, {"number": asked.item, "part": asked.part.value}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    number: Column = sa.column(arguments["number"])
    if arguments["part"] == NumberPart.BIRTH_DATE:
        day: Column = sa.cast(sa.cast(column, sa.Date), sa.String)  # no %: drivers double it
        same = sa.func.replace(day, "-", "") == sa.func.substr(number, 7, 8)
    else:
        said: Column = sa.cast(column, sa.String)
        odd: Column = sa.func.strpos("13579", sa.func.substr(number, 17, 1)) > 0
        same = sa.or_(said.not_in(["1", "2"]), (said == "1") == odd)
    return sa.or_(number.is_(None), sa.func.length(number) != _LENGTH, same)


_BY_NUMBER = Condition(
    "expect_column_pair_to_agree_with_resident_id",
    _meets,
    "what a resident id says",
    {"number": "", "part": NumberPart.BIRTH_DATE.value},
)

KIND = KindOfItem(
    name=RuleKind.BY_NUMBER,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(
        _BY_NUMBER.type,
        lambda rule, _today: {name: rule.arguments[name] for name in ("number", "part")},
    ),
    condition=_BY_NUMBER,
)
