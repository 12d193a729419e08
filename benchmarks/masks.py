"""Masking against copying: 5 million rows × 12 columns, four of them masked, Parquet to Parquet.

    python -m benchmarks.masks --rows 5000000

The floor copies the same columns by Polars. `pandas` does what a script would: an HMAC for each
row, and string functions. Figures are processor seconds of a whole process, imports included.
"""

from __future__ import annotations

import argparse
import hmac
import json
import resource
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.governed_ingest import WORK, typed_frame
from benchmarks.harness import measured, publish
from benchmarks.records import write_records

SOURCE, TARGET = WORK / "masks.parquet", WORK / "masked.parquet"
KEY = "0f" * 32
MASKS = {
    "person_id": {"mask": "pseudonym"},
    "person_name": {"mask": "partial", "keep_first": 1},
    "birth_date": {"mask": "generalise_date", "to": "year"},
    "phone": {"mask": "partial", "keep_first": 3, "keep_last": 4},
}


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--step", choices=list(STEPS))
    options = parser.parse_args()
    if options.step:
        STEPS[options.step]()
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"processor": round(used.ru_utime + used.ru_stime, 2)}))
        return
    typed_frame(write_records(WORK / f"records_{options.rows}.csv", options.rows)).sink_parquet(
        SOURCE
    )
    steps = ["benchmarks.masks", "--step"]
    figures = {name: measured([*steps, name]).printed["processor"] for name in STEPS}
    floor, masked = figures["floor"], figures["masked"]
    lines = [
        f"masks: {options.rows:,} rows × 12 columns, four masked, processor seconds",
        *(f"{name:12}{used:>10.2f}{used / floor:>8.2f} × floor" for name, used in figures.items()),
        f"masked against pandas: {figures['pandas'] / masked:.1f} times as fast",
    ]
    facts = {"benchmark": "masks", "rows": options.rows, "figures": figures}
    publish("masks", "\n".join(lines), facts)


def floor() -> None:
    """Copy the columns."""
    import polars as pl

    pl.scan_parquet(SOURCE).sink_parquet(TARGET)


def masked() -> None:
    """Lay the masks of the catalogue, as a share does."""
    import polars as pl
    from pydantic import TypeAdapter

    from catalog_specs.masks.registry import AnyMask
    from catalog_specs.vocabulary import ItemType
    from governance.keys import DerivedKey

    key = DerivedKey("benchmark", 1, bytes.fromhex(KEY))
    laid = [
        TypeAdapter(AnyMask)
        .validate_python(mask)
        .lay(name, ItemType.DATE if name == "birth_date" else ItemType.STRING, key)
        for name, mask in MASKS.items()
    ]
    pl.scan_parquet(SOURCE).with_columns(laid).sink_parquet(TARGET)


def pandas() -> None:
    """Mask as a script would."""
    import pandas as pd

    frame: Any = pd.read_parquet(Path(SOURCE))
    frame["person_id"] = [
        hmac.new(KEY.encode(), one.encode(), sha256).hexdigest()[:32] for one in frame["person_id"]
    ]
    name, phone = frame["person_name"], frame["phone"]
    frame["person_name"] = name.str[:1] + (name.str.len() - 1).map(lambda few: "*" * few)
    frame["birth_date"] = pd.to_datetime(frame["birth_date"]).dt.strftime("%Y")
    frame["phone"] = phone.str[:3] + "****" + phone.str[-4:]
    frame.to_parquet(TARGET)


STEPS = {"floor": floor, "masked": masked, "pandas": pandas}

if __name__ == "__main__":
    main()
