"""Behaviour of the closed sets of words: plain texts that know more than their text."""

from __future__ import annotations

import json

import pytest

from catalog_specs.vocabulary import FeedFormat, FormatFamily, Level, Method, Term


def test_a_word_is_its_text_and_has_a_label() -> None:
    """JSON and comparison know its text alone; a page shows its label."""
    assert json.dumps([Level.WARN, FeedFormat.CSV]) == '["warn", "csv"]'
    assert Level("warn") is Level.WARN
    assert FeedFormat("xlsx") is FeedFormat.XLSX
    kinds = [kind for kind in Term.__subclasses__() if len(kind)]
    assert all(word.label for kind in kinds for word in kind)


@pytest.mark.parametrize("method", Method)
def test_only_rows_need_an_extract(method: Method) -> None:
    """Queries and batches hand out rows; what only answers says that it gives none."""
    assert method.materialised is (method in {Method.QUERY, Method.BATCH})
    assert method.materialised or "不提供任何" in method.today


def test_families_say_what_their_formats_have_in_common() -> None:
    """What laws, landing and typing ask of a format is said once, of its family."""
    said = {
        form.value: (
            form.family.value,
            form.traits.packed,
            form.traits.keyed,
            form.traits.headed,
            form.traits.nested,
            sorted(form.traits.options),
        )
        for form in FeedFormat
    }
    known = {
        "csv": ("delimited", False, False, True, False, []),
        "fixed_width": ("placed", False, False, False, False, ["spans"]),
        "jsonl": ("keyed", False, True, False, True, ["records"]),
        "json": ("keyed", False, True, False, True, ["records"]),
        "parquet": ("columnar", True, False, False, True, []),
        "arrow": ("columnar", True, False, False, True, []),
        "xlsx": ("workbook", True, False, True, False, ["sheet"]),
        "xls": ("workbook", True, False, True, False, ["sheet"]),
        "ods": ("workbook", True, False, True, False, ["sheet"]),
    }
    assert {form: said[form] for form in known} == known
    assert {form.family for form in FeedFormat} == set(FormatFamily)
