"""The audit log by itself: entering acts, and verifying all of them.

    python -m benchmarks.audit_log --entries 1000000 --runs 3

The floor of verifying is SHA-256 over the same bytes by hashlib, bundle by bundle: what anybody has
to do who wants to know that not one of them changed. Verifying parts the entries, hashes each, and
holds the tree to every tile and to the signed checkpoint. `append` enters acts one by one, each on
the disk before the next. Every figure is processor time of a whole fresh process, without imports.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.acts import Act, Operation
from audit.log import AuditLog
from audit.verifier import check_log
from benchmarks.governed_ingest import WORK
from benchmarks.harness import Sample, measured, publish
from storage.layout import Layout

BATCH, SINGLE = 20_000, 1_000
ACT = Act(
    operation=Operation.SHARE,
    purpose="核对报名学生的户籍所在地、年龄和监护人",
    user="泉数市教育局（education）",
    approver="泉数市数据管理局共享科科长 泉数享〔2026〕001-0号",
    content="public_security/resident: resident_id, name, birth_date, residence",
    at="2026-11-20T12:00:00+08:00",
    way="批量交换",
    medium="平台",
    grant="school_admission",
    facts={"by": "quanshu", "resources": ["public_security/resident"]},
)


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options.home, options.entries)))
        return
    shutil.rmtree(options.home, ignore_errors=True)
    made = _step("made", options).printed
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS if name != "made"}
    for _ in range(options.runs):
        for name, some in runs.items():
            some.append(_step(name, options))
    shutil.rmtree(options.home)
    publish("audit_log", _text(runs, options.entries, made["bytes"]), _facts(runs, made))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--home", type=Path, default=WORK / "audit_log")
    parser.add_argument("--step", choices=STEPS)
    return parser.parse_args()


def _step(name: str, options: argparse.Namespace) -> Sample:
    command = ["benchmarks.audit_log", "--entries", str(options.entries)]
    return measured([*command, "--home", str(options.home), "--step", name])


def make(home: Path, entries: int) -> dict[str, Any]:
    """Enter acts in batches: nobody waits for a million of them one by one."""
    log = AuditLog(Layout(home))
    for at in range(0, entries, BATCH):
        log.append([replace(ACT, rows=at + n) for n in range(min(BATCH, entries - at))])
    return {"bytes": sum(one.stat().st_size for one in _bundles(log))}


def _bundles(log: AuditLog) -> list[Path]:
    return [one for one in (log.folder / "tile" / "entries").rglob("*") if one.is_file()]


def floor(home: Path, entries: int) -> dict[str, Any]:
    """Hash the same bytes, and nothing else."""
    del entries
    began = time.process_time()
    for bundle in _bundles(AuditLog(Layout(home))):
        hashlib.sha256(bundle.read_bytes()).digest()
    return {"processor": time.process_time() - began}


def verify(home: Path, entries: int) -> dict[str, Any]:
    """Verify the whole log."""
    log = AuditLog(Layout(home))
    began = time.process_time()
    found = sum(1 for _ in check_log(log.folder, log.verifiers)[1])
    if found != entries:
        raise SystemExit(f"the log has {found} entries, not {entries}")
    return {"processor": time.process_time() - began}


def append(home: Path, entries: int) -> dict[str, Any]:
    """Enter acts one by one into a copy of the log's newest part."""
    del entries
    other = home.with_name(f"{home.name}-appended")
    shutil.copytree(home, other)
    log = AuditLog(Layout(other))
    began = time.process_time()
    for number in range(SINGLE):
        log.append([replace(ACT, rows=number)])
    taken = time.process_time() - began
    shutil.rmtree(other)
    return {"processor": taken / SINGLE}


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "made": make,
    "floor": floor,
    "verify": verify,
    "append": append,
}


def _median(samples: Sequence[Sample]) -> float:
    return statistics.median(one.printed["processor"] for one in samples)


def _text(runs: dict[str, list[Sample]], entries: int, size: int) -> str:
    base = _median(runs["floor"])
    lines = [
        f"{entries:,} entries of the audit log, {size / 1e6:,.0f} MB",
        f"{'':28}{'processor s':>12}{'× floor':>9}{'peak MiB':>10}",
    ]
    for name in ("floor", "verify"):
        taken, peak = _median(runs[name]), max(one.peak_mib for one in runs[name])
        lines.append(f"{name:28}{taken:>12.2f}{taken / base:>9.1f}{peak:>10.0f}")
    lines.append(f"one act entered: {_median(runs['append']) * 1000:.2f} ms of processor time")
    return "\n".join(lines)


def _facts(runs: dict[str, list[Sample]], made: dict[str, Any]) -> dict[str, Any]:
    figures = {name: [vars(one) for one in some] for name, some in runs.items()}
    return {"benchmark": "audit_log", "bytes": made["bytes"], "figures": figures}


if __name__ == "__main__":
    main()
