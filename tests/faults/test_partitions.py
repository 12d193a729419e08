"""Killed anywhere while a partitioned table is written, a run leaves old or new, and the next ends.

Visits lie apart by month: one delivery corrects a visit of two months, and adds one to the second.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from catalog_specs.loader import load
from storage.layout import Layout
from tests.city import NOW, VISIT
from tests.city.declared import change, write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.city.records import VISITS, Row, csv_text, person_id
from tests.faults.conftest import Reference, require_faults
from tests.faults.forks import Forks, forking
from tests.faults.invariants import history
from tests.faults.points import Fault, Kind
from tests.faults.state import state
from tests.faults.test_kill import killed, proven

POINTS = 12
"""Calls on its files and its log that a commit to two partitions has at least."""
MISSED = 2
"""Points that a run may pass by another way than the undisturbed one did."""
PARTED = change(
    key=["resident_id", "visit_no", "visited_at"],
    partition={"by": "month", "of": "visited_at"},
)


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the catalogue of a town whose visits lie apart by month."""
    folder = tmp_path_factory.mktemp("parted")
    return write_catalog(folder, **{f"resources/{VISIT}.yaml": PARTED})


@pytest.fixture(scope="module")
def there(parted: Path) -> Iterator[Forks]:
    """Start the process that its runs are forked from."""
    require_faults()
    with forking(parted) as runner:
        yield runner


@pytest.fixture(scope="module")
def correction(there: Forks, parted: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Run the town, then correct two visits and add one; the run that takes them is disturbed."""
    folder = tmp_path_factory.mktemp("correction")
    waiting, whole = folder / "waiting", folder / "whole"
    city_of(load(parted), waiting)
    deliver(waiting)
    _spread(Layout(waiting).inbox(VISIT) / "visits-1.csv")
    ended = [there.run(waiting)]
    inbox = Layout(waiting).inbox(VISIT)
    inbox.mkdir(exist_ok=True)
    (inbox / "late.csv").write_text(csv_text(VISITS, *map(_late, (0, 1, 100))), encoding="utf-8")
    os.utime(inbox / "late.csv", (NOW.timestamp() - 60,) * 2)
    shutil.copytree(waiting, whole)
    ended.append(there.run(whole, counted=True))
    assert [one.code for one in ended] == [0, 0], [one.said for one in ended]
    table = DeltaTable(whole / "lake/authoritative" / VISIT)
    assert (table.version(), table.metadata().partition_columns) == (1, ["_partition"])
    end = state(whole)
    return Reference(waiting, ended[1].points, end, end, history(waiting, (whole,)))


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_a_kill_on_the_way_to_a_partition_loses_and_doubles_nothing(
    there: Forks, correction: Reference, tmp_path: Path
) -> None:
    """At every call on the table's files and its log, the next run ends as an undisturbed one."""
    points = {k: many for k, many in correction.points.items() if _table_of(k) == "authoritative"}
    assert sum(points.values()) >= POINTS
    faults = [Fault(1 + n, kind) for kind, many in sorted(points.items()) for n in range(many)]
    done = [killed(there, correction, one, tmp_path / "home", more=False) for one in faults]
    proven(done, len(faults) - MISSED)


def _spread(file: Path) -> None:
    """Let the visits of a delivery be of three months, one after another."""
    moment = file.stat().st_mtime
    lines = file.read_text(encoding="utf-8").splitlines()
    spread = [one.replace("2026-02-01", f"2026-0{1 + n % 3}-01") for n, one in enumerate(lines[1:])]
    file.write_text("\n".join([lines[0], *spread, ""]), encoding="utf-8")
    os.utime(file, (moment, moment))


def _late(number: int) -> Row:
    person, month = number % 20, 1 + number % 3
    named = person_id(person), f"人{person}"
    return f"V{number}", f"2026-0{month}-01", number % 24, "1", 2, *named


def _table_of(kind: Kind) -> str:
    return kind[1].removesuffix(" log")
