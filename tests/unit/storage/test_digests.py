"""Digests keep their form: what is stored under one would be made anew if it changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from storage.digests import (
    sha256_of,
    sha256_of_facts,
    sha256_of_file,
    sha256_of_lines,
    sha256_of_stream,
)

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_bytes_files_and_streams_agree(tmp_path: Path) -> None:
    """The same bytes have the same digest, which is the one `sha256sum` prints."""
    place = tmp_path / "abc"
    place.write_bytes(b"abc")
    assert sha256_of(b"abc") == sha256_of_file(place) == ABC
    with place.open("rb") as stream:
        assert sha256_of_stream(stream) == ABC


def test_facts_are_digested_whatever_the_order_of_their_keys() -> None:
    """Stored digests of shares and releases are of this form, Chinese texts and days included."""
    facts = {"名": "泉州", "on": date(2026, 3, 2), "part": [1, None, {"b": 2, "a": 1}]}
    text = '{"on": "2026-03-02", "part": [1, null, {"a": 1, "b": 2}], "名": "泉州"}'
    assert sha256_of_facts(facts) == sha256_of(text.encode())
    assert sha256_of_facts(dict(reversed(facts.items()))) == sha256_of_facts(facts)


def test_lines_are_digested_in_their_order() -> None:
    """The order of lines counts."""
    assert sha256_of_lines(["a", "b"]) == sha256_of(b"a\nb")
    assert sha256_of_lines(["b", "a"]) != sha256_of_lines(["a", "b"])
