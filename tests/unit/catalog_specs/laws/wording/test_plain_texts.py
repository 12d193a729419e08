"""Plain texts: the catalogue contains no invisible characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    OFFICE,
    OPEN_SET,
    PERSON,
    REGION,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-180",
        "a name that reads backwards",
        (OPEN_SET, "name"),
        "U+202E",
        change(name="人口\u202e数据"),
    ),
    at(
        "CAT-180",
        "an escape in a list",
        (OPEN_SET, "keywords[1]"),
        "U+001B",
        change(keywords=["人口", "构\x1b[31m成"]),
    ),
    at(
        "CAT-180",
        "a name of nothing in a code list",
        ("code_lists/sex.yaml", "values"),
        "U+200B",
        change(values={"1": "男性", "2": "女性", "9\u200b": "未说明"}),
    ),
    at(
        "CAT-180",
        "a soft hyphen in the city's own name",
        ("catalog.yaml", "name"),
        "U+00AD",
        change(name="测\u00ad试市"),
    ),
    at(
        "CAT-180",
        "a word joiner in a post",
        (OFFICE, "steward.post"),
        "U+2060",
        change(steward__post="数据\u2060管理员"),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_text_that_is_not_what_it_looks_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A character that does not show is reported by its number, wherever it stands."""
    assert_reported_alone(breach, tmp_path)


def test_what_others_deliver_may_hold_anything(tmp_path: Path) -> None:
    """A feed describes other people's files: their headers and markers are as they are."""
    edit: Change = change(
        feed__columns={"区划\u200b代码": "code", "区划名称": "name"}, feed__comment="\u200b#"
    )
    assert_lawful({REGION: edit}, tmp_path)


def test_other_scripts_and_spaces_show(tmp_path: Path) -> None:
    """Ideographic space, full-width letters and lines of a longer text are plain."""
    summary = "政务服务　ＡＢＣ「办件」…\nÅ"
    assert_lawful({VISIT: change(summary=summary)}, tmp_path)


def test_the_character_itself_never_reaches_the_terminal(tmp_path: Path) -> None:
    """Neither path nor message repeats what would turn the terminal's own text around."""
    values = {"1": "男性", "2": "女性", "9\u202e": "未说明\u202e"}
    edits = {"code_lists/sex.yaml": change(values=values), PERSON: change(summary="a\x1b[31m")}
    problems = check(write_catalog(tmp_path, **edits))[1]
    assert len(problems) == 2
    assert all(str(problem).isprintable() for problem in problems)
