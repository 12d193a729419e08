"""One delivery: from records to a file, with its answers."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from demo_city.answer_key import PASSED, REJECTED, Quarantined
from demo_city.writing.defects import Defect
from demo_city.writing.deliveries import (
    MISSING_COLUMN,
    Made,
    make_delivery,
    make_refused,
    numbered,
    spoil_cells,
)
from demo_city.writing.feeds import Handed
from demo_city.writing.referred import MISTAKEN
from demo_city.writing.render import SEQUENCE, SURPLUS
from demo_city.writing.standing import nothing_standing
from storage.digests import sha256_of
from tests.city import REGION, VISIT
from tests.city.declared import change, compiled

CELLS = pl.DataFrame({"code": ["a", "b", "c"], "name": ["甲", "乙", "丙"]})
SPOILT = Defect(1, added=False, texts={"name": None}, rules=("name:required",))
COPIED = Defect(0, added=True, texts={"code": "?"}, rules=("code:pattern",))
TWIN = Defect(2, added=False, texts={"name": "丁"}, rules=("key:unique",), twin=True)
AGAIN = Defect(0, added=False, texts={}, rules=(), twin=True)
WARNED = Defect(2, added=False, texts={"name": "丙 "}, rules=(), warned=("blank",))


def _handed(texts: pl.DataFrame, *mistaken: str | None) -> Handed:
    size = texts.height
    facts = pl.DataFrame(
        {
            "_id": pl.Series(range(size), dtype=pl.UInt32),
            "_kind": ["I"] * size,
            "_final": [True] * size,
            MISTAKEN: pl.Series([*mistaken] or [None] * size, dtype=pl.String),
        }
    )
    return Handed(texts, facts)


def _made(*defects: Defect, city: Catalog | None = None) -> Made:
    city = city or compiled()
    return make_delivery(city, city.resource(REGION), _handed(CELLS), defects, nothing_standing())


def _records(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_without_defects_a_file_is_its_records() -> None:
    """Everything passes, and the digest is that of the bytes."""
    made = _made()
    assert _records(made.content) == [
        ["区划代码", "区划名称"],
        ["a", "甲"],
        ["b", "乙"],
        ["c", "丙"],
    ]
    expected = made.expected
    assert (expected.expect, expected.rows, expected.inserted) == (PASSED, 3, 3)
    assert (expected.quarantined, expected.warned) == ((), {})
    assert expected.sha256 == sha256_of(made.content)
    assert expected.ref == REGION


def test_defects_change_their_records_alone() -> None:
    """A spoilt record stands in its place, copies and twins at the end, in order."""
    found = spoil_cells(CELLS, [SPOILT, COPIED, TWIN, AGAIN])
    assert found.rows() == [
        ("a", "甲"),
        ("b", None),
        ("c", "丙"),
        ("?", "甲"),
        ("c", "丁"),
        ("a", "甲"),
    ]


def test_every_bad_record_is_answered_for_by_its_number() -> None:
    """Of a contradiction both records, of a repetition none; numbers are from 1 and rise."""
    assert numbered(3, [SPOILT, COPIED, TWIN, AGAIN, WARNED]) == (
        Quarantined(2, ("name:required",)),
        Quarantined(3, ("key:unique",)),
        Quarantined(4, ("code:pattern",)),
        Quarantined(5, ("key:unique",)),
    )


def test_answers_and_file_agree() -> None:
    """As many records as the file holds; what is quarantined is not inserted; warnings pass."""
    made = _made(SPOILT, COPIED, AGAIN, WARNED)
    assert made.expected.rows == len(_records(made.content)) - 1 == 5
    assert made.expected.inserted == 2
    assert made.expected.warned == {"blank": 1}
    assert set(made.standing.owed) == {1}


def test_a_broken_line_is_written_as_one() -> None:
    """Its record has a field more than the header, and no other has."""
    made = _made(Defect(1, added=False, texts={}, rules=("record:field_count",), raw=SURPLUS))
    assert [len(record) for record in _records(made.content)] == [2, 2, 3, 2]


@pytest.mark.parametrize(
    ("defect", "sequences"),
    [
        (COPIED, ["7", "8", "9", "10"]),
        (AGAIN, ["7", "8", "9", "7"]),
        (
            Defect(0, added=True, texts={SEQUENCE: "未编号"}, rules=("x",)),
            ["7", "8", "9", "未编号"],
        ),
    ],
)
def test_a_copy_comes_after_all_others_and_a_twin_at_once(
    defect: Defect, sequences: list[str]
) -> None:
    """A copy has a number of its own, unless that is what is wrong with it; a twin has none."""
    cells = CELLS.with_columns(pl.Series(SEQUENCE, ["7", "8", "9"]))
    assert spoil_cells(cells, [defect])[SEQUENCE].to_list() == sequences


def test_wrong_copies_of_the_source_are_counted_where_they_pass() -> None:
    """By referred item; a record that is quarantined is compared with nothing."""
    columns = {"编号": "visit_no", "时间": "visited_at", "结果": "outcome", "次数": "trips"}
    columns |= {"身份号码": "resident_id", "姓名": "name"}
    plain = change(feed__compose=..., feed__columns=columns)
    city = compiled(**{f"resources/{VISIT}.yaml": plain})
    visit = city.resource(VISIT)
    texts = pl.DataFrame({item.code: ["1", "2", "3"] for item in visit.items})
    kept = Defect(2, added=False, texts={"trips": None}, rules=("trips:required",))
    handed = _handed(texts, None, "name", "name")
    for defects, wrong in (((), 2), ((kept,), 1)):
        made = make_delivery(city, visit, handed, defects, nothing_standing())
        assert made.expected.reconciliation == {"name": wrong}


def test_a_file_without_a_declared_column_is_refused_whole() -> None:
    """It lacks one that is no key, every record is answered for, and nothing stands of it."""
    city = compiled()
    before = nothing_standing()
    made = make_refused(city, city.resource(REGION), _handed(CELLS), before)
    assert _records(made.content)[0] == ["区划代码"]
    assert made.expected.expect == REJECTED
    assert made.expected.quarantined == tuple(Quarantined(n, (MISSING_COLUMN,)) for n in (1, 2, 3))
    assert made.standing is before
