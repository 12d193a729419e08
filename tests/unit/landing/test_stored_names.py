"""Stored names: one plain part of a path, whatever a department called its file."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landing.stored_names import LONGEST, stored_name, stored_path


@settings(max_examples=1_000, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_any_name_becomes_one_plain_name(name: str) -> None:
    """It fits a file system, leads nowhere, hides nothing, and stays as it is from then on."""
    kept = stored_name(name).text

    assert 0 < len(kept.encode()) <= LONGEST
    assert kept not in {".", ".."}
    assert not {"/", "\\", "\x00"} & {*kept}
    assert not kept.startswith(".")
    assert not [one for one in kept if unicodedata.category(one) in {"Cc", "Cf", "Cs"}]
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize("name", ["企业登记 2024.csv", "a-b_c.tar.gz", "表（终）.XLSX"])
def test_a_plain_name_stays(name: str) -> None:
    """What harms nobody is kept as it was delivered."""
    assert (stored_name(name).text, stored_name(name).renamed) == (name, False)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../a.csv", "_.._.._a.csv"),
        (".hidden.csv", "_.hidden.csv"),
        ("a\nb.csv", "a_b.csv"),
        ("．．／a.csv", "___a.csv"),
        ("...", "delivered"),
        ("\u00a0", "delivered"),
        ("机密★10年.csv", "delivered.csv"),
    ],
)
def test_what_could_harm_is_replaced(name: str, kept: str) -> None:
    """Ways out, hidden files, control characters, look-alikes and markings do not stay."""
    found = stored_name(name)

    assert (found.text, found.renamed) == (kept, True)


def test_a_long_name_keeps_its_ending() -> None:
    """Cut between characters, before the ending by which a format is known."""
    kept = stored_name("长" * 200 + ".csv").text

    assert kept.endswith("长.csv")
    assert LONGEST - 3 < len(kept.encode()) <= LONGEST


def test_a_marking_spread_over_a_path_is_found() -> None:
    """Neither folder nor file shows it alone, so the whole path is looked at."""
    assert stored_path(PurePosixPath("2024/一.csv")).text == "2024/一.csv"
    assert stored_path(PurePosixPath("机密/★10年.csv")).text == "delivered.csv"
