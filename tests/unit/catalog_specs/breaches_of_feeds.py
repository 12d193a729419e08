"""Breaches of the laws about what a feed says: splitting, normalisation, options of its format.

Belongs here: these breaches. Keep out: assertions.
"""

from __future__ import annotations

from typing import Any

from tests.factories import change
from tests.unit.catalog_specs.breach import REGION, VISIT, Breach, at

__all__ = ["WRITINGS"]

_REGION = {"区划代码": "code", "区划名称": "name"}


def _steps(name: str, path: str, says: str, **steps: Any) -> Breach:
    where = (VISIT, f"feed.normalise.{path}")
    return at("CAT-029", name, where, says, change(feed__normalise=steps))


def _option(name: str, path: str, says: str, **feed: Any) -> Breach:
    edit = change(**{f"feed__{key}": value for key, value in feed.items()})
    return at("CAT-030", name, (REGION, f"feed.{path}"), says, edit)


_DOLLARS = {"units": True, "currency": True}

WRITINGS = (
    at(
        "CAT-015",
        "a currency for no item",
        (VISIT, "feed.normalise"),
        "there is no item `coin`",
        change(feed__normalise={"outcome": [{"number": {**_DOLLARS, "currency_item": "coin"}}]}),
    ),
    at(
        "CAT-029",
        "a currency in an item that is no text",
        (VISIT, "feed.normalise.outcome[0].currency_item"),
        "is no text",
        change(
            feed__compose=...,
            feed__columns__办件日期=...,
            feed__columns__办件时刻=...,
            feed__normalise={"outcome": [{"number": {**_DOLLARS, "currency_item": "visited_at"}}]},
        ),
    ),
    at(
        "CAT-003",
        "a translation by an unknown code list",
        (VISIT, "feed.normalise.outcome[0].code_list"),
        "did you mean `outcome`?",
        change(feed__normalise={"outcome": [{"translate": {"code_list": "outcom"}}]}),
    ),
    at(
        "CAT-015",
        "a piece of a part that nothing delivers",
        (VISIT, "feed.split.name.part"),
        "no column delivers the part `both`",
        change(
            feed__columns__申请人姓名=...,
            feed__split={"name": {"part": "both", "separator": " ", "index": 1}},
        ),
    ),
    at(
        "CAT-015",
        "a piece for nothing",
        (VISIT, "feed.split.surname"),
        "neither an item nor a part",
        change(feed__split={"surname": {"part": "name", "pattern": "^(.)"}}),
    ),
    at(
        "CAT-015",
        "an item that is both delivered and constant",
        (VISIT, "feed.columns"),
        "`outcome` is fed 2 times",
        change(feed__constants={"outcome": "1"}),
    ),
    at(
        "CAT-015",
        "a constant for no item",
        (REGION, "feed.constants.level"),
        "there is no item `level`",
        change(feed__constants={"level": "3"}),
    ),
    at(
        "CAT-022",
        "look-behind in a footer",
        (REGION, "feed.footer"),
        "(?<=",
        change(feed__footer="(?<=合)计"),
    ),
    at(
        "CAT-022",
        "a split that does not compile",
        (VISIT, "feed.split.name.pattern"),
        "cannot be used",
        change(
            feed__columns__申请人姓名="whole",
            feed__split={"name": {"part": "whole", "pattern": "(.*"}},
        ),
    ),
    _steps("steps for no part", "nam", "did you mean `name`?", nam=["trim"]),
    _steps(
        "a conversion of every column",
        "*[1]",
        "done to every column",
        **{"*": ["trim", {"dates": {"formats": ["%Y%m%d"]}}]},
    ),
    _steps("a number in a code", "trips[0]", "`trips` is integer", trips=["booleans"]),
    _steps(
        "a format that nobody reads",
        "day[0].formats[1]",
        "`%q` is none of",
        day=[{"dates": {"formats": ["%Y%m%d", "%Y%q"]}}],
    ),
    _steps(
        "a format without a day",
        "day[0].formats[0]",
        "names no whole day",
        day=[{"moments": {"formats": ["%H:%M"]}}],
    ),
    _steps(
        "a zone that is nowhere",
        "day[0].zone",
        "no time zone `Mars/Olympus`",
        day=[{"moments": {"formats": ["%Y%m%d"], "zone": "Mars/Olympus"}}],
    ),
    _steps(
        "a word for true and false",
        "outcome[0].false",
        "`1` stands for true and for false",
        outcome=[{"booleans": {"true": ["1"], "false": ["0", "1"]}}],
    ),
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
)
