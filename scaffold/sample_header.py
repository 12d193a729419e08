"""The header of a sample: its place among the first records of an undescribed file.

Belongs here: telling a header from a title above it and from a record. Keep out: reading the file
(`sampling`). What is taken for a header is shown to people, and a record must not be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from feeds.untrusted.header_names import PERSONAL_NUMBER

__all__ = ["header_place", "is_header"]

Cells = Sequence[str | None]

_YEAR = re.compile(r"(19|20)\d\d年?")
"""Wide statistical tables have years for headers."""
_ENDING = re.compile(
    "(?:编号|编码|代码|号码|号|名称|姓名|名|日期|日|时间|时刻|年份|年|月份|月|金额|额|价格|价|数量|数|"
    "比例|率|地址|住址|地点|位置|电话|手机|邮箱|类型|类别|种类|类|状态|备注|说明|描述|内容|单位|部门|"
    "机构|企业|公司|人|性别|民族|学历|职务|级别|等级|方式|原因|结果|区划|地区|区域|经度|纬度|面积|"
    "资本|指标[0-9]*|标识|标志|序|项目|事项|来源|版本|合计|小计|ID|id|Id)$"
)
"""How names of columns end in Chinese tables."""
_IDENTIFIER = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)+|[a-z]+[A-Z][A-Za-z0-9]*|[a-z]{1,30}"
)
"""Names as programs write them: `person_name`, `personName`, `id`."""
_NUMBER = re.compile(r"[-+]?[0-9][0-9,.%]*")
_DIGITS = re.compile(r"[0-9]+[Xx]?")
_LETTERS = re.compile(r"[A-Za-z]+")


def header_place(records: Sequence[Cells], width: int) -> int | None:
    """Return which of a file's first records is the header; None when none of them can be.

    `width` is how many columns most records have. Of a title, which a sheet or an export puts above
    the header, most cells are empty.
    """
    for place, cells in enumerate(records):
        if 2 * sum(bool(cell) for cell in cells) >= width:
            return place
    return None


def is_header(
    cells: Cells, below: Sequence[Cells], is_name: Callable[[str], bool] = lambda _: False
) -> bool:
    """Say whether what stands where a header should is one: most of its cells name something.

    A cell names something when `is_name` knows it, when it ends as names of columns do, when it is
    an identifier of a program, or when it is no number above numbers alone. Without such signs it
    is taken for a record, for a record must not be shown.
    """
    if _is_record(cells, below):
        return False
    given = [(place, cell) for place, cell in enumerate(cells) if cell]
    named = sum(
        is_name(cell)
        or _ENDING.search(_plain(cell)) is not None
        or _IDENTIFIER.fullmatch(cell) is not None
        or _above_numbers(cell, [record[place] for record in below if place < len(record)])
        for place, cell in given
    )
    return 2 * named > len(given)


def _plain(cell: str) -> str:
    """Return a cell without what follows its name: units, notes, line breaks."""
    return re.sub(r"[(（\[【].*$|[\s:：*＊]", "", cell, flags=re.DOTALL)


def _above_numbers(cell: str, column: Cells) -> bool:
    texts = [text for text in column if text]
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in texts)
    return bool(texts) and numbers == len(texts) and not _NUMBER.fullmatch(cell)


def _is_record(cells: Cells, below: Sequence[Cells]) -> bool:
    """Say whether what stands where a header should is a record like those below it.

    It is one when a cell holds a number of a person, is written with digits as most texts below it
    are, or stands below once more in a record that is not the same all over.
    """
    others = [record for record in below if record != cells]
    return any(
        _is_value(cell, [record[place] for record in others if place < len(record)])
        for place, cell in enumerate(cells)
        if cell
    )


def _is_value(cell: str, column: Cells) -> bool:
    if PERSONAL_NUMBER.search(cell) or cell in column:
        return True
    if not _DIGITS.search(cell) or _YEAR.fullmatch(cell):
        return False
    texts = [text for text in column if text]
    return 2 * sum(_shape(text) == _shape(cell) for text in texts) > len(texts)


def _shape(text: str) -> str:
    """Return how a text is written: 2024-01-05 like 1999-12-31, A-17 like B-3."""
    return _LETTERS.sub("a", _DIGITS.sub("9", text))
