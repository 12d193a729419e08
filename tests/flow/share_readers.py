"""Readers of shares, in threads and in processes of their own, and what they saw.

    python -m tests.flow.share_readers HOME PAUSE READERS GRANT...

As a process it reads until its input is closed, and then prints what it saw.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from catalog_specs.errors import TableError, UnreadableError
from storage.delta.tables import live_files
from storage.layout import Layout
from tests.city import PERSON

PEOPLE = 40
"""Rows of every generation of a share."""
READING = "reading\n"
"""What a process says once it has read."""
GONE = (FileNotFoundError, pl.exceptions.ComputeError, duckdb.IOException, TableError)
"""What a reader meets whose file went before it was open."""
Seen = set[tuple[str, int]]
"""Generations that were read together, each with its rows."""


@dataclass
class Watch:
    """What readers saw: torn reads, the moment of each grant's last read, and how many there were.

    Clocks are those of the machine: the drill is about real seconds.
    """

    layout: Layout
    pause: float
    over: threading.Event = field(default_factory=threading.Event)
    torn: list[str] = field(default_factory=list)
    last: dict[str, float] = field(default_factory=dict)
    reads: int = 0

    def read(self, grant: str, reader: Callable[[Layout, str, float], Seen]) -> None:
        """Read one share once."""
        try:
            found = reader(self.layout, grant, self.pause)
        except GONE:
            return
        except Exception as error:  # noqa: BLE001 - whatever a reader meets is a finding
            self.torn.append(f"{grant}: {error!r}")
            return
        if len(found) != 1 or {rows for _, rows in found} != {PEOPLE}:
            self.torn.append(f"{grant}: {found}")
        self.last[grant] = time.monotonic()
        self.reads += 1

    def stay(self, grants: list[str], number: int) -> None:
        """Read one share after another until the drill is over."""
        reader = (by_file, by_extract)[number % 2]
        at = number
        while not self.over.is_set():
            self.read(grants[at % len(grants)], reader)
            at += 1
            self.over.wait(self.pause)


def by_file(layout: Layout, grant: str, pause: float) -> Seen:
    """Read a share as its consumer does: generations and their rows; the receipt must agree."""
    counted = 'SELECT sex, count(*) FROM "人口基本信息" GROUP BY sex'
    with duckdb.connect(layout.share_file(grant), read_only=True) as con:
        rows = con.sql(counted).fetchall()
        [(said,)] = con.sql('SELECT "记录数" FROM _receipt').fetchall()
        time.sleep(pause / 10)  # as long as it is open, it stays what it was
        rows += con.sql(counted).fetchall()
    return {(sex, number if str(number) == said else -1) for sex, number in rows}


def by_extract(layout: Layout, grant: str, _: float) -> Seen:
    """Read an extract: its files by its log, then their rows."""
    place = layout.share_table(grant, PERSON).resolve(strict=True)
    try:
        files = live_files(place)
    except UnreadableError as error:
        if place.exists():
            raise
        # a version that went while its log was being opened: the link leads to the next one
        raise FileNotFoundError(place) from error
    if not files:
        raise FileNotFoundError(place)
    frame = pl.read_parquet(list(files), glob=False)
    return set(frame.group_by("sex").len().rows())


@contextmanager
def elsewhere(watch: Watch, grants: Sequence[str], processes: int, readers: int) -> Iterator[None]:
    """Let so many readers each of so many processes read; what they saw is added to the watch."""
    asked = (str(watch.layout.home), str(watch.pause), str(readers), *grants)
    command = [sys.executable, "-m", "tests.flow.share_readers", *asked]
    begun = [
        subprocess.Popen(
            command,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    try:
        for one in begun:
            assert one.stdout
            assert one.stdout.readline() == READING
        yield
    finally:
        told = [one.communicate(timeout=120)[0] for one in begun]
    for seen in map(json.loads, told):
        assert seen["reads"], "a process that read nothing proves nothing"
        watch.torn += seen["torn"]
        watch.reads += seen["reads"]
        for grant, at in seen["last"].items():
            watch.last[grant] = max(at, watch.last.get(grant, at))


def main(home: str, pause: str, readers: str, *grants: str) -> None:
    """Read until the input ends."""
    watch = Watch(Layout(Path(home)), float(pause))
    with ThreadPoolExecutor(int(readers)) as pool:
        watch.read(grants[-1], by_file)
        sys.stdout.write(READING)
        sys.stdout.flush()
        for number in range(int(readers)):
            pool.submit(watch.stay, list(grants), number)
        sys.stdin.read()
        watch.over.set()
    sys.stdout.write(json.dumps({"torn": watch.torn, "reads": watch.reads, "last": watch.last}))


if __name__ == "__main__":
    main(*sys.argv[1:])
