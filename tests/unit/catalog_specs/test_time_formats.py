"""Date and moment formats: which texts each takes."""

from __future__ import annotations

import re

import pytest

from catalog_specs.time_formats import whole_text


@pytest.mark.parametrize(
    ("form", "takes", "refuses"),
    [
        ("%Y-%m-%d", ["2024-01-05", "2024-1-5"], ["24-01-05", "2024-001-05", "2024/01/05"]),
        ("%Y%m%d", ["20240105"], ["2024105", "2024-01-05"]),
        ("%Y年%m月%d日", ["2024年1月5日", "2024年12月31日"], ["2024年1月5", "二四年1月5日"]),
        ("%H:%M:%S.%f", ["9:05:00.5", "09:05:00.123456"], ["09:05:00", "09:05:00.1234567"]),
        ("%Y-%m-%dT%H:%M:%S%z", ["2024-01-05T00:00:00Z", "2024-01-05T00:00:00+08:00"],
         ["2024-01-05T00:00:00"]),
        ("%d %b %y", ["5 Jan 24"], ["5 1月 24"]),
        ("100%% %Y", ["100% 2024"], ["100 2024"]),
        ("(%Y.)", ["(2024.)"], ["(2024x)"]),
    ],
)  # fmt: skip
def test_a_format_takes_whole_texts(form: str, takes: list[str], refuses: list[str]) -> None:
    """A leading zero may lack between other signs only; what else stands there is literal."""
    pattern = re.compile(whole_text(form))

    assert [text for text in takes if not pattern.fullmatch(text)] == []
    assert [text for text in refuses if pattern.fullmatch(text)] == []


@pytest.mark.parametrize("form", ["%Q", "%Y-%", "%j", "%-d"])
def test_an_unknown_directive_is_told(form: str) -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match="%Y"):
        whole_text(form)
