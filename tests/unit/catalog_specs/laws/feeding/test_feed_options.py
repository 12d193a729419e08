"""Feed options: what a feed declares fits its format and the way it arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.laws.feeding.feed_options import declared_headers
from catalog_specs.models.feed import Feed
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    REGION,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

_REGION = {"区划代码": "code", "区划名称": "name"}
_NESTED = {"$.code": "code", "$.says.name": "name"}
_SPANS = {"区划代码": {"start": 1, "width": 6}, "区划名称": {"start": 7, "width": 20}}
_CITY = {"type": "http", "url": "https://city.test/x"}
_PAGES = {"by": "number", "parameter": "page"}


def _feed(**feed: Any) -> Change:
    return change(**{f"feed__{key}": value for key, value in feed.items()})


def _option(name: str, path: str, says: str, **feed: Any) -> Breach:
    return at("CAT-030", name, (REGION, f"feed.{path}"), says, _feed(**feed))


BREACHES = (
    _option(
        "a path in a CSV",
        "columns.$.name",
        "no nested `$.name`",
        columns={"区划代码": "code", "$.name": "name"},
    ),
    _option("a place in no JSON", "records", "the format is csv", records="$.data"),
    _option("a sheet of a CSV", "sheet", "has no sheets", sheet="一"),
    _option(
        "change events in a CSV",
        "changes.envelope",
        "holds no change events",
        kind="changes",
        changes={"operation": "op", "sequence": "seq", "envelope": "debezium"},
    ),
    _option(
        "a header without a place",
        "columns.区划名称",
        "no place in the record",
        format="fixed_width",
        spans={"区划代码": {"start": 1, "width": 6}},
    ),
    _option(
        "a place without a header",
        "spans.备注",
        "no column is made of `备注`",
        format="fixed_width",
        spans={
            name: {"start": start, "width": 6}
            for start, name in enumerate([*_REGION, "备注"], start=1)
        },
    ),
    _option(
        "a file's options for a database",
        "encoding",
        "rows of a database",
        encoding="gbk",
        pull={"type": "sql", "url": "REGION_DB", "query": "region"},
    ),
    _option(
        "a total that is no path",
        "pull.total",
        "no path in a JSON document",
        format="json",
        records="$.items",
        pull={"type": "http", "url": "https://city.test/x", "total": "total"},
    ),
    _option(
        "a code of success in a file that is no JSON",
        "pull.success.path",
        "a place in a JSON document",
        pull={
            "type": "http",
            "url": "https://city.test/x",
            "success": {"path": "$.code", "values": [0]},
        },
    ),
    _option(
        "pages of a CSV",
        "pull.pages",
        "pages are JSON",
        pull={
            "type": "http",
            "url": "https://example.invalid/",
            "pages": {"by": "number", "parameter": "page"},
        },
    ),
    _option(
        "a day that is not cut out",
        "as_of.file_name",
        "exactly one group",
        as_of={"file_name": "[0-9]{8}"},
    ),
    at(
        "CAT-030",
        "a label of no column",
        (VISIT, "feed.fill_down[0]"),
        "no column delivers the part `county`",
        change(feed__fill_down=["county"]),
    ),
    at(
        "CAT-030",
        "a piece that is not cut out",
        (VISIT, "feed.split.name.pattern"),
        "no group",
        change(
            feed__columns__申请人姓名="whole",
            feed__split={"name": {"part": "whole", "pattern": "^."}},
        ),
    ),
    _option(
        "a next page that is no path",
        "pull.pages.next",
        "no path in a JSON document",
        format="json",
        pull={**_CITY, "pages": {"by": "next", "next": "$links.next"}},
    ),
    _option(
        "a number of pages among JSON lines",
        "pull.pages.total_pages",
        "the format is jsonl",
        format="jsonl",
        pull={**_CITY, "pages": {**_PAGES, "total_pages": "$.pages"}},
    ),
    _option(
        "two groups where a day is cut out",
        "as_of.file_name",
        "exactly one group",
        as_of={"file_name": "([0-9]{4})([0-9]{4})"},
    ),
)

LAWFUL: dict[str, Change] = {
    "paths and a place in JSON": _feed(format="json", columns=_NESTED, records="$.data"),
    "paths in Parquet": _feed(format="parquet", columns=_NESTED),
    "a sheet of a workbook": _feed(format="ods", sheet="一"),
    "change events in JSON lines": _feed(
        format="jsonl",
        kind="changes",
        changes={"operation": "$.op", "sequence": "$.seq", "envelope": "debezium"},
    ),
    "a place for every header": _feed(format="fixed_width", spans=_SPANS),
    "a place for the columns of changes too": _feed(
        format="fixed_width",
        spans=_SPANS | {"序号": {"start": 27, "width": 9}, "操作": {"start": 36, "width": 1}},
        kind="changes",
        changes={"operation": "操作", "sequence": "序号"},
    ),
    "rows of a database": _feed(pull={"type": "sql", "url": "REGION_DB", "query": "region"}),
    "pages that say how many there are": _feed(
        format="json",
        pull={**_CITY, "total": "$.total", "pages": {**_PAGES, "total_pages": "$.pages"}},
    ),
    "a number that is not the total": _feed(format="jsonl", pull={**_CITY, "total": False}),
    "a day that is cut out": _feed(as_of={"file_name": "_([0-9]{8})"}),
    "a label that is written once": _feed(fill_down=["name"]),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_an_option_that_does_not_fit_is_reported(breach: Breach, tmp_path: Path) -> None:
    """An option of another format or another way of coming is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("edit", LAWFUL.values(), ids=LAWFUL)
def test_an_option_that_fits_is_not(edit: Change, tmp_path: Path) -> None:
    """Every option is taken where the format or the way of coming has it."""
    assert_lawful({REGION: edit}, tmp_path)


def test_a_change_feed_declares_two_headers_beside_its_columns() -> None:
    """Headers are found below `columns` first, then where changes say what happened and when."""
    plain = {"kind": "changes", "format": "csv", "columns": {"甲": "a", "序号": "no"}}
    changes = {"operation": "操作", "sequence": "序号"}
    assert declared_headers(Feed.model_validate({**plain, "changes": changes})) == {
        "甲": ".columns.甲",
        "序号": ".columns.序号",
        "操作": ".changes.operation",
    }
