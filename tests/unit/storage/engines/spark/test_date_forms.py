"""Date forms in the words of Spark."""

from __future__ import annotations

import pytest

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.date_forms import spark_form


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%Y年%m月%d日", "yyyy年MM月dd日"),
        ("%d.%m.%Y %H:%M:%S", "dd.MM.yyyy HH:mm:ss"),
        ("T%Y", "'T'yyyy"),
    ],
)
def test_letters_stand_for_parts_and_other_signs_for_themselves(form: str, written: str) -> None:
    """A plain letter is quoted, because Spark would take it for a part of a date."""
    assert spark_form(form) == written


@pytest.mark.parametrize("form", ["%y", "%b", "%z", "%f", "%%", "%", "%Y'", "[%Y]", "#%Y"])
def test_what_engines_read_differently_is_refused(form: str) -> None:
    """Two-digit years, names of months, offsets, and signs that Spark reserves."""
    with pytest.raises(NotSaidAlike):
        spark_form(form)
