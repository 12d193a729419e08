"""A kind of rule is one file and one member: the recipe, followed to the letter."""

from __future__ import annotations

import json
from pathlib import Path

from tests.architecture.extended import run_extended

MEMBER = """\
    TRIMMED = (
        "trimmed",
        "首尾不得有空格",
        "the text neither begins nor ends with a blank",
        "删去首尾空格",
        "take the blanks away",
        "三(六)",
    )
"""
KIND = '''\
"""The kind `trimmed`: a required text neither begins nor ends with a blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, ItemType
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    applies = about.item.required and about.element.type is ItemType.STRING
    return ("首尾不得有空格", {}) if applies else None


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del arguments, table
    return column == sa.func.trim(column)


_TRIMMED = Condition("expect_column_values_to_be_trimmed", _meets, "no blanks around it")

KIND = KindOfItem(
    name=RuleKind.TRIMMED,
    dimension=Dimension.USABILITY,
    asks=_asks,
    expected=implied(_TRIMMED.type, lambda _rule, _today: {}),
    condition=_TRIMMED,
)
'''
JUDGE = """\
import json
from pathlib import Path
from catalog_specs.rules.page import codes_page
from quality.gate.gate import open_gate
from register.bundles import Bundle
from storage.layout import Layout
from tests.cities.rules import NOW, city, csv_text, deliver, people, person, regions

made = person(levels={"trimmed": "quarantine"})
layout, catalog = Layout(Path("home")), city(made)
regions(layout, catalog, "350502")
text = csv_text(made, people({}, {"name": " 张三"}))
with open_gate(layout, catalog, None, NOW) as gate:
    (verdict,) = gate.judge(Bundle((deliver(layout, catalog, "office/person", text),)))
told = {rule.code: rule.unexpected for rule in verdict.rules if rule.code.endswith(":trimmed")}
page = "首尾不得有空格" in codes_page()
print(json.dumps([told, verdict.accepted, verdict.quarantined, verdict.reasons, page]))
"""


def test_a_kind_of_rule_is_one_file_and_one_member(tmp_path: Path) -> None:
    """A module and a member judge a delivery, keep its row out, and stand on the page of codes."""
    told = run_extended(
        tmp_path,
        ("catalog_specs/rules/rule_kinds.py", "    NAMED = (\n", MEMBER),
        {"quality/rules/kinds/of_item/trimmed.py": KIND},
        JUDGE,
    )
    codes = {"resident_id:trimmed": 0, "name:trimmed": 1}
    assert json.loads(told.splitlines()[-1]) == [codes, 1, 1, ["name:trimmed"], True]
