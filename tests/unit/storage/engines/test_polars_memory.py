"""The memory of Polars: it takes what is set, and what somebody else has set stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storage.engines.polars_memory import _SETTINGS, bound_memory

READING = """
import os, sys
from cli.process import lasting
with lasting():
    import polars as pl
pl.LazyFrame({"one": [1]}).sink_parquet(sys.argv[1])
pl.scan_parquet(sys.argv[1]).collect(engine="streaming")
print(os.environ["_RJEM_MALLOC_CONF"])
"""


def test_a_command_reads_little_ahead(tmp_path: Path) -> None:
    """Polars says itself how many kilobytes it reads ahead, and adds our word to its own."""
    others = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    told = subprocess.run(
        [sys.executable, "-c", READING, tmp_path / "one.parquet"],
        check=True,
        capture_output=True,
        text=True,
        env=others | {"POLARS_VERBOSE": "1"},
    )
    assert "prefetch_kbytes_limit: 8192" in told.stderr
    assert told.stdout.strip().endswith(",dirty_decay_ms:5000")


def test_what_somebody_has_set_stays() -> None:
    """Only what is missing is set."""
    environment = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:0"}
    bound_memory(environment)
    assert environment.pop("_RJEM_MALLOC_CONF") == "dirty_decay_ms:0"
    assert [*environment] == ["POLARS_ROW_GROUP_PREFETCH_KBYTES_BUDGET"]
