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


@dlt.resource(
    name="record",
    primary_key="record_id",
    write_disposition={"disposition": "merge", "strategy": "upsert"},
    table_format="delta",
)
def records(path: str) -> Iterator[Any]:
    """Yield the register as Arrow tables, typed as declared."""
    options = arrow_csv.ConvertOptions(column_types=TYPES)
    read = arrow_csv.ReadOptions(block_size=64 << 20)
    for batch in arrow_csv.open_csv(path, read_options=read, convert_options=options):
        yield pa.Table.from_batches([batch])


def main(path: str, work: str) -> None:
    """Load the register and say how many rows the table holds."""
    pipeline = dlt.pipeline(
        "register", destination="filesystem", dataset_name="city", pipelines_dir=work
    )
    pipeline.run(records(path), loader_file_format="parquet")
    table = next(Path(work).parent.glob("lake/**/record/_delta_log")).parent
    print(json.dumps({"rows": DeltaTable(str(table)).to_pyarrow_dataset().count_rows()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
