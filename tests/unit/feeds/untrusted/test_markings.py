"""Secrecy markings: known in every writing and every encoding, and told from words and stars."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.untrusted.markings import ESCAPES, LONGEST, TELLING, is_marked, octets_marked

CODECS = ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "cp950", "utf-32-le", ESCAPES]
MARKED = [
    "机密★30年",
    "秘密★",
    "绝密 ★ 长期",
    "机 密　★",
    "机密\u3000★",
    "關於機密★的通知",
    "机\u200b密\ufeff★",
    "绝密\n★30年",
    "秘\r\n密\t ★",
    "机\u2003密" + " " * 12 + "★",
    "祕密★",
]
PLAIN = [
    "秘密",
    "商业秘密保护",
    "★机密",
    "五星★★★★★",
    "机密☆",
    "密★",
    "级 密★",
    "加\t密 ★",
    "机 x 密 ★",
]
PLAIN.append("秘" + " " * 17 + "密★")


def octets(text: str, codec: str) -> bytes:
    """Return a text as a file has it; an encoding that lacks a character leaves it out."""
    return json.dumps(text).encode() if codec == ESCAPES else text.encode(codec, errors="ignore")


@pytest.mark.parametrize("text", MARKED)
@pytest.mark.parametrize("codec", CODECS)
def test_a_marking_is_known_in_every_encoding(text: str, codec: str) -> None:
    """Spaces within, a term behind, any encoding: it is the same marking."""
    assert is_marked(text)
    text = text.translate(str.maketrans("绝机", "絕機")) if codec == "cp950" else text
    assert octets_marked(b"1," + octets(text, codec) + b"\n", {codec})


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("codec", CODECS)
def test_words_and_stars_alone_are_no_marking(text: str, codec: str) -> None:
    """Only a word of secrecy with a star behind it is one."""
    assert not is_marked(text)
    assert not octets_marked(octets(text, codec), {codec})


@pytest.mark.parametrize("written", [r"\n", r"\r\n", r"\t"])
def test_a_line_break_may_be_written_with_a_backslash(written: str) -> None:
    """As JSON has it, and as some programs write it into a CSV."""
    assert is_marked(f"绝密{written}★")
    assert octets_marked(f"绝密{written}★".encode("gb18030"), {"gb18030"})


def test_escapes_may_be_of_either_case() -> None:
    """JSON allows both."""
    escaped = json.dumps("绝密★").encode()
    assert octets_marked(escaped.upper().replace(rb"\U", rb"\u"), {ESCAPES})


def test_an_encoding_that_was_not_asked_for_is_not_searched() -> None:
    """The caller says in what a file may be written; one of several is enough."""
    marked = "绝密★".encode("utf-16-le")
    assert not octets_marked(marked, {"utf-8", "gb18030"})
    assert octets_marked(marked, {"utf-8", "utf-16-le"})


def test_no_marking_is_longer_than_is_told() -> None:
    """Readers that go window by window keep so many bytes of the window before."""
    longest = "绝" + "\u3000" * 16 + "密" + "\u3000" * 16 + "★"
    assert is_marked(longest)
    assert max(len(octets(longest, codec).strip(b'"')) for codec in CODECS) <= LONGEST


SIGNS = st.text(st.sampled_from("绝絕机機秘祕密★☆ \t\n\u3000\u200b\ufeffx,"), max_size=12)


@settings(deadline=None, max_examples=25)
@given(st.lists(SIGNS, min_size=40, max_size=40))
def test_text_and_bytes_agree(texts: list[str]) -> None:
    """Whatever signs stand together; the engine that searches columns agrees as well."""
    found = [is_marked(text) for text in texts]
    assert [octets_marked(text.encode(), {"utf-8"}) for text in texts] == found
    assert [octets_marked(text.encode("gb18030"), {"gb18030"}) for text in texts] == found
    assert [octets_marked(json.dumps(text).encode(), {ESCAPES}) for text in texts] == found
    assert pc.match_substring_regex(pa.array(texts), TELLING).to_pylist() == found
    assert [re.search(TELLING, text) is not None for text in texts] == found
