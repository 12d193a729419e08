"""The rules of landing the whole way: lateness, findings, secrets, what is left lying."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from flow.city import City
from flow.waiting import waiting_work
from register.undeclared import UNDECLARED
from tests.city.declared import change
from tests.city.lake import content
from tests.city.regions import FILE, REF, drop, go, made, stored, told
from tests.city.registers import deliveries
from tests.harness.placing import remove

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
        remove(city.layout.tables / folder)
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
    found = [(one.header, one.cells, one.exception) for one in UNDECLARED.read(city.layout)]
    assert found == [("安置点", 3, "relief"), ("手机", 4, None)]
    cells = content(city.layout.holding(REF))
    assert cells.select("row", "header", "value").rows() == [(n, "安置点", "甲") for n in (1, 2, 3)]
    remove(city.layout.tables / "authoritative")
    go(city)
    assert content(city.layout.holding(REF)).equals(cells)
    remove(city.layout.tables / "authoritative")
    remove(city.layout.tables / "holding")
    go(city)
    assert content(city.layout.holding(REF)).equals(cells)
    assert "安置点" not in content(city.layout.authoritative(REF)).columns
    assert len(UNDECLARED.read(city.layout)) == 2


def test_a_lapsed_exception_holds_nothing(tmp_path: Path) -> None:
    """The column is a finding without an exception."""
    city = made(tmp_path, **{"exceptions/relief.yaml": exception(valid_to=date(2026, 3, 1))})
    drop(city, range(3), "1.csv", ",安置点")
    go(city)
    assert [(one.excepted, one.exception) for one in UNDECLARED.read(city.layout)] == [
        (False, None)
    ]
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
    """Links and pipes stay in the inbox, and the run names each by its path, with the reason."""
    city = made(tmp_path)
    drop(city, range(3), "1.csv")
    inbox = city.layout.inbox(REF)
    (inbox / "link.csv").symlink_to(tmp_path / "catalogue/catalog.yaml")
    (inbox / "机密★").symlink_to(tmp_path)
    (inbox / "2024").mkdir()
    os.mkfifo(inbox / "2024" / "pipe.csv")
    os.link(tmp_path / "catalogue/catalog.yaml", inbox / "2024" / "hard.csv")
    result = go(city)
    assert told(result) == [("passed", ())]
    left = {(ref, one.name, one.reason) for ref, one in result.left}
    assert left == {
        (REF, "link.csv", "symlink"),
        (REF, "delivered", "symlink"),
        (REF, "2024/pipe.csv", "not_a_file"),
        (REF, "2024/hard.csv", "hard_link"),
    }


def test_a_nested_delivery_is_told_by_its_path(tmp_path: Path) -> None:
    """Outcome, receipt and quarantine name the path; the day comes from the file name alone."""
    city = dated(tmp_path)
    paths = ["20260101/r_20260302.csv", "20260102/r_20260301.csv"]
    for path in paths:
        drop(city, range(3), path)
    assert set(waiting_work(city)) == {"civil_affairs"}
    result = go(city)
    assert told(result) == [("passed", ()), ("rejected", ("GATE-105",))]
    assert [one.files for one in result.outcomes] == [(path,) for path in paths]
    assert [one.files for one in deliveries(city.layout, REF)] == [(path,) for path in paths]
    assert set(content(city.layout.quarantine(REF))["file"]) == {paths[1]}
    assert waiting_work(city) == {}
