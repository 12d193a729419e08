"""One load with dlt, run by `against_dlt` in dlt's own environment: it imports nothing of ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.csv as arrow_csv
from deltalake import DeltaTable
from dlt.sources.filesystem import filesystem, read_csv

TYPES = {
    "record_id": pa.int64(),
    "birth_date": pa.date32(),
    "amount": pa.decimal128(18, 2),
    "updated_at": pa.timestamp("us"),
    "score": pa.int64(),
    **dict.fromkeys(
        ("person_id", "person_name", "sex", "phone", "address", "county", "status"), pa.string()
    ),
}


def arrow(path: str) -> Iterator[Any]:
    """Yield the register as Arrow tables, typed as declared."""
    options = arrow_csv.ConvertOptions(column_types=TYPES)
    read = arrow_csv.ReadOptions(block_size=64 << 20)
    for batch in arrow_csv.open_csv(path, read_options=read, convert_options=options):
        yield pa.Table.from_batches([batch])


def plain(path: str) -> Any:  # noqa: ANN401 - what dlt pipes together
    """Return dlt's own reader of CSV files, which hands on records as dictionaries."""
    found = filesystem(bucket_url=Path(path).parent.as_uri(), file_glob=Path(path).name)
    return found | read_csv(
        dtype={name: str for name, kind in TYPES.items() if kind == pa.string()}
    )


def main(reader: str, path: str, work: str) -> None:
    """Merge the register into its table and say how many rows that holds."""
    pipeline = dlt.pipeline(
        "register", destination="filesystem", dataset_name="city", pipelines_dir=work
    )
    given = plain(path) if reader == "plain" else dlt.resource(arrow(path), name="record")
    records = given.with_name("record").apply_hints(
        primary_key="record_id",
        write_disposition={"disposition": "merge", "strategy": "upsert"},
        table_format="delta",
    )
    pipeline.run(records, loader_file_format="parquet")
    table = next(Path(work).parent.glob("lake/**/record/_delta_log")).parent
    print(json.dumps({"rows": DeltaTable(str(table)).to_pyarrow_dataset().count_rows()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
