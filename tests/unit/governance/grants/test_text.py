"""The page of a grant: Chinese text that names columns and masks, and never a value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import Method
from governance.grants.text import department_name, explain, grant_text
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.city.grants import rights_of


def page(catalog: Catalog | None = None, day: date = TODAY, **edits: Any) -> str:
    """Return the grant's page on a day, with edits of the grant."""
    city = catalog or compiled(**{GRANT_FILE: change(**edits)})
    grant = city.grants[GRANT]
    rights = rights_of(city)
    return grant_text(rights, grant, rights.decide(grant, day))


def test_explanation_is_chinese_and_names_masks() -> None:
    """The explanation names purpose, basis, approvals and the mask of every item, in Chinese."""
    catalog = compiled()
    text, said = explain(rights_of(catalog), catalog.grants[GRANT], NOW)

    for expected in ("结论：允许", "民政局", "五(四)", "假名化", "概化到年", "按户籍区划限定"):
        assert expected in text
    assert said["allowed"] is True
    assert said["on"] == "2026-03-02"


def test_every_line_says_what_it_is() -> None:
    """From consumer to item, in the order in which a decision is read."""
    lines = page().splitlines()

    assert lines[0] == f"数字办使用人口基本信息（{GRANT}）"
    assert [line.partition("：")[0] for line in lines[1:13]] == [
        "结论", "数据应用单位", "应用场景", "用途", "依据", "方式", "现状", "有效期", "目录状态",
        "使用条款", "办理", "审批",
    ]  # fmt: skip
    assert "有效期：2024-03-01 至 2034-02-28（含当日）" in lines
    assert [line for line in lines if line.startswith("审批")] == [
        "审批：数据管理机构 数字办 共享科科长", "审批：数据生产单位 民政局 数据管理员"
    ]  # fmt: skip
    at = lines.index(f"资源：人口基本信息（{PERSON}）")
    assert lines[at + 1] == "  提供单位：民政局，有条件共享"
    assert [line.partition("：")[0] for line in lines[at + 2 :]] == ["  行范围", "  匹配项",
        "  公民身份号码（resident_id）", "  姓名（name）", "  性别（sex）",
        "  出生日期（birth_date）", "  户籍区划（residence）",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"legal_basis": ["甲", "乙"]}, "依据：甲；乙"),
        ({"method": "batch", "batch_reason": "夜间离线比对"}, "批量交换理由：夜间离线比对"),
        ({"approvals": []}, "审批：无（仅限无条件共享）"),
        ({"status": "suspended"}, "目录状态：暂停"),
        ({"resources__0__where": []}, "  行范围：全部行"),
        ({"consumer": "nobody"}, "数据应用单位：nobody"),
        ({"resources__0__items__0": "nothing"}, "  nothing：不在权威数据中"),
        (
            {"resources__0__resource": "civil_affairs/gone"},
            "资源：civil_affairs/gone（目录中没有）",
        ),
    ],
)
def test_what_is_declared_is_told(edits: dict[str, Any], told: str) -> None:
    """And what the catalogue does not know is said to be unknown: the page is there anyway."""
    assert told in page(**edits).splitlines()


def test_the_rows_are_told_by_items_and_no_value() -> None:
    """Each item once, however many conditions ask for it."""
    where = [
        {"item": "residence", "op": "starts_with", "value": "350599"},
        {"item": "sex", "op": "eq", "value": "1"},
        {"item": "residence", "op": "ne", "value": "350598"},
        {"item": "unknown", "op": "eq", "value": "350597"},
    ]
    text = page(resources__0__where=where)

    assert "  行范围：按户籍区划、性别、unknown限定" in text.splitlines()
    assert "35059" not in text


def test_an_item_without_a_mask_is_told_by_code() -> None:
    """A page about a grant that cannot be masked can still be read."""
    text = page(compiled(**{"masking/sensitivities.yaml": change(**{"2__share": ...})}))

    assert "  姓名（name）：没有可用的脱敏方式 ACC-001" in text.splitlines()


def test_every_objection_is_told_with_its_clause() -> None:
    """Below the conclusion, each on a line of its own, with the place where it has one."""
    text = page(day=date(2040, 1, 1), status="suspended", consumer="nobody")
    lines = text.splitlines()

    assert lines[1].startswith("结论：不允许 —— ")
    assert lines[1].endswith("（2040-01-01）")
    crosses = [line for line in lines if line.startswith("  ✗ ")]
    assert len(crosses) == 3
    assert all(line.endswith("）") for line in crosses)


def test_explanation_of_a_broken_grant_still_reads() -> None:
    """What the catalogue does not know is said to be unknown, and the conclusion is a denial."""
    resources = [
        {"resource": "civil_affairs/nothing", "items": ["a"]},
        {"resource": "data_office/visit", "items": ["name"]},
    ]
    catalog = compiled(**{GRANT_FILE: change(resources=resources)})
    text, said = explain(rights_of(catalog), catalog.grants[GRANT], NOW)

    assert "不允许" in text
    assert "目录中没有" in text
    assert said["allowed"] is False


@pytest.mark.parametrize(
    ("method", "told"), [("verify", "不提供任何数据值"), ("statistics", "不提供任何记录")]
)
def test_a_method_says_what_can_be_done_today(method: str, told: str) -> None:
    """A grant that only answers says plainly what it answers, and that it hands out nothing."""
    text = page(method=method)

    assert "现状：可" in text
    assert told in text


def test_a_department_that_is_not_known_is_called_by_its_code() -> None:
    """Nothing fails for want of a name."""
    assert department_name(compiled(), "civil_affairs") == "民政局"
    assert department_name(compiled(), "nobody") == "nobody"


def test_what_the_consumer_can_do_today_follows_the_decision() -> None:
    """A grant that does not hold promises nothing, whatever its method."""
    assert "现状：授权今天不成立" in page(status="suspended")
    assert f"现状：{Method.QUERY.today}" in page()
