"""The opening index: what stands of each set in public, and in the ledger what became of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.rules.disclosure import RefusalCode, WithdrawalCode
from outlets.open_data.ledger import OPENING, last_openings
from outlets.open_data.opening import enter_openings, publish_index
from outlets.open_data.packages import METADATA, commit_package, withdraw_package
from outlets.open_data.release import Refusal, Release
from outlets.open_data.retraction import Retraction
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled

FIRST, SECOND = "20260301-01", "20260302-01"
RELEASED = Release(OPEN_SET, FIRST, rows=12, suppressed=10, created=True)
REFUSED = Refusal(OPEN_SET, RefusalCode.SMALL_CLASSES, "人数太少：户籍区划", ("residence",), 4, 7)
RETRACTED = Retraction(OPEN_SET, (FIRST, SECOND), WithdrawalCode.CLOSED, "不再开放")
CITY = compiled()


def put(layout: Layout, name: str, code: str = OPEN_SET, called: str = "人口构成数据") -> None:
    """Publish a package that holds its metadata alone."""
    built = layout.home / "built"
    built.mkdir(parents=True)
    said = {"数据集": {"名称": called, "发布时间": f"{name[:8]}T10:00", "行数": 12}}
    (built / METADATA).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    commit_package(built, layout.release(code, name))


def enter(layout: Layout, *found: Any, catalog: Catalog = CITY) -> None:
    """Enter outcomes."""
    enter_openings(layout, catalog, found, (NOW, "开放岗"))


def shown(layout: Layout, catalog: Catalog = CITY) -> dict[str, dict[str, Any]]:
    """Bring the index up to date; return its sets by code."""
    publish_index(layout, catalog)
    index = json.loads((layout.public / "index.json").read_text(encoding="utf-8"))
    assert index["city"] == "测试市"
    return {one["code"]: one for one in index["sets"]}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (RELEASED, ("released", FIRST, None, None, (), 0, 12)),
        (REFUSED, ("refused", None, "DIS-104", REFUSED.explanation, ("residence",), 4, 7)),
        (RETRACTED, ("withdrawn", f"{FIRST}、{SECOND}", RETRACTED.code, "不再开放", (), 0, 0)),
    ],
)
def test_an_outcome_is_entered_whole(tmp_path: Path, found: Any, told: tuple[Any, ...]) -> None:
    """With who did it and when, by the city's clock, and for a refusal what it was measured by."""
    layout = Layout(tmp_path)
    enter(layout, found)

    [one] = OPENING.read(layout)
    assert (one.dataset, one.actor, one.recorded_at) == (
        OPEN_SET, "开放岗", "2026-03-02T17:30:00+08:00",
    )  # fmt: skip
    facts = (one.outcome, one.release, one.code, one.explanation)
    assert (*facts, tuple(one.combination), one.classes, one.rows) == told


def test_only_a_change_is_entered(tmp_path: Path) -> None:
    """The same outcome day after day is one entry; one that comes back is another."""
    layout = Layout(tmp_path)
    for found in (REFUSED, REFUSED, RELEASED, RELEASED, REFUSED):
        enter(layout, found)

    kept = OPENING.read(layout)
    assert [one.outcome for one in kept] == ["refused", "released", "refused"]
    assert [one.sequence for one in kept] == [1, 2, 3]
    assert last_openings(layout)[OPEN_SET].outcome == "refused"


def test_a_set_waits_until_something_came_of_it(tmp_path: Path) -> None:
    """It is listed with its name, without a release and without a page of its own."""
    layout = Layout(tmp_path)
    one = shown(layout)[OPEN_SET]

    assert (one["state"], one["latest"], one["releases"]) == ("waiting", None, [])
    assert (one["name"], one["reason"]) == ("人口构成数据", None)
    assert not layout.open_data(OPEN_SET).exists()


def test_the_newest_release_is_the_latest(tmp_path: Path) -> None:
    """All are listed in their order, each as its own metadata tell it."""
    layout = Layout(tmp_path)
    for name in (FIRST, SECOND):
        put(layout, name)

    one = shown(layout)[OPEN_SET]

    assert (one["state"], one["latest"]) == ("published", SECOND)
    assert [(r["release"], r["rows"], r["state"]) for r in one["releases"]] == [
        (FIRST, 12, "published"), (SECOND, 12, "published"),
    ]  # fmt: skip
    assert "name" not in one["releases"][0]
    own = json.loads((layout.open_data(OPEN_SET) / "index.json").read_text(encoding="utf-8"))
    assert own == one
    assert (layout.open_data(OPEN_SET) / "latest").readlink() == Path(SECOND)


def test_a_refusal_tells_its_code_and_no_count(tmp_path: Path) -> None:
    """What it was measured by stays in the ledger; an earlier release stays the latest."""
    layout = Layout(tmp_path)
    put(layout, FIRST)
    enter(layout, REFUSED)

    one = shown(layout)[OPEN_SET]

    assert (one["state"], one["state_code"], one["latest"]) == ("refused", "DIS-104", FIRST)
    assert one["reason"] == RefusalCode.SMALL_CLASSES.label
    public = (layout.public / "index.html").read_text(encoding="utf-8")
    assert REFUSED.explanation not in public + json.dumps(one, ensure_ascii=False)


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        (
            {f"resources/{PERSON}.yaml": change(open__type="closed")},
            WithdrawalCode.CLOSED, "人口构成数据",
        ),
        ({OPEN_FILE: None}, WithdrawalCode.NOT_IN_CATALOGUE, "旧名"),
    ],
)  # fmt: skip
def test_what_is_no_longer_open_says_why(
    tmp_path: Path, changes: dict[str, Any], code: WithdrawalCode, name: str
) -> None:
    """A set that left the catalogue is called as it was last released, and stays listed."""
    layout = Layout(tmp_path)
    put(layout, FIRST, called="更旧的名")
    put(layout, SECOND, called="旧名")
    for release in (FIRST, SECOND):
        gone = {"名称": "旧名", "code": code.value, "reason": code.label, "withdrawn_at": "今日"}
        withdraw_package(layout.release(OPEN_SET, release), gone)

    one = shown(layout, compiled(**changes))[OPEN_SET]

    assert (one["state"], one["state_code"], one["latest"]) == ("withdrawn", code.value, None)
    assert (one["name"], one["reason"]) == (name, code.label)
    assert [(r["state"], r["rows"], r["reason"]) for r in one["releases"]] == [
        ("withdrawn", None, code.label)
    ] * 2
    assert not (layout.open_data(OPEN_SET) / "latest").is_symlink()


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    """The pages are those of before, to the moment; they are there for everybody."""
    layout = Layout(tmp_path)
    put(layout, FIRST)
    shown(layout)
    before = {path: path.lstat().st_mtime_ns for path in layout.public.rglob("*")}

    shown(layout)

    assert {path: path.lstat().st_mtime_ns for path in layout.public.rglob("*")} == before
    for name in ("index.json", "index.html", f"{OPEN_SET}/index.html"):
        assert (layout.public / name).stat().st_mode & 0o777 == 0o644
