"""Strict YAML: plain values, no references, every problem with its line."""

from __future__ import annotations

from datetime import date

import pytest

from catalog_specs.reading.yaml_text import MAX_BYTES, read_yaml


def _problems(text: str) -> list[tuple[str, int]]:
    document, problems = read_yaml("some.yaml", text.encode())
    assert document is None
    assert all(problem.remedy and problem.file == "some.yaml" for problem in problems)
    return [(problem.code, problem.line) for problem in problems]


def test_scalars_resolve_as_people_mean_them() -> None:
    """Only true and false are booleans; `on` is a key; leading zeros and times stay text."""
    text = "on: yes\nzero: 0306\nnumber: 12\nday: 2024-01-02\ntime: 12:30:00\nempty:\nright: true\n"
    document, problems = read_yaml("some.yaml", text.encode())
    assert problems == ()
    assert document is not None
    assert document.data == {
        "on": "yes",
        "zero": "0306",
        "number": 12,
        "day": date(2024, 1, 2),
        "time": "12:30:00",
        "empty": None,
        "right": True,
    }


def test_every_place_knows_its_line() -> None:
    """A dotted path finds its own line, an unknown one the line of the nearest place above."""
    document, _ = read_yaml("some.yaml", b"a: 1\nitems:\n  - code: x\n  - code: y\n    share: z\n")
    assert document is not None
    assert document.line("items[1].share") == 5
    assert document.line("items[1].share.deeper") == 5
    assert document.line("items[1].absent") == 4
    assert document.line("elsewhere") == 1


def test_a_key_that_stands_twice_is_refused_wherever_it_stands() -> None:
    """All doubled keys are reported at once, each at its second line."""
    assert _problems("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [("CAT-103", 2), ("CAT-103", 3)]


def test_the_same_key_in_two_mappings_is_fine() -> None:
    """Keys are compared within one mapping only, also when a key contains a dot."""
    document, problems = read_yaml("some.yaml", b'"a.b": 1\na: {b: 2}\nc: {b: 3}\n')
    assert problems == ()
    assert document is not None


def test_anchors_and_aliases_are_refused_before_they_expand() -> None:
    """A file that would grow a millionfold is refused from its tokens."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert {code for code, _ in _problems(bomb)} == {"CAT-104"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: 1\n---\nb: 2", 2),
        ("a: 1\nb: 2024-02-30", 2),
        ("a: !!python/object:os.system x", 1),
        ("? [a]\n: 1", 1),
        ("? {a: 1}\n: {b: 1}", 1),
        ("", 1),
        ("# nothing\n", 1),
        ("[" * 60, 1),
        ("a: " + "9" * 5000, 1),
        ("a: \x00", 1),
    ],
)
def test_what_is_not_plain_yaml_is_a_problem_with_a_line(text: str, line: int) -> None:
    """Bad syntax, tags, second documents, impossible dates, deep nesting: never an exception."""
    assert _problems(text) == [("CAT-102", line)]


def test_a_merge_key_is_only_a_key() -> None:
    """`<<` has no power; the shape of the file will call it unknown."""
    document, _ = read_yaml("some.yaml", b"<<: {a: 1}\n")
    assert document is not None
    assert document.data == {"<<": {"a": 1}}


def test_size_and_encoding_are_checked_first() -> None:
    """A file too large or not UTF-8 is refused unread; a byte order mark is not."""
    assert read_yaml("f", b"a" * (MAX_BYTES + 1))[1][0].code == "CAT-101"
    broken = read_yaml("f", "a: 1\nb: 中".encode("gb18030"))[1][0]
    assert (broken.code, broken.line) == ("CAT-101", 2)
    assert read_yaml("f", b"\xef\xbb\xbfa: 1")[1] == ()
