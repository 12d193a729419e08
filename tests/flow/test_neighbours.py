"""A record fares by itself, not by its neighbours: among a thousand others as among a few."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.city.one_feed import deliver, facts, fed_catalogue, fed_city, take
from tests.harness.placing import only_on_disk

pytestmark = only_on_disk("how a record fares is decided before anything of it lies anywhere")
RECORDS, ALONE = 1_000, 60
TYPES = {
    "day": "date",
    "sum": {"type": "decimal", "scale": 2},
    "count": "integer",
    "live": "boolean",
}
NAMES = ("id", "name", *TYPES)
VALUES: dict[str, tuple[str | None, ...]] = {
    "name": (
        "甲", "", None, "a,b", "两\n行", '"quoted"', 'stray " quote', "'", "NUL\0", "\ufffd",
        "\ue000", "3.50502E+17", '="0595"', " 空 ", "\\", "null", "0012", "1", "1.0", "true",
    ),
    "day": ("2024-01-05", "2024-02-30", "2024/1/5", "x", "", None, "45000"),
    "sum": ("1.5", "2", "1e3", "1,000", "x", "", None, "99.999"),
    "count": ("1", "1.0", "1.5", "x", "", None, "9007199254740993", "-0"),
    "live": ("true", "false", "1", "x", "", None),
}  # fmt: skip
Record = dict[str, str | None]


def _records(seed: str) -> list[Record]:
    """Return invented records: mostly sound, each with up to three odd values."""
    source = random.Random(seed)
    made: list[Record] = []
    for number in range(RECORDS):
        sound: Record = {name: values[0] for name, values in VALUES.items()}
        odd = source.sample(list(VALUES), source.choice((0, 1, 1, 2, 3)))
        sound |= {name: source.choice(VALUES[name]) for name in odd}
        prefix = source.choice(("K", "K", "K", "K", "K", "", "K\0", "\ufffd"))
        made.append({"id": f"{prefix}{number:04}", **sound})
    return made


def _csv(records: Sequence[Record]) -> bytes:
    """Write most values as one should, and a few quotes as they never should be."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(NAMES)
    for one in records:
        if one["name"] == 'stray " quote':
            stream.write(",".join(one[name] or "" for name in NAMES) + "\n")
        else:
            writer.writerow([one[name] for name in NAMES])
    return stream.getvalue().encode()


def _given(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Leave out what has no value; some numbers and truth values have a type of their own."""
    typed: dict[str | None, Any] = {"1": 1, "1.5": 1.5, "true": True, "false": False}
    return [
        {name: text if name == "id" else typed.get(text, text) for name, text in one.items()
         if text is not None}
        for one in records
    ]  # fmt: skip


def _json_lines(records: Sequence[Record]) -> bytes:
    return "\n".join(json.dumps(one) for one in _given(records)).encode()


def _json(records: Sequence[Record]) -> bytes:
    return json.dumps(_given(records), ensure_ascii=False).encode()


def _table(records: Sequence[Record]) -> pa.Table:
    return pa.table({name: pa.array([one[name] for one in records], pa.string()) for name in NAMES})


def _parquet(records: Sequence[Record]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(_table(records), stream, row_group_size=128)
    return stream.getvalue()


def _arrow(records: Sequence[Record]) -> bytes:
    stream, table = io.BytesIO(), _table(records)
    with pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    return stream.getvalue()


def _xlsx(records: Sequence[Record]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, NAMES)
        for row, one in enumerate(records, start=1):
            for place, name in enumerate(NAMES):
                if (text := one[name]) is not None:
                    sheet.write_string(row, place, text.replace("\0", "\ufffd"))
    return stream.getvalue()


WRITERS: dict[str, Callable[[Sequence[Record]], bytes]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "json": _json,
    "parquet": _parquet,
    "arrow": _arrow,
    "xlsx": _xlsx,
}


def _ends(
    folder: Path, form: str, files: Sequence[Sequence[Record]]
) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Return what became of each record by its file and place: its values, or its rules."""
    feed = {"kind": "upsert", "format": form, "columns": {name: name for name in NAMES}}
    catalogue = fed_catalogue(folder, {"feed": feed, "types": TYPES})
    with fed_city(catalogue, folder / "home") as (city, gate):
        deliver(city, {f"{n:03}.{form}": WRITERS[form](one) for n, one in enumerate(files)})
        take(city, gate)
        found = facts(city)
    places = {receipt.delivery: int(receipt.files[0][:3]) for receipt in found.receipts}
    assert [receipt.refusal for receipt in found.receipts] == [None] * len(files)
    ends: dict[tuple[int, int], tuple[Any, ...]] = {
        (places[row["delivery"]], row["row"]): ("kept", *row["rules"]) for row in found.quarantined
    }
    taken = {row["id"]: tuple(row.values()) for row in found.accepted}
    for place, records in enumerate(files):
        for number, one in enumerate(records, start=1):
            if (place, number) not in ends:
                ends[place, number] = ("accepted", taken.pop((one["id"] or "").strip()))
    assert not taken
    return ends


@pytest.mark.parametrize("form", list(WRITERS))
def test_a_record_ends_alone_as_it_ends_among_a_thousand(tmp_path: Path, form: str) -> None:
    """The same values are accepted, or the same rules keep it back, whoever stands beside it."""
    records = _records(form)
    together = _ends(tmp_path / "together", form, [records])
    chosen = sorted(random.Random(form).sample(range(RECORDS), ALONE))
    alone = _ends(tmp_path / "alone", form, [[records[place]] for place in chosen])

    assert {end[0] for end in together.values()} == {"accepted", "kept"}
    for file, place in enumerate(chosen):
        assert alone[file, 1] == together[0, place + 1], records[place]
