"""JSON documents, paths into records, and change events."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from feeds.readers import Source, reader_for
from feeds.untrusted.limits import ReadingLimits
from tests.unit.feeds.feeds import headers_of, make_feed, read, values

FEED = make_feed(format="json")


def test_a_list_of_objects(tmp_path: Path) -> None:
    """Values keep their digits; each record knows the line it begins on."""
    text = '[\n {"A": 1.10, "B": "],[\\"", "C": null},\n\n{"B": {"x": [1]}} , {"A":\n1e5} ]\n'
    rows = read(tmp_path / "f", text.encode(), FEED, block=5)
    assert values(rows) == [("1.10", '],["', None), (None, '{"x":[1]}', None), ("1e5", None, None)]
    assert [row["_line"] for row in rows] == [2, 4, 4]


@pytest.mark.parametrize(
    "element", ["1", '"x"', "null", "[1]", '{"A":NaN}', '{"A":1,}', "{'A':1}", '{"A" 1}', "{A:1}"]
)
def test_an_element_that_is_no_object_is_a_defect(tmp_path: Path, element: str) -> None:
    """It keeps its place and its text; its neighbours are read."""
    text = f'[{{"A":1,"B":2,"C":3}}, {element} ,{{"A":4,"B":5,"C":6}}]'
    rows = read(tmp_path / "f", text.encode(), FEED)
    assert [row["_defect"] for row in rows] == [None, "json", None]
    assert rows[1]["_raw"] == element
    assert values(rows)[2] == ("4", "5", "6")


def test_a_comma_too_many_is_a_defect(tmp_path: Path) -> None:
    """Nothing between commas is a record that is none."""
    rows = read(tmp_path / "f", b'[{"A":1,"B":1,"C":1},]', FEED)
    assert [row["_defect"] for row in rows] == [None, "json"]


@pytest.mark.parametrize("text", ["[]", " [ \n] "])
def test_an_empty_list_holds_nothing(tmp_path: Path, text: str) -> None:
    """It is no error of the document."""
    assert read(tmp_path / "f", text.encode(), FEED, block=1) == []


@pytest.mark.parametrize("block", [1, 7, 1000])
@pytest.mark.parametrize(
    ("text", "read_all"),
    [
        ('{"d":{"i":[{"A":1}],"x":{"d":1,"i":[{"i":"d"}]},"y":"i"},"x":{"d":{}},"y":["d"]}', True),
        ('{"d":{"i":[{"A":1}],"x":"}","i":[]}}', False),
        ('{"d":{"i":[{"A":1}],"x":{"i":2}},"z":["}\\""],"\\u0064" : null}', False),
    ],
)
def test_a_key_of_the_path_that_stands_twice_is_refused(
    tmp_path: Path, text: str, read_all: bool, block: int
) -> None:
    """The records may lie under the other one; the same key elsewhere is another."""
    feed = make_feed(format="json", records="$.d.i")
    if read_all:
        assert len(read(tmp_path / "f", text.encode(), feed, block=block)) == 1
        return
    with pytest.raises(IntakeError, match="stands twice"):
        read(tmp_path / "f", text.encode(), feed, block=block)


@pytest.mark.parametrize(
    "text",
    ['[{"A":1}', '[{"A":1},', '[{"A":"x]', "[", '[{"A":1}]]', '[{"A":1}] x', "[[]"],
)
def test_a_document_that_does_not_end_well_is_refused(tmp_path: Path, text: str) -> None:
    """Nobody knows how many records it lacks."""
    with pytest.raises(IntakeError) as caught:
        read(tmp_path / "f", text.encode(), FEED)
    assert caught.value.code == "GATE-101"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "$.data.rows",
            '{"code":0,"x":{"rows":[9]},"data":{"n":[1,[2]],"rows":[%s],"p":{}},"m":""}',
        ),
        ("$[1]", '[{"a":[1,2]},[%s]]'),
        ('$["a.b"].list', '{"a.b":{"list":[%s]}}'),
        ("$.数据", '{"数据": [%s]\n}'),
        ("$.d", '{"x":"\\"d\\": [","d":[%s]}'),
    ],
)
def test_the_list_may_lie_at_a_path(tmp_path: Path, path: str, text: str) -> None:
    """Whatever stands before it and after it."""
    feed = make_feed(format="json", records=path)
    for block in (1, 7, 4096):
        rows = read(
            tmp_path / "f", (text % '{"A":1,"B":2,"C":3}, {"A":4}').encode(), feed, block=block
        )
        assert values(rows) == [("1", "2", "3"), ("4", None, None)]


@pytest.mark.parametrize("text", ["{}", '{"d":1}', "[]", '{"d"', "x"])
def test_no_list_at_the_path_is_refused(tmp_path: Path, text: str) -> None:
    """GATE-101, whatever stands there."""
    with pytest.raises(IntakeError) as caught:
        headers_of(Source(_written(tmp_path, text), make_feed(format="json", records="$.d")))
    assert caught.value.code == "GATE-101"


def test_bytes_that_do_not_decode_cost_one_record(tmp_path: Path) -> None:
    """In UTF-8 and in GB 18030, whose characters may hold the byte of a bracket."""
    rows = read(tmp_path / "f", b'[{"A":"\xff"},{"A":"x","B":1,"C":1}]', FEED)
    assert [(row["_defect"], row["_raw"]) for row in rows] == [
        ("encoding", r'{"A":"\xff"}'), (None, None),
    ]  # fmt: skip
    feed = make_feed(format="json", encoding="gb18030")
    data = '[{"A":"乕乗歖","B":1,"C":1}]'.encode("gb18030")
    assert b"[" in data[3:] or b"\\" in data
    assert values(read(tmp_path / "f", data, feed, block=3)) == [("乕乗歖", "1", "1")]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_deep_nesting_does_not_crash(tmp_path: Path, form: str) -> None:
    """Ten thousand brackets are a value like any other; unclosed ones are a defect or a refusal."""
    deep = "[" * 10_000 + "]" * 10_000
    record = f'{{"A":{deep},"B":1,"C":1}}'
    feed = make_feed(format=form)
    (row,) = read(tmp_path / "f", (f"[{record}]" if form == "json" else record).encode(), feed)
    assert (row["a"], row["_defect"]) == (deep, None)
    for text in ("[" * 10_000, '{"A":' * 10_000):
        try:
            rows = read(tmp_path / "f", text.encode(), feed)
        except IntakeError as error:
            assert error.code == "GATE-101"  # noqa: PT017
        else:
            assert [one["_defect"] for one in rows] == ["json"]


def test_one_huge_record_is_refused(tmp_path: Path) -> None:
    """What does not end within the limit is not gathered."""
    path = _written(tmp_path, '[{"A":"' + "x" * 300_000 + '"}]')
    source = Source(path, FEED, block_bytes=4096, limits=ReadingLimits(record=100_000))
    with pytest.raises(IntakeError) as caught:
        headers_of(source)
    assert caught.value.code == "GATE-103"


def test_a_large_list_is_read_fast_in_bounded_pieces(tmp_path: Path) -> None:
    """A hundred thousand records come in many tables."""
    record = '{"A":1,"B":"张三","C":[1,2,{"x":"y"}]}'
    path = _written(tmp_path, "[" + ",\n".join([record] * 100_000) + "]")
    start = time.monotonic()
    with reader_for(FEED.format).open(Source(path, FEED, block_bytes=1 << 18)) as opened:
        sizes = [t.num_rows for t in opened.batches({"a": "A", "c": "C"}, whole=False)]
    assert (sum(sizes), len(sizes) > 10, time.monotonic() - start < 30) == (100_000, True, True)


def test_headers_name_the_paths_that_lead_somewhere(tmp_path: Path) -> None:
    """A path is a header where any record has something there, in place of its first key."""
    path = _written(tmp_path, '[{"p":{"name":1},"k":1,"more":1}]')
    feed = make_feed(format="json", columns={"$.p.name": "a", "$.p.none": "b", "k": "c"})
    assert headers_of(Source(path, feed)) == ("k", "more", "$.p.name")


# ── change events ───────────────────────────────────────────────────────────────────────────────


def changes(**fields: Any) -> Feed:
    """Return a feed of Debezium events, one a line unless told."""
    return make_feed(
        kind="changes",
        columns={"id": "a", "名称": "b", "$.addr.city": "c"},
        changes={
            "operation": "$.op",
            "sequence": "$.source.lsn",
            "insert": ["c", "r"],
            "update": ["u"],
            "delete": ["d"],
            "envelope": "debezium",
        },
        **({"format": "jsonl"} | fields),
    )


def event(op: str, lsn: int, **sides: Any) -> dict[str, Any]:
    """Return a change event."""
    return {"before": None, "after": None, "op": op, "source": {"lsn": lsn}, "ts_ms": 5} | sides


ROW = {"id": 7, "名称": "张", "addr": {"city": "泉州"}}
EVENTS = [
    event("r", 1, after=ROW),
    event("u", 2, before=ROW, after=ROW | {"名称": "李"}),
    event("d", 9007199254740993, before=ROW),
]
EXPECTED = [
    ("7", "张", "泉州", "r", "1"),
    ("7", "李", "泉州", "u", "2"),
    ("7", "张", "泉州", "d", "9007199254740993"),
]


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return what each event says."""
    return [(r["a"], r["b"], r["c"], r["_op"], r["_seq"]) for r in rows]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_change_events_are_unwrapped(tmp_path: Path, wrapped: bool, form: str) -> None:
    """Columns come from `after`, of deletions from `before`; with or without a schema beside."""
    events = [{"schema": {"type": "struct"}, "payload": e} if wrapped else e for e in EVENTS]
    texts = [json.dumps(e, ensure_ascii=False) for e in events]
    data = "\n".join(texts) if form == "jsonl" else "[" + ",".join(texts) + "]"
    assert told(read(tmp_path / "f", data.encode(), changes(format=form))) == EXPECTED


def test_tombstones_are_no_records(tmp_path: Path) -> None:
    """Null lines and null payloads speak to the broker alone; they are counted."""
    texts = [json.dumps(EVENTS[0]), "null", '{"schema":null,"payload":null}', json.dumps(EVENTS[2])]
    path = _written(tmp_path, "\n".join(texts))
    feed = changes()
    with reader_for(feed.format).open(Source(path, feed)) as opened:
        table = pa.concat_tables(opened.batches({"a": "id"}, whole=False))
    assert table.column("_line").to_pylist() == [1, 4]
    assert table.column("_row").to_pylist() == [1, 2]
    assert opened.skipped["tombstone"] == 2


def test_headers_of_events_are_those_of_the_rows(tmp_path: Path) -> None:
    """And the paths of operation and sequence."""
    path = _written(tmp_path, json.dumps(EVENTS[0]))
    assert headers_of(Source(path, changes())) == (
        "id", "名称", "$.addr.city", "$.op", "$.source.lsn",
    )  # fmt: skip


def _written(folder: Path, text: str) -> Path:
    path = folder / "f"
    path.write_text(text, encoding="utf-8")
    return path
