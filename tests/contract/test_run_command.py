"""`quanshu run`, over the example city and its one shipped station."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.delta.tables import snapshot
from tests.city.lake import contents, releases, versions
from tests.contract.command import Said, quanshu

EXAMPLE = Path(__file__).parents[2] / "examples/beijing_air"
STATION = EXAMPLE / "data/PRSA_Data_Shunyi_20130301-20170228.csv"
LANDED = "lake/landing/monitoring_centre/hourly_reading"
KEYS = (
    "department", "resource", "delivery", "files", "delivered", "accepted", "quarantined",
    "inserted", "updated", "deleted", "unchanged", "verdict", "reasons", "seconds",
)  # fmt: skip
SHAPE = (
    "deliveries", "failures", "shares", "releases", "refusals", "retractions", "views", "report",
    "left", "orphans", "cases", "violations", "pulls", "undeclared",
)  # fmt: skip


@dataclass(frozen=True)
class FirstRun:
    """The home after one run of the example, and what the run said."""

    home: Path
    said: Said

    def again(self, home: Path | None = None) -> Said:
        """Run once more, in this home or in another."""
        return _run(home or self.home)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """Deliver the station's file and run, as the example's page says."""
    home = tmp_path_factory.mktemp("beijing") / "home"
    inbox = home / "inbox/monitoring_centre/hourly_reading"
    inbox.mkdir(parents=True)
    shutil.copy(STATION, inbox)
    return FirstRun(home, _run(home))


def _run(home: Path) -> Said:
    return quanshu(home.parent, "run", "--catalog", str(EXAMPLE), "--home", str(home), "--json")


def test_one_delivery_is_told_with_the_documented_keys(first: FirstRun) -> None:
    """Standard output is one JSON object of fixed shape; every row is accounted for."""
    assert first.said.code == 0, first.said.err
    assert tuple(first.said.document) == SHAPE
    [told] = first.said.document["deliveries"]

    assert tuple(told) == KEYS
    assert told["files"] == [STATION.name]
    assert told["verdict"] == "passed"
    assert told["delivered"] == told["accepted"] + told["quarantined"] == 35_064
    assert told["inserted"] == told["accepted"] > 0
    assert (told["updated"], told["deleted"], told["unchanged"]) == (0, 0, 0)
    assert len(releases(first.home)) == 1


def test_a_second_run_tells_and_writes_nothing(first: FirstRun) -> None:
    """With nothing waiting nothing is told, no table gets a version, no release appears."""
    before = versions(first.home), releases(first.home)

    said = first.again()

    assert (said.code, tuple(said.document)) == (0, SHAPE)
    assert [said.document[name] for name in ("deliveries", "failures", "left")] == [[], [], []]
    assert said.document["views"] == {"rebuilt": False}
    assert (versions(first.home), releases(first.home)) == before


@pytest.mark.thorough  # the whole city is rebuilt in the suite, by the flow behind the command
def test_authoritative_is_rebuilt_alike(first: FirstRun, tmp_path: Path) -> None:
    """Without its authoritative tables the lake makes them anew, row for row."""
    home = tmp_path / "home"
    shutil.copytree(first.home, home)
    before = contents(home, "authoritative")
    shutil.rmtree(home / "lake/authoritative")

    assert first.again(home).code == 0

    after = contents(home, "authoritative")
    assert before.keys() == after.keys()
    assert before
    assert all(before[name].equals(after[name]) for name in before)


def test_a_late_correction_writes_its_month_alone(first: FirstRun, tmp_path: Path) -> None:
    """As the example's page shows it: of 48 months one has a new file, in table and release."""
    home = tmp_path / "my_home"
    shutil.copytree(first.home, home)
    before = _by_month(home)
    [line] = re.findall(r"^sed .*$", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE)
    page = line.replace("my_home", str(home))
    subprocess.run(["bash", "-c", page], cwd=EXAMPLE.parents[1], check=True)

    said = first.again(home)

    [told] = said.document["deliveries"]
    assert (told["delivered"], told["updated"], told["inserted"]) == (1, 1, 0)
    after = _by_month(home)
    assert len(before) == 48
    assert {month for month in before if after[month] != before[month]} == {"2013-03"}
    old, new = (home / "open_data" / name for name in sorted(releases(home)))
    sums = [set((one / "SHA256SUMS").read_text("utf-8").splitlines()) for one in (old, new)]
    changed = {line.split()[1] for line in sums[1] - sums[0]}
    assert {name for name in changed if name.startswith("data-")} == {"data-2013-03.csv"}


def _by_month(home: Path) -> dict[str, tuple[str, ...]]:
    """Return the live files of each month of the example's table."""
    found = snapshot(home / "lake/authoritative/monitoring_centre/hourly_reading")
    assert found is not None
    return {str(one): found.within([one]).files for one in found.partitions()}


def test_a_rejection_says_why_on_a_narrow_screen(tmp_path: Path) -> None:
    """At 80 columns the delivery stands in one piece; below it why, and where the remedy stands."""
    inbox = tmp_path / "home/inbox/monitoring_centre/hourly_reading"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text("No,year,months\n1,2026,11\n", encoding="utf-8")

    places = ("--catalog", str(EXAMPLE), "--home", str(tmp_path / "home"))
    said = quanshu(tmp_path, "run", *places, COLUMNS="80")

    assert said.code == 1, said.err
    [delivery] = (tmp_path / "home" / LANDED).iterdir()
    assert f"monitoring_centre/hourly_reading  {delivery.name}  a.csv" in said.out
    assert "rejected  交付 1 · 隔离 1 · " in said.out
    assert f"拒收 / rejected  monitoring_centre/hourly_reading {delivery.name}" in said.out
    assert "GATE-102" in said.out
    receipt = f"{LANDED}/{delivery.name}/receipt.json"
    assert "declared column  month\n" in said.out
    assert "months" not in said.out
    assert f"see {receipt}" in said.out
    assert "month (nearest delivered: months)" in (tmp_path / "home" / receipt).read_text()
