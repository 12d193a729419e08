"""The rules of landing the whole way: lateness, findings, holding, and snapshots that wait."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.city import City
from assets.stops import judge_waiting, land_waiting, opened_gate, promote_waiting
from assets.waiting import waiting_work
from catalog_specs.loader import load
from governance.keys import KeyRing
from lakehouse.approvals import Approval, Decision, decide, undecided
from lakehouse.collection import outside
from lakehouse.layout import Layout
from lakehouse.ledgers import outcomes, verdicts
from lakehouse.records import VerdictKind
from lakehouse.tables import last_commit
from pipelines.run import RunResult, run
from tests.factories import Change, change, write_catalog
from tests.flow.lake import content

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REF = "civil_affairs/region"
FILE = f"resources/{REF}.yaml"
CASE = "泉数审〔2026〕7号"


def made(folder: Path, **changes: Change) -> City:
    """Return the minimal city, changed in places, over an empty home."""
    root = write_catalog(folder, **changes)
    keys = KeyRing.load("5a" * 32, where="tests")
    return City(load(root), Layout(folder / "home"), keys, lambda: NOW, actor="收数岗")


def drop(city: City, numbers: Sequence[int], name: str, more: str = "") -> None:
    """Deliver regions by their numbers, each with a further column if named."""
    lines = [f"{350500 + n},区{n}{',甲' if more else ''}" for n in numbers]
    text = "\n".join([f"区划代码,区划名称{more}", *lines, ""])
    path = city.layout.inbox(REF) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    deliveries = len(list(city.layout.landing(REF).glob("*"))) if city.layout.home.exists() else 0
    waiting = len(list(path.parent.iterdir()))
    moment = NOW.timestamp() - 3600 + deliveries * 60 + waiting
    os.utime(path, (moment, moment))


def go(city: City) -> RunResult:
    """Run everything for regions."""
    return run(city, resources={REF})


def told(result: RunResult) -> list[tuple[str, tuple[str, ...]]]:
    """Return verdict and reasons of each outcome."""
    return [(one.verdict.value, one.reasons) for one in result.outcomes]


def stored(city: City) -> set[int]:
    """Return the numbers of the regions that are authoritative."""
    return {int(code) - 350500 for code in content(city.layout.authoritative(REF))["code"]}


def say(city: City, delivery: str, decision: Decision) -> None:
    """Decide about a delivery."""
    approval = Approval(REF, delivery, CASE, city.actor, decision, NOW.isoformat())
    assert decide(city.layout, approval)
    assert not decide(city.layout, approval)


@pytest.fixture
def guarded(tmp_path: Path) -> City:
    """Return a city with 30 regions, a snapshot of 20 that waits, and one of 31 behind it."""
    city = made(tmp_path)
    drop(city, range(30), "1.csv")
    assert told(go(city)) == [("passed", ())]
    drop(city, range(20), "2.csv")
    drop(city, range(31), "3.csv")
    return city


def test_a_snapshot_that_deletes_much_waits_and_so_does_what_follows(guarded: City) -> None:
    """Nothing is applied, every run says so, and no sensor starts another run for it."""
    assert guarded.layout.home.joinpath("lake").exists()
    result = go(guarded)
    (first,) = undecided(guarded.layout)
    waits = [("held", ("snapshot_loss:10/30",)), ("held", (f"behind:{first.delivery}",))]
    assert told(result) == waits
    assert not result.clean
    assert all(o.delivered == o.accepted + o.quarantined > 0 for o in result.outcomes)
    assert (first.deleted, first.stored) == (10, 30)
    assert stored(guarded) == set(range(30))
    assert len(outcomes(guarded.layout)) == 1
    assert waiting_work(guarded) == {}
    assert told(go(guarded)) == waits
    assert undecided(guarded.layout) == (first,)


def test_an_approved_snapshot_is_applied_under_its_document(guarded: City) -> None:
    """The commit names the approval; what waited behind it follows in its order."""
    go(guarded)
    (first,) = undecided(guarded.layout)
    say(guarded, first.delivery, Decision.APPROVE)
    assert set(waiting_work(guarded)) == {"civil_affairs"}
    result = go(guarded)
    assert told(result) == [("passed", ()), ("passed", ())]
    assert [(o.deleted, o.inserted) for o in result.outcomes] == [(10, 0), (0, 11)]
    assert stored(guarded) == set(range(31))
    assert waiting_work(guarded) == {}
    assert go(guarded).outcomes == ()


def test_the_approval_stands_in_the_commit(guarded: City) -> None:
    """Who reads the table's history sees on whose word the rows went."""
    (guarded.layout.inbox(REF) / "3.csv").unlink()
    go(guarded)
    (first,) = undecided(guarded.layout)
    say(guarded, first.delivery, Decision.APPROVE)
    go(guarded)
    commit = last_commit(guarded.layout.authoritative(REF))
    assert commit is not None
    assert (commit["approval"], commit["delivery"]) == (CASE, first.delivery)


def test_a_refused_snapshot_is_rejected_and_what_follows_goes_on(guarded: City) -> None:
    """All its rows are kept back under GATE-108, the sums hold, the next one is applied."""
    go(guarded)
    (first,) = undecided(guarded.layout)
    say(guarded, first.delivery, Decision.REFUSE)
    result = go(guarded)
    assert told(result) == [("rejected", ("GATE-108",)), ("passed", ())]
    assert (result.outcomes[0].accepted, result.outcomes[0].quarantined) == (0, 20)
    kept = content(guarded.layout.quarantine(REF))
    assert kept["delivery"].to_list() == [first.delivery] * 20
    assert kept["rules"].to_list() == [["GATE-108"]] * 20
    assert stored(guarded) == set(range(31))
    kinds = [verdict.kind for verdict in verdicts(guarded.layout, REF)]
    assert kinds == [VerdictKind.PASSED, VerdictKind.REJECTED, VerdictKind.PASSED]
    assert go(guarded).outcomes == ()
    assert waiting_work(guarded) == {}


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.REFUSE])
def test_a_removed_table_is_made_again_without_asking(guarded: City, decision: Decision) -> None:
    """The decision is kept apart from the table: a rebuild comes to the same rows."""
    go(guarded)
    (first,) = undecided(guarded.layout)
    say(guarded, first.delivery, decision)
    go(guarded)
    before = content(guarded.layout.authoritative(REF))
    shutil.rmtree(guarded.layout.home / "lake" / "authoritative")
    assert {one.verdict for one in go(guarded).outcomes} == {VerdictKind.PASSED}
    assert content(guarded.layout.authoritative(REF)).equals(before)
    assert undecided(guarded.layout) == ()


def test_the_stops_one_by_one_wait_alike(guarded: City) -> None:
    """Judged first and promoted later, as Dagster does it, the same deliveries wait."""
    land_waiting(guarded, REF)
    judge_waiting(guarded, REF)
    held = [one.verdict for one in promote_waiting(guarded, REF)]
    assert held == [VerdictKind.HELD, VerdictKind.HELD]
    assert stored(guarded) == set(range(30))


def test_what_comes_later_waits_behind(guarded: City) -> None:
    """A delivery that lands in a later run does not overtake the one that waits."""
    go(guarded)
    (first,) = undecided(guarded.layout)
    drop(guarded, range(29), "4.csv")
    assert set(waiting_work(guarded)) == {"civil_affairs"}
    behind = ("held", (f"behind:{first.delivery}",))
    assert told(go(guarded))[1:] == [behind, behind]
    assert waiting_work(guarded) == {}
    assert stored(guarded) == set(range(30))


def test_small_tables_and_small_losses_do_not_wait(tmp_path: Path) -> None:
    """A table below 20 rows is not guarded, and exactly the allowed share may go."""
    city = made(tmp_path)
    drop(city, range(19), "1.csv")
    drop(city, range(100, 130), "2.csv")
    drop(city, range(100, 121), "3.csv")
    result = go(city)
    assert [(one.verdict.value, one.deleted) for one in result.outcomes] == [
        ("passed", 0),
        ("passed", 19),
        ("passed", 9),
    ]


# ── lateness ────────────────────────────────────────────────────────────────────────────────────


def dated(folder: Path, late: str = "reject") -> City:
    """Return a city whose regions come in files that name their day."""
    as_of = {"file_name": r"_(\d{8})", "late": late}
    return made(folder, **{FILE: change(feed__as_of=as_of)})


def test_a_late_snapshot_is_rejected_and_stays_so(tmp_path: Path) -> None:
    """Older than what was applied: GATE-105, rows in quarantine; a rebuild comes to the same."""
    city = dated(tmp_path)
    drop(city, range(5), "r_20260302.csv")
    drop(city, range(4), "r_20260301.csv")
    drop(city, range(6), "r_20260302_b.csv")
    drop(city, range(7), "r.csv")
    result = go(city)
    assert told(result) == [
        ("passed", ()),
        ("rejected", ("GATE-105",)),
        ("passed", ()),
        ("rejected", ("GATE-107",)),
    ]
    assert [one.quarantined for one in result.outcomes] == [0, 4, 0, 7]
    assert stored(city) == set(range(6))
    before = content(city.layout.authoritative(REF))
    for folder in ("authoritative", "ledgers", "quarantine"):
        shutil.rmtree(city.layout.home / "lake" / folder)
    assert told(go(city)) == told(result)
    assert content(city.layout.authoritative(REF)).equals(before)


def test_late_deliveries_may_be_declared_welcome(tmp_path: Path) -> None:
    """With `late: apply` the order of landing counts alone."""
    city = dated(tmp_path, "apply")
    drop(city, range(5), "r_20260302.csv")
    drop(city, range(4), "r_20260301.csv")
    assert told(go(city)) == [("passed", ()), ("passed", ())]
    assert stored(city) == set(range(4))


# ── outside the catalogue ───────────────────────────────────────────────────────────────────────


def exception(**more: Any) -> dict[str, Any]:
    """Return an exception for one further column of regions."""
    return {
        "code": "relief",
        "resource": REF,
        "headers": ["安置点"],
        "reason": "防汛救灾",
        "approver": "数据管理科科长",
        "document": "应急〔2026〕1号",
        "valid_from": date(2026, 3, 1),
        "valid_to": date(2026, 3, 31),
        **more,
    }


def test_an_excepted_column_is_held_and_no_other(tmp_path: Path) -> None:
    """Findings name both; holding has the covered cells once, also after a rebuild."""
    city = made(tmp_path, **{"exceptions/relief.yaml": exception()})
    drop(city, range(3), "1.csv", ",安置点")
    drop(city, range(4), "2.csv", ",手机")
    assert told(go(city)) == [("passed", ()), ("passed", ())]
    found = [(one.header, one.cells, one.exception) for one in outside(city.layout)]
    assert found == [("安置点", 3, "relief"), ("手机", 4, None)]
    cells = content(city.layout.holding(REF))
    assert cells.select("row", "header", "value").rows() == [(n, "安置点", "甲") for n in (1, 2, 3)]
    shutil.rmtree(city.layout.home / "lake" / "authoritative")
    go(city)
    assert content(city.layout.holding(REF)).equals(cells)
    shutil.rmtree(city.layout.home / "lake" / "authoritative")
    shutil.rmtree(city.layout.home / "lake" / "holding")
    go(city)
    assert content(city.layout.holding(REF)).equals(cells)
    assert "安置点" not in content(city.layout.authoritative(REF)).columns
    assert len(outside(city.layout)) == 2


def test_a_lapsed_exception_holds_nothing(tmp_path: Path) -> None:
    """The column is a finding without an exception."""
    city = made(tmp_path, **{"exceptions/relief.yaml": exception(valid_to=date(2026, 3, 1))})
    drop(city, range(3), "1.csv", ",安置点")
    go(city)
    assert [(one.excepted, one.exception) for one in outside(city.layout)] == [(False, None)]
    assert not city.layout.holding(REF).exists()


def test_a_secret_delivery_is_told_without_a_word_of_it(tmp_path: Path) -> None:
    """Rejected with nothing delivered, so that the sums hold, and no byte of it anywhere."""
    city = made(tmp_path)
    drop(city, range(3), "1.csv", ",机密★")
    drop(city, range(4), "2.csv")
    result = go(city)
    assert told(result) == [("rejected", ("GATE-106",)), ("passed", ())]
    first = result.outcomes[0]
    assert (first.delivered, first.accepted, first.quarantined) == (0, 0, 0)
    needle = "机密★".encode()
    assert [p for p in tmp_path.rglob("*") if p.is_file() and needle in p.read_bytes()] == []


def test_what_is_left_lying_is_told(tmp_path: Path) -> None:
    """Links, folders and pipes stay in the inbox, and the run names each with the reason."""
    city = made(tmp_path)
    drop(city, range(3), "1.csv")
    inbox = city.layout.inbox(REF)
    (inbox / "link.csv").symlink_to(tmp_path / "catalogue/catalog.yaml")
    (inbox / "机密★").mkdir()
    os.mkfifo(inbox / "pipe.csv")
    with opened_gate(city) as gate:
        result = run(city, resources={REF}, gate=gate)
    assert told(result) == [("passed", ())]
    left = {(ref, one.name, one.reason) for ref, one in result.left}
    assert left == {
        (REF, "link.csv", "symlink"),
        (REF, "delivered", "not_a_file"),
        (REF, "pipe.csv", "not_a_file"),
    }
    assert isinstance(json.dumps([one.as_dict() for one in result.outcomes]), str)
    assert isinstance(content(city.layout.authoritative(REF)), pl.DataFrame)
