"""Telling a header from a title above it and from a record."""

from __future__ import annotations

import pytest

from scaffold.sample_header import header_place, is_header


@pytest.mark.parametrize(
    ("records", "place"),
    [
        ([["编号", "名称", "地址"], ["1", "甲", "东"]], 0),
        ([["企业登记表"], ["编号", "名称", "地址"], ["1", "甲", None]], 1),
        ([["企业登记表", None, None], ["编号", "名称", "地址"], ["1", None, None]], 1),
        ([["", "姓名", "性别"], ["0", "甲", "1"]], 0),
        ([["编号", "名称"], ["1", "甲", ""], ["2", "乙", ""]], 0),
        ([["表", None, None]], None),
        ([], None),
    ],
)
def test_the_header_is_the_first_that_fills_half_the_width(
    records: list[list[str | None]], place: int | None
) -> None:
    """Titles are passed over; a column may be nameless, and records may be longer than names."""
    assert header_place(records, 3) == place


@pytest.mark.parametrize(
    ("cells", "below"),
    [
        (["张三", "11010519491231002X"], []),
        (["张三", "13800138000"], [["李四", "无"]]),
        (["张三", "2024-01-05"], [["李四", "1999-12-31"], ["王五", None]]),
        (["A-17", "甲"], [["B-3", "乙"], ["C-20", "丙"]]),
        (["张三", "男"], [["李四", "女"], ["王五", "男"]]),
        (["王测试", "惠安县示例路"], [["李样本", "晋江市样例街"], ["赵虚构", "南安市虚构巷"]]),
        (["王测试", "个体单位"], [["李样本", "国有单位二"], ["赵虚构", "无"]]),
    ],
)
def test_a_record_is_told(cells: list[str], below: list[list[str | None]]) -> None:
    """By a person's number, digits or texts like those below, and where no cell names anything."""
    assert not is_header(cells, below)


@pytest.mark.parametrize(
    ("cells", "below"),
    [
        (["姓名", "出生日期"], [["张三", "2024-01-05"], ["李四", "1999-12-31"]]),
        (["地区", "2023", "2024年"], [["泉州", "17", "18"], ["晋江", "3", "4"]]),
        (["姓名", "备注"], [["姓名", "备注"], ["张三", None]]),
        (["指标1", "指标2"], [["1", "x"], ["2", "y"]]),
        (["姓名", "电话"], []),
        (["person_name", "bornOn"], [["张三", "2024-01-05"]]),
        (["甲项", "乙项"], [["1", "2"], ["3", "4"]]),
    ],
)
def test_a_header_is_no_record(cells: list[str], below: list[list[str | None]]) -> None:
    """Names, years, and a header that stands once more at the top of a page."""
    assert is_header(cells, below)
