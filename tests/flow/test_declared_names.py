"""No name that a catalogue may declare gets into the way of a name of our own."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

import authoritative
import landing
import outlets
import quality
import register
import storage
import values
from authoritative.lineage import row_lineage
from flow.replays import replay
from quality.quarantine.repair import choose_for_repair, write_for_repair
from quality.quarantine.states import Chosen
from storage.engines.workbench import open_workbench
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city, take
from tests.tiers import then_thorough

SQL = re.compile(r"\b(SELECT|FROM|JOIN|WHERE|AS|ON|BY|TABLE|VIEW|AND)\b")
NAME = re.compile(r"(?<![A-Za-z0-9_$])[a-z][a-z0-9_]*(?![A-Za-z0-9_])")
VIRTUAL = ("filename", "file_index", "file_row_number", "rowid")
KEY = ("since", "n", "row", "delivery", "record", "line", "place", "file_index", "select", "l", "k")
TYPES = {"number": "integer", "raw": "integer", "cells": "integer", "given": "integer"}
MARKS = ("_delivery", "_row", "_n", "_line", "_raw", "_defect", "_path", "_rules")
"""Delivered headers that are called like columns of our own."""


def _texts() -> Iterator[str]:
    """Yield every text of the packages that speak SQL, but for what they say of themselves."""
    for package in (storage, register, values, landing, quality, authoritative, outlets):
        for path in Path(next(iter(package.__path__))).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and id(node) not in said:
                    yield str(node.value)


def _names() -> list[str]:
    """Return every word in our SQL, and what DuckDB keeps for itself and SQLAlchemy does not."""
    ours = {name for text in _texts() if SQL.search(text) for name in NAME.findall(text)}
    kept = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    theirs = {word for (word,) in duckdb.sql(kept).fetchall()} - RESERVED_WORDS
    found = ours | theirs | {*VIRTUAL, *KEY, *TYPES, "number__given"}
    return sorted(name for name in found if not name.endswith("_"))


def _record(headers: dict[str, str], row: int, number: str) -> dict[str, str]:
    """Return a record in which every cell says where it belongs."""
    cells = {header: f"{part} {row}" for header, part in headers.items()}
    for header, part in headers.items():
        if part in TYPES:
            cells[header] = str(row)
        if part == "number":
            cells[header] = number
    return cells


def _file(headers: dict[str, str], *records: dict[str, str]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*headers, "操作", "序号"], restval="1", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"操作": "I"} | record for record in records)
    return stream.getvalue().encode()


def _facts(headers: dict[str, str], row: int, number: int) -> dict[str, Any]:
    told = _record(headers, row, str(number))
    return {part: int(told[h]) if part in TYPES else told[h] for h, part in headers.items()}


@pytest.mark.parametrize("kind", then_thorough(["snapshot"], ["changes", "upsert"]))
def test_any_name_may_be_declared(tmp_path: Path, kind: str) -> None:
    """Landing, judging, quarantining, export, replay and lineage take every name for its own."""
    names = _names()
    headers = dict(zip([*MARKS, *names[len(MARKS) :]], names, strict=True))
    feed: dict[str, Any] = {"kind": kind, "columns": headers}
    if kind == "changes":
        feed["changes"] = {"operation": "操作", "sequence": "序号"}
    said = {"feed": feed, "key": [*KEY], "types": TYPES}
    with fed_city(fed_catalogue(tmp_path, said), tmp_path / "home") as (city, gate):
        first = [_record(headers, 1, "1"), _record(headers, 2, "坏")]
        deliver(city, {"一.csv": _file(headers, *first)})
        take(city, gate)
        more = [_record(headers, 1, "1"), _record(headers, 3, "糟")]
        deliver(city, {"二.csv": _file(headers, *more), "三.csv": _file(headers, *more, *first)})
        take(city, gate)
        path = tmp_path / "repair.csv"
        resource = city.catalog.resource(REF)
        with open_workbench(city.layout.work) as con:
            assert choose_for_repair(con, city.layout, resource, Chosen(rule="number:castable"))
            write_for_repair(con, city.layout, city.catalog, resource, path)
        path.write_text(path.read_text("utf-8-sig").replace("坏", "2").replace("糟", "3"), "utf-8")
        repaired = replay(city, REF, path)
        assert sum(one.quarantined for one in repaired.outcomes) == 0
        replay(city, REF)
        found = {row["number"]: row for row in facts(city).accepted}
        assert found == {number: _facts(headers, number, number) for number in (1, 2, 3)}
        key = {code: f"{code} 3" for code in KEY}
        way = row_lineage(city.layout, city.catalog, REF, key, record=True)
        assert way is not None
        assert way.origin is not None
        assert way.origin.delivery != way.place.delivery
