"""List elements: a list is cut at its own commas, wherever the blocks of the file end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.nested.elements import ElementCutter, NoListError, list_start

TEXTS = st.text(st.sampled_from('ab"\\[]{},: \n张'), max_size=6)
VALUES = TEXTS | st.lists(TEXTS, max_size=3) | st.dictionaries(TEXTS, TEXTS, max_size=3)


def cut(data: bytes, size: int, line: int = 1) -> tuple[list[str], list[int], ElementCutter]:
    """Return the elements of what stands behind a `[`, their lines, and the cutter at its end."""
    cutter, texts, lines = ElementCutter(line), [], []
    for place in range(0, len(data), size):
        found, on = cutter.cut(data[place : place + size])
        texts += found.to_pylist()
        lines += on.to_pylist()
    return texts, lines, cutter


@settings(deadline=None, max_examples=40)
@given(
    elements=st.lists(VALUES, max_size=8),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 0, 2]),
    ascii_=st.booleans(),
)
def test_wherever_a_block_ends(
    elements: list[Any], size: int, indent: int | None, ascii_: bool
) -> None:
    """Texts full of brackets, quotes and backslashes are cut nowhere."""
    whole = json.dumps(elements, ensure_ascii=ascii_, indent=indent)
    texts, lines, cutter = cut(whole[1:].encode() + b" after", size)
    assert [json.loads(text) for text in texts] == elements
    assert (cutter.ended, cutter.quoted, cutter.elements) == (True, False, len(elements))
    place, begun = 1, []
    for text in texts:
        place = whole.index(text, place)
        begun.append(1 + whole.count("\n", 0, place))
        place += len(text)
    assert lines == begun


def test_an_element_knows_the_line_it_begins_on() -> None:
    """Not the one of the comma before it; `line` says where the list itself begins."""
    data = b'\n {"A": 1},\n\n{"B":\n2} , 3,\n4]'
    for size in (1, 3, 100):
        assert cut(data, size, line=7)[1] == [8, 10, 11, 12]


@pytest.mark.parametrize("data", [b"]", b" \n ]", b"\n]"])
def test_an_empty_list_has_no_element(data: bytes) -> None:
    """White space is none."""
    for size in (1, 100):
        assert cut(data, size)[0] == []


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"1,]", ["1", ""]),
        (b",1]", ["", "1"]),
        (b"1,,2]", ["1", "", "2"]),
        (b"a b, tru]", ["a b", "tru"]),
    ],
)
def test_nothing_between_commas_is_an_element(data: bytes, texts: list[str]) -> None:
    """Whether an element is JSON is asked later, so that a broken one costs itself alone."""
    assert cut(data, 100)[0] == texts


@pytest.mark.parametrize(
    ("data", "depth", "ended"),
    [(b"1,[2", 1, False), (b'1,"', 0, False), (b"1]", -1, True), (b"1]]", -2, True)],
)
def test_the_cutter_says_how_the_list_stands(data: bytes, depth: int, ended: bool) -> None:
    """A document that is cut off leaves brackets open; one too many is closed."""
    _, _, cutter = cut(data, 100)
    assert (cutter.depth, cutter.ended) == (depth, ended)


def test_what_follows_the_list_is_handed_on() -> None:
    """Of each block what stands behind its end, and no element more."""
    cutter = ElementCutter(1)
    assert cutter.cut(b'1], "m": 5')[0].to_pylist() == ["1"]
    assert cutter.after == b', "m": 5'
    assert cutter.cut(b', "n": [6, 7]}')[0].to_pylist() == []
    assert cutter.after == b', "n": [6, 7]}'
    assert cutter.depth == -2


def test_what_is_begun_is_counted() -> None:
    """So that a record without end can be refused before it is gathered."""
    cutter = ElementCutter(1)
    for _ in range(5):
        cutter.cut(b"x" * 100)
    assert cutter.begun_size == 500
    cutter.cut(b",")
    assert cutter.begun_size == 0


@pytest.mark.parametrize("quotes", range(6))
def test_backslashes_at_the_end_of_a_block_escape_what_comes(quotes: int) -> None:
    """However many there are, and wherever the block ends among them."""
    data = json.dumps(["\\" * quotes + '"', 2])[1:].encode()
    for size in range(1, len(data) + 1):
        assert [json.loads(text) for text in cut(data, size)[0]] == ["\\" * quotes + '"', 2]


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((), " \n[9"),
        (("data", "rows"), '{"code":0,"x":{"rows":[1]},"data":{"n":[1,[2]],"rows":[9'),
        ((1,), '[{"a":[1,2]},[9'),
        ((0, "a"), '[{"a":[9'),
        (("a.b", "list"), '{"a.b":{"list":[9'),
        (("数据",), '{"\\u6570\\u636e": [9'),
        (("d",), '{"x":"\\"d\\": [","d":[9'),
        (("d",), '{"x":[{"d":[1]}],"d"\n:\t[9'),
    ],
)
def test_the_list_is_found_at_its_path(steps: tuple[str | int, ...], text: str) -> None:
    """Whatever stands before it; with fewer bytes nobody can tell yet."""
    data = text.encode()
    assert list_start(data, steps) == len(data) - 1
    for size in range(len(data) - 1):
        assert list_start(data[:size], steps) is None, data[:size]


@pytest.mark.parametrize(
    "text",
    ["{}", '{"d":{}}', '{"e":[]}', '{"d":1}', "[]", '"d"', '{"d" 1}', "x", "{x:[", '{"d":"["}'],
)
def test_no_list_at_the_path(text: str) -> None:
    """It says so as soon as it is certain."""
    with pytest.raises(NoListError):
        list_start(text.encode(), ("d",))


@pytest.mark.parametrize("text", ["[1]", "[1,{}]", "[[],1]"])
def test_no_list_at_the_position(text: str) -> None:
    """Too few elements, or another value there."""
    with pytest.raises(NoListError):
        list_start(text.encode(), (1,))


def test_deep_nesting_is_no_recursion() -> None:
    """A hundred thousand brackets are a value like any other."""
    deep = b"[" * 100_000 + b"]" * 100_000
    assert cut(deep + b",1]", 4096)[0] == [deep.decode(), "1"]
    assert list_start(b'{"x":' + deep + b',"d":[', ("d",)) == len(deep) + 11
