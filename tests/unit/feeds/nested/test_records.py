"""JSON records: what is sound is read to the digit, what is not is a defect of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_specs.models.feed import Feed
from catalog_specs.rules.defects import DefectCode
from feeds.nested.records import json_records
from feeds.reader import Block
from tests.unit.feeds.feeds import make_feed

FEED = make_feed(format="jsonl")


def block(lines: Sequence[str], headers: Sequence[str] = "ABC", feed: Feed = FEED) -> Block:
    """Return the block of some JSON texts."""
    with json_records(feed) as records:
        return records.block(pa.array(lines), headers)


def texts(lines: Sequence[str], headers: Sequence[str] = "ABC", feed: Feed = FEED) -> list[Any]:
    """Return the texts of each sound record."""
    found = block(lines, headers, feed)
    return list(zip(*(found.values[header].to_pylist() for header in headers), strict=True))


def defects(lines: Sequence[str], feed: Feed = FEED) -> list[DefectCode | None]:
    """Return why each record is no sound one."""
    found = {one.position: one.code for one in block(lines, "A", feed).defects}
    return [found.get(place) for place in range(len(lines))]


def test_values_become_their_text() -> None:
    """Texts, numbers, truth values, nulls, absent keys and nested values each have one text."""
    lines = [
        '{"A": "泉\\u5dde\\n", "B": 1.10, "C": true}',
        '{"C": false, "B": -0, "A": null, "more": 1}',
        '{"A": {"x": [1.10, "1.10"]}, "B": 12345678901234567890123}',
    ]
    assert texts(lines) == [
        ("泉州\n", "1.10", "true"),
        (None, "-0", "false"),
        ('{"x":[1.10,"1.10"]}', "12345678901234567890123", None),
    ]


NUMBER = st.builds(
    lambda sign, whole, part, power: f"{sign}{whole}{part and '.' + part}{power}",
    st.sampled_from(["", "-"]),
    st.integers(0, 9) | st.integers(0, 10**21),
    st.text(st.sampled_from("0123456789"), max_size=20),
    st.sampled_from(["", "", "e5", "E-7", "e+300"]),
)


@given(numbers=st.lists(st.tuples(NUMBER, st.text(max_size=8)), min_size=10, max_size=30))
@example(numbers=[("1.10", "\0"), ("1e5", "a\0b"), ("2.50", "\ufeff泉"), ("-0", "\\u0000")])
@settings(max_examples=15, deadline=None)
def test_numbers_keep_their_digits(numbers: list[tuple[str, str]]) -> None:
    """Whatever number stands in a record, its text is what was delivered, beside any text.

    A record with a NUL or a byte-order mark in a text is a defect, and its neighbours are not.
    """
    lines = [
        f'{{"A":{number},"B":{json.dumps(text, ensure_ascii=len(text) % 2 == 0)},"C" : {number} }}'
        for number, text in numbers
    ]
    found = block([line.encode("utf-8", "replace").decode() for line in lines])
    spoilt = {place for place, (_, text) in enumerate(numbers) if {"\0", "\ufeff"} & set(text)}
    assert {(one.position, one.code) for one in found.defects} == {
        (place, DefectCode.ENCODING) for place in spoilt
    }
    good = [pair for place, pair in enumerate(numbers) if place not in spoilt]
    assert found.values["A"].to_pylist() == [number for number, _ in good]
    assert found.values["B"].to_pylist() == [text for _, text in good]
    assert found.values["C"].to_pylist() == [number for number, _ in good]


@pytest.mark.parametrize(
    "line",
    [
        '{"A":1', "[1]", "null", "1", '"x"', "{'A':1}", '{"A":1}}', '{"A":1} {"A":2}', "A,B,C",
        '{"A":NaN}', '{"A":-Infinity}', '{"A":1,}', '{"A":[1,]}', '{"A":01}', '{"A":+1}',
        '{"A":1.}', '{"A":.5}', '{"A":"\t"}', '{/**/"A":1}', '{"A":"\\ud800"}', '{"A":tru}',
        "{A:1}", "",
    ],
)  # fmt: skip
def test_what_is_no_object_is_a_defect(line: str) -> None:
    """By RFC 8259, not by what an engine forgives; its neighbours are read."""
    lines = ['{"A":1}', line, '{"A":"NaN,] [1,]"}']
    assert defects(lines) == [None, DefectCode.JSON, None]
    assert texts(lines, "A") == [("1",), ("NaN,] [1,]",)]
    assert [one.raw for one in block(lines).defects] == [line]


PATHS = ("$.A.B", "$.L[1].C", "D")
TWICE = (
    '{"D":1,"D":2}', '{"D":1,"X":0,"X":0}', '{"D":1,"\\u0044":1}', '{"A":{"B":1,"B":1}}',
    '{"A":{"B":1,"X":1,"X":{}}}', '{"L":[0,{"C":1,"C":2}]}', '{"A":{"B":1},"A":{}}',
    '{"D":1.10,"D":1.10}',
)  # fmt: skip
ONCE = (
    '{"D":1,"d":2}', '{"D":"{\\"D\\":1,\\"D\\":2}"}', '{"A":{"D":1},"D":2,"L":[{"D":1},{"D":2}]}',
    '{"A":null,"L":3}', '{"D":{"x":1,"x":2}}',
)  # fmt: skip


def test_a_key_that_stands_twice_is_a_defect() -> None:
    """Of an object that is read, or that something is read within; a value is kept as it is."""
    lines = [*TWICE, *ONCE]
    found = {one.position: one.code for one in block(lines, PATHS).defects}
    assert found == dict.fromkeys(range(len(TWICE)), DefectCode.REPEATED_KEY)
    assert texts([ONCE[-1]], PATHS) == [(None, None, '{"x":1,"x":2}')]


def test_a_change_event_with_a_key_twice_is_a_defect() -> None:
    """Around the record, in the event, and in the record itself."""
    lines = [
        '{"payload":{"op":"c","after":{"A":1}},"payload":{"op":"d"}}',
        '{"payload":{"op":"c","op":"d","after":{"A":1},"before":{"A":2}}}',
        '{"op":"u","after":{"A":1,"A":2}}',
        '{"op":"u","before":{"A":1,"A":2},"after":{"A":2}}',
    ]
    assert defects(lines, CHANGES) == [*[DefectCode.REPEATED_KEY] * 3, None]


@pytest.mark.parametrize("text", ["a\ufeffb", "a\0b", "\0"])
@pytest.mark.parametrize("escaped", [False, True])
def test_spoilt_characters_are_a_defect(text: str, escaped: bool) -> None:
    """As they are and escaped; a backslash before `u0000` that is itself escaped is text."""
    line = json.dumps({"A": text}, ensure_ascii=True)
    if not escaped:
        line = line.replace("\\ufeff", "\ufeff").replace("\\u0000", "\0")
    assert defects([line, r'{"A":"\\u0000"}', r'{"A":"\\ufeff"}']) == [
        DefectCode.ENCODING, None, None,
    ]  # fmt: skip


def test_sound_records_keep_their_own_text() -> None:
    """As raw text beside the values, numbered like the lines they came from."""
    lines = ['{"A": 1.0 }', "x", '{"A":2}']
    with json_records(FEED) as records:
        found = records.block(pa.array(lines), ["A"], numbers=pa.array([3, 5, 8]))
    assert (found.count, found.raws.to_pylist()) == (3, [lines[0], lines[2]])
    assert found.lines.to_pylist() == [3, 5, 8]


NESTED = make_feed(
    format="jsonl", columns={"$.p.名": "a", "$.p.ids[1]": "b", '$.m["x.y"]': "c", "k": "d"}
)


def test_paths_reach_into_records() -> None:
    """Keys, positions, keys with dots; what is not there is null, numbers keep their digits."""
    lines = [
        '{"p":{"\\u540d":"张","ids":[1.10,2.50]},"m":{"x.y":true},"k":1}',
        '{"p":{"ids":[7]},"m":null,"k":{"z":1}}',
        '{"p":[],"k":"x"}',
    ]
    assert texts(lines, list(NESTED.columns), NESTED) == [
        ("张", "2.50", "true", "1"), (None, None, None, '{"z":1}'), (None, None, None, "x"),
    ]  # fmt: skip


def test_paths_that_lead_somewhere_are_told() -> None:
    """A null is something; what lies at no record's path is not told, nor are keys."""
    lines = pa.array(['{"p":{"ids":[1]}}', '{"m":{"x.y":null}}', "broken"])
    paths = [header for header in NESTED.columns if header.startswith("$")]
    with json_records(NESTED) as records:
        assert records.reached(lines, paths) == ['$.m["x.y"]']
        assert records.reached(lines, []) == []
        assert records.roots(paths) == {"p", "m"}


def test_keys_are_told_in_the_order_met() -> None:
    """Escaped or not, those of any sound record, each once."""
    lines = pa.array(['{"B":1}', "broken", '{"D":1,"A":2}', '{"B":1,"\\u540d":2}', '{"b":1}'])
    with json_records(FEED) as records:
        assert records.keys(lines) == ["B", "D", "A", "名", "b"]


def test_keys_that_differ_in_case_alone() -> None:
    """They are different keys."""
    assert texts(['{"id":1,"ID":2.50,"Id":3}'], ["id", "ID", "Id"]) == [("1", "2.50", "3")]


CHANGES = make_feed(
    kind="changes",
    format="jsonl",
    columns={"id": "a", "$.addr.city": "b"},
    changes={
        "operation": "$.op",
        "sequence": "$.source.lsn",
        "insert": ["c", "r"],
        "update": ["u"],
        "delete": ["d"],
        "envelope": "debezium",
    },
)
TOLD = ("id", "$.addr.city", "$.op", "$.source.lsn")


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("op", "side"), [("r", "after"), ("u", "after"), ("d", "before")])
def test_an_event_is_its_row_and_what_happened(op: str, side: str, wrapped: bool) -> None:
    """Columns come from `after`, of deletions from `before`; with or without a schema beside."""
    sides = {"before": None, "after": None, side: {"id": 1.10, "addr": {"city": "泉州"}}}
    event: dict[str, Any] = {"op": op, "source": {"lsn": 9007199254740993}, **sides}
    line = json.dumps({"schema": {}, "payload": event} if wrapped else event)
    assert texts([line], TOLD, CHANGES) == [("1.1", "泉州", op, "9007199254740993")]


def test_what_is_no_event_is_a_defect() -> None:
    """A record without an operation is quarantined; one without a row has nulls."""
    lines = ['{"id":1}', "x", '{"op":"u","after":null}', '{"op":"u","after":[1]}']
    assert defects(lines, CHANGES) == [DefectCode.JSON, DefectCode.JSON, None, None]
    assert texts(lines, TOLD, CHANGES) == [(None, None, "u", None)] * 2


def test_tombstones_speak_to_the_broker_alone() -> None:
    """Null lines and null payloads of an envelope; without one a null is a record that is none."""
    lines = pa.array(["null", '{"schema":null,"payload":null}', '{"op":"d"}', "x", '{"payload":1}'])
    with json_records(CHANGES) as records:
        assert records.tombstones(lines).to_pylist() == [True, True, False, False, False]
    with json_records(FEED) as records:
        assert records.tombstones(lines) is None
