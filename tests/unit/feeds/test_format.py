"""Behaviour of the look at a file by which formats are told apart."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from catalog_specs.vocabulary import FeedFormat
from feeds.format import HEAD, Look, never
from feeds.reader import Source
from tests.unit.feeds.feeds import make_feed


def look(path: Path, data: bytes) -> Look:
    """Look at a file with these bytes, declared as CSV."""
    (path / "f").write_bytes(data)
    return Look.at(Source(path / "f", make_feed()))


def packed(**members: bytes) -> bytes:
    """Return a ZIP of these members, stored as they are."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return kept.getvalue()


def test_only_the_beginning_is_read(tmp_path: Path) -> None:
    """A large file costs no more than a small one."""
    seen = look(tmp_path, b"a" * (HEAD + 1))
    assert (len(seen.head), seen.declared) == (HEAD, FeedFormat.CSV)
    assert not never(seen)


def test_the_end_is_asked_for_by_itself(tmp_path: Path) -> None:
    """A mark at the end is compared byte by byte, also in a file shorter than the mark."""
    assert look(tmp_path, b"PAR1....PAR1").ends_with(b"PAR1")
    assert not look(tmp_path, b"PAR1....PAR2").ends_with(b"PAR1")
    assert not look(tmp_path, b"P").ends_with(b"PAR1")


def test_the_names_inside_a_zip_and_what_it_says_it_is(tmp_path: Path) -> None:
    """Its kind counts only where it is stored plainly, as the standard asks."""
    seen = look(tmp_path, packed(mimetype=b"application/x", data=b"1"))
    assert seen.is_zip
    assert seen.inside is not None
    assert (seen.inside.names, seen.inside.mime) == ({"mimetype", "data"}, b"application/x")
    plain = look(tmp_path, packed(data=b"1")).inside
    assert plain is not None
    assert plain.mime == b""


@pytest.mark.parametrize("data", [b"PK\x03\x04", packed(a=b"1" * 100)[:-30], b""])
def test_nothing_is_known_of_a_damaged_zip(tmp_path: Path, data: bytes) -> None:
    """Who reads or unpacks it will say what is wrong."""
    assert look(tmp_path, data).inside is None


@pytest.mark.parametrize(
    ("data", "bracketed"),
    [
        (b'{"a":1}', True),
        (b"\xef\xbb\xbf [1]", True),
        ('\ufeff{"a":1}'.encode("utf-16-le"), True),
        (b"a,{b}", False),
        (b"", False),
    ],
)
def test_a_bracket_is_seen_behind_marks_and_blanks(
    tmp_path: Path, data: bytes, bracketed: bool
) -> None:
    """A byte-order mark, blanks, and the zeros of UTF-16 do not hide it."""
    assert look(tmp_path, data).is_bracketed is bracketed


@pytest.mark.parametrize(
    ("text", "whole", "goes_on", "opens"),
    [
        ('{"a":1}\n{"a":2}', True, True, True),
        ('{"a":1}', True, False, True),
        ('[{"a":1}]', False, False, True),
        ('{\n"a":1}', False, False, True),
        ("{a}\nb", False, False, False),
        ("[" * 5000, False, False, False),
    ],
)
def test_what_the_first_line_tells(
    tmp_path: Path, text: str, whole: bool, goes_on: bool, opens: bool
) -> None:
    """Whether it is a whole object, whether objects go on below it, how the text opens."""
    seen = look(tmp_path, text.encode())
    assert (seen.is_whole_object, seen.goes_on, seen.opens_json) == (whole, goes_on, opens)
