"""Shares whose process dies between any two steps of following, handing over and revoking.

Belongs here: dying at each call of ours that changes the disk, and what must hold afterwards. Keep
out: kills inside libraries, which `tests/faults` does to whole runs. A dead process cleans up
nothing: from the point on every such call fails, so that no `finally` helps.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from audit.acts import Operation
from audit.lake import unexplained
from audit.log import AuditLog
from audit.verifier import check_log
from flow.city import City
from flow.derived import refresh_share, withdraw_lapsed
from flow.failures import Faults
from flow.governing.granting import end_grant, register_stewards
from flow.handover.packages import hand_over_file
from flow.handover.recalls import recall_lapsed
from governance.applications.stewards import Steward
from governance.grants.life import GrantEventKind
from register.copies import COPIES, RECALLS
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE
from tests.city.declared import change, compiled
from tests.city.homes import city_of, copied
from tests.city.lake import bytes_under
from tests.tiers import then_thorough
from tests.unit.outlets.shares.test_parts import Lake, held

SAID = ("泉数享〔2026〕9号", "终止")
CALLS = ("link", "mkdir", "remove", "rename", "replace", "rmdir", "symlink", "unlink")
FORMER = "某11"
"""Ends the names of rows that leave: the grant keeps names, so that their bytes would be found."""


class DeadError(BaseException):
    """The process is no more."""


@dataclass
class Life:
    """How many calls changed the disk, and after how many the process dies; None for never."""

    end: int | None = None
    calls: int = 0


@contextmanager
def living(life: Life) -> Iterator[None]:
    """Let the process of a block die at a call, and stay dead."""

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if life.calls == life.end:
                raise DeadError
            life.calls += 1
            return real(*args, **more)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, dying(getattr(os, name)))
        yield


@dataclass(frozen=True)
class Work:
    """What is done when the process dies, and what must hold once somebody did it again."""

    do: Callable[[City], object]
    again: Callable[[City], object]
    holds: Callable[[City], None]


def follow(city: City) -> None:
    """Bring the share up to date."""
    refresh_share(city, GRANT)


def followed(city: City) -> None:
    """Hold the share to one made anew; nothing older is there, and each attempt is entered once."""
    layout = city.layout
    found = held(layout)
    for path, content in bytes_under(layout.share(GRANT), layout.share_file(GRANT).parent):
        assert FORMER.encode() not in content, path
    assert len([*layout.share(GRANT).glob("v-*")]) == 1
    assert [path.name for path in layout.share_file(GRANT).parent.iterdir()] == [f"{GRANT}.duckdb"]
    assert len(shared(city)) in {1, 2}
    before = len(shared(city))
    follow(city)
    assert len(shared(city)) == before, "what is up to date was shared again"
    shutil.rmtree(layout.share(GRANT))
    layout.share_file(GRANT).unlink()
    follow(city)
    assert held(layout) == found


def give(city: City) -> None:
    """Hand the file over."""
    hand_over_file(city, GRANT, city.layout.home.parent / "out")


def given(city: City) -> None:
    """Hold what lies with the receiver to the ledger, and the ledger to the log."""
    out = city.layout.home.parent / "out"
    copies = [one.copy for one in COPIES.read(city.layout)]
    lying = [path.name.removeprefix(f"{GRANT}-") for path in out.iterdir()]
    assert set(lying) <= set(copies), "a copy that nobody recorded, or half of one"
    entered = Counter(
        str(act.facts["copy"]) for act in acts(city) if act.operation is Operation.DOWNLOAD
    )
    assert set(entered.values()) == {1}
    assert set(copies) <= set(entered)


def end(city: City) -> None:
    """Revoke the grant."""
    end_grant(city, GRANT, GrantEventKind.REVOKED, SAID)


def ended_by_a_run(city: City) -> None:
    """Do what a run does first, and revoke as who did not see it done."""
    faults = Faults(city.layout)
    withdraw_lapsed(city, faults)
    recall_lapsed(city, faults)
    assert faults.found == []
    end(city)


def ended(city: City) -> None:
    """Nothing is left to read, the copy was called back once, and nothing can be done twice."""
    layout = city.layout
    assert not layout.share(GRANT).exists()
    assert not layout.share_file(GRANT).exists()
    (copy,) = COPIES.read(layout)
    assert [one.copy for one in RECALLS.read(layout)] == [copy.copy]
    assert layout.recall_notice(copy.copy).exists()
    before = len(acts(city))
    ended_by_a_run(city)
    assert len(acts(city)) == before
    revoked = [act for act in acts(city) if act.facts.get("act") == "revoked"]
    assert len(revoked) in {1, 2}


WORKS = {
    "follow": Work(follow, follow, followed),
    "give": Work(give, give, given),
    "end": Work(end, ended_by_a_run, ended),
}


def acts(city: City) -> list[Any]:
    """Return what is entered of the grant."""
    return [one.act for one in AuditLog(city.layout).read() if one.act.grant == GRANT]


def shared(city: City) -> list[Any]:
    """Return the entries of sharing: the share of before was made for who took a copy of it."""
    sharing = [one for one in acts(city) if one.operation is Operation.SHARE]
    return [one for one in sharing if "act" not in one.facts]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return a city whose share is of before a change of its rows, and of which a copy is out."""
    root = tmp_path_factory.mktemp("begun")
    kept = {"resources__0__masks__name": {"mask": "keep"}}
    with open_workbench(root / "bench") as con:
        lake = Lake(con, root)
        lake.fill({number: 11 if number % 9 == 0 else 1 + number % 7 for number in range(60)})
        city = city_of(compiled(**{GRANT_FILE: change(**kept)}), lake.followed.home)
        register_stewards(
            replace(city, actor="运维岗"),
            [(Steward("data_office", "共享科", "共享岗", date(2026, 1, 5), "报1"), "乙某某")],
        )
        city = replace(city, actor="共享科")
        give(city)
        shutil.rmtree(root / "out")
        lake.put(dict.fromkeys(range(0, 60, 9), 5) | {1: 0, 70: 3})
    return city


def died(work: Work, city: City, end: int | None) -> int:
    """Do a work until the process dies, do it again, and hold what must hold; return its calls."""
    before = set(map(str, unexplained(AuditLog(city.layout))))
    life = Life(end)
    try:
        with living(life):
            work.do(city)
    except DeadError:
        whole(city.layout)
        work.again(city)
    log = AuditLog(city.layout)
    list(check_log(log.folder, log.verifiers)[1])
    assert set(map(str, unexplained(log))) <= before
    work.holds(city)
    return life.calls


def whole(layout: Layout) -> None:
    """Whoever reads between death and the next run finds one whole share, or none."""
    if layout.share_file(GRANT).exists():
        with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
            [(said,)] = con.sql('SELECT "记录数" FROM _receipt').fetchall()
            assert con.sql('SELECT count(*) FROM "人口基本信息"').fetchall() == [(int(said),)]


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.parametrize("parts", then_thorough([2], [5]))
def test_a_share_survives_the_death_of_its_process(
    begun: City, tmp_path: Path, name: str, parts: int
) -> None:
    """At some steps of following a change, handing over and revoking."""
    calls = died(WORKS[name], copied(begun, tmp_path / "whole"), None)
    assert calls > 8
    for number in sorted({int(part * calls / parts) for part in range(parts)} | {calls - 1}):
        died(WORKS[name], copied(begun, tmp_path / str(number)), number)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", WORKS)
def test_a_share_survives_death_at_every_step(begun: City, tmp_path: Path, name: str) -> None:
    """The same at each step there is."""
    calls = died(WORKS[name], copied(begun, tmp_path / "whole"), None)
    for number in range(calls):
        died(WORKS[name], copied(begun, tmp_path / str(number)), number)
        shutil.rmtree(tmp_path / str(number))
