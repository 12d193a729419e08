"""Masking against copying: 5 million rows × 12 columns, four of them masked, Parquet to Parquet.

    python -m benchmarks.masks --rows 5000000 --runs 5

The floor copies the same columns by Polars. `pandas` does what a script would: an HMAC for each
row, and string functions. All three write Snappy, the default of pandas. Figures are those of whole
processes, imports included: the seconds that pass, and those of all cores together.
"""

from __future__ import annotations

import argparse
import hmac
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from benchmarks.governed_ingest import WORK, typed_frame
from benchmarks.harness import Sample, measured, publish, summary

SOURCE, TARGET = WORK / "masks.parquet", WORK / "masked.parquet"
CODEC: Literal["snappy"] = "snappy"
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
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=list(STEPS))
    options = parser.parse_args()
    if options.step:
        STEPS[options.step]()
        return
    from benchmarks.records import write_records

    typed_frame(write_records(WORK / f"records_{options.rows}.csv", options.rows)).sink_parquet(
        SOURCE, compression=CODEC
    )
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS}
    for _ in range(options.runs):
        for name, samples in runs.items():
            samples.append(measured(["benchmarks.masks", "--step", name]))
    figures = {name: summary(samples) for name, samples in runs.items()}
    facts = {"benchmark": "masks", "rows": options.rows, "codec": CODEC, "figures": figures}
    publish("masks", _told(options.rows, figures), facts)


def _told(rows: int, figures: Mapping[str, Mapping[str, Any]]) -> str:
    floor, masked, pandas = (figures[name] for name in ("floor", "masked", "pandas"))
    lines = [
        f"masks: {rows:,} rows × 12 columns, four masked, median of {floor['runs']} runs",
        f"{'':12}{'seconds':>10}{'min–max':>16}{'× floor':>10}{'processor':>12}{'× floor':>10}",
    ]
    for name, one in figures.items():
        spread = f"{one['seconds_min']}–{one['seconds_max']}"
        passed, used = (one[kind] / floor[kind] for kind in ("seconds", "processor"))
        lines.append(
            f"{name:12}{one['seconds']:>10.2f}{spread:>16}{passed:>10.2f}"
            f"{one['processor']:>12.2f}{used:>10.2f}"
        )
    gains = (f"{pandas[kind] / masked[kind]:.1f}" for kind in ("seconds", "processor"))
    lines.append("masked against pandas: {} times as fast, {} in processor seconds".format(*gains))
    return "\n".join(lines)


def floor() -> None:
    """Copy the columns."""
    import polars as pl

    pl.scan_parquet(SOURCE).sink_parquet(TARGET, compression=CODEC)


def masked() -> None:
    """Lay the masks of the catalogue, as a share does; its files tell no bounds of any column."""
    from cli.process import lasting

    with lasting():
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
    masked = pl.scan_parquet(SOURCE).with_columns(laid)
    masked.sink_parquet(TARGET, compression=CODEC, statistics=False)


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
    frame.to_parquet(TARGET, compression=CODEC)


STEPS = {"floor": floor, "masked": masked, "pandas": pandas}

if __name__ == "__main__":
    main()
