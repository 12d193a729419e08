"""One reading tells a file's digest, and whether a marking of secrecy stands anywhere in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from catalog_specs.errors import TransientError
from feeds.secrecy import WINDOW
from landing.first_look import first_look
from tests.city.resources import person

MARKING = "机密★三年".encode()


@pytest.mark.parametrize("before", [0, 1, WINDOW - 4, WINDOW - 1, WINDOW, 2 * WINDOW - 7])
@pytest.mark.parametrize("after", [0, 3, WINDOW])
def test_a_marking_is_found_wherever_it_stands(tmp_path: Path, before: int, after: int) -> None:
    """At the beginning, at the end, and on both sides of the bytes that are read at once."""
    content = b"a" * before + MARKING + b"b" * after
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    look = first_look(file, person().feed)
    assert look.search.found
    assert look.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, WINDOW, 2 * WINDOW + 1])
def test_a_file_without_one_is_digested_to_its_end(tmp_path: Path, size: int) -> None:
    """Words of a marking alone are none."""
    content = ("机密".encode() + b"c" * size)[:size]
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    look = first_look(file, person().feed)
    assert not look.search.found
    assert look.sha256 == hashlib.sha256(content).hexdigest()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    """What was put there after the inbox was looked at is nobody's delivery."""
    (tmp_path / "other").write_text("x")
    (tmp_path / "a.csv").symlink_to(tmp_path / "other")
    with pytest.raises(TransientError):
        first_look(tmp_path / "a.csv", person().feed)
