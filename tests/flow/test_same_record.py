"""The very same record counts once; records of one key that differ are quarantined, all of them."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.city.one_feed import deliver, facts, fed_catalogue, fed_city, take

KEYS = 1_000
TYPES = {"day": "date", "sum": {"type": "decimal", "scale": 2}}
VALUES = {
    "name": ("甲", "乙", None),
    "day": ("2024-01-05", None),
    "sum": ("1.5", "1.50", "2", None),
}
SAME = {"1.5": "1.50", "2": "2.00"}
Record = dict[str, Any]


def _records(seed: int, *, changes: bool) -> list[Record]:
    """Return records of many keys in any order, each key once, twice or three times."""
    source = random.Random(seed)
    made = []
    for key in range(KEYS):
        first = {name: source.choice(values) for name, values in VALUES.items()}
        operation = source.choice("IUD") if changes else "I"
        for _ in range(source.randint(1, 3)):
            other = {name: source.choice(values) for name, values in VALUES.items()}
            said = first if source.random() < 0.7 else other
            if changes and source.random() < 0.1:
                operation = source.choice("IUD")
            made.append({"id": f"{key:04}", **said, "op": operation, "seq": str(key % 3)})
    source.shuffle(made)
    return made


def _csv(records: list[Record]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ["id", *VALUES, "op", "seq"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()


def _json_lines(records: list[Record]) -> bytes:
    """Write what has no value as an absent key."""
    given = ({name: text for name, text in one.items() if text is not None} for one in records)
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in given).encode()


def _meaning(record: Record, *, changes: bool) -> tuple[Any, ...]:
    """Return what a record says: of a deletion nothing but that."""
    if changes and record["op"] == "D":
        return ("D",)
    return tuple(SAME.get(str(record[name]), record[name]) for name in VALUES)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("kind", ["upsert", "changes"])
def test_a_record_fares_by_itself(tmp_path: Path, kind: str, form: str) -> None:
    """Of a thousand invented keys each ends as what its own records say, and every one is told."""
    changes = kind == "changes"
    feed: Record = {"kind": kind, "format": form, "columns": {n: n for n in ("id", *VALUES)}}
    if changes:
        feed["changes"] = {"operation": "op", "sequence": "seq"}
    records = _records(len(kind) + len(form), changes=changes)
    data = _csv(records) if form == "csv" else _json_lines(records)
    catalogue = fed_catalogue(tmp_path, {"feed": feed, "types": TYPES})
    with fed_city(catalogue, tmp_path / "home") as (city, gate):
        deliver(city, {f"in.{form}": data})
        (done,) = take(city, gate)
        found = facts(city)
    said: dict[str, set[tuple[Any, ...]]] = {}
    for record in records:
        said.setdefault(record["id"], set()).add(_meaning(record, changes=changes))
    doubted = {key for key, meanings in said.items() if len(meanings) > 1}
    stored = {key: next(iter(m)) for key, m in said.items() if key not in doubted}
    wanted = {key: meaning for key, meaning in stored.items() if meaning != ("D",)}
    assert {row["id"]: tuple(row[name] for name in VALUES) for row in found.accepted} == wanted
    kept = [record for record in records if record["id"] in doubted]
    assert (done.accepted, done.quarantined) == (len(records) - len(kept), len(kept))
    assert done.inserted + done.unchanged == done.accepted
    assert {tuple(row["rules"]) for row in found.quarantined} == {("key:unique",)}
