"""Withdrawals: an extract goes when its grant ended, cannot be masked, or cannot be read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import GrantsAlone
from catalog_specs.rules.decisions import DecisionReason, ShareWithdrawal
from outlets.shares.withdrawals import (
    handed_out,
    withdraw,
    withdraw_lapsed,
    withdraw_uncompiled,
)
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import Change, change, compiled
from tests.city.grants import rights_of

GRANTS = compiled().grants


def put(layout: Layout, grant: str = GRANT) -> None:
    """Put on disk what a grant has: its file, an extract, and what a killed run left of both."""
    for place in (layout.share_file(grant), layout.share(grant)):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.with_name(f".{place.name}.next").mkdir()
    layout.share_file(grant).write_bytes(b"rows")
    (layout.share(grant) / "v-0" / PERSON).mkdir(parents=True)
    layout.share_current(grant).symlink_to("v-0")


def left(layout: Layout) -> list[str]:
    """Return what lies in the folders of shares, hidden or not."""
    places = (layout.shares, layout.share_files)
    return [path.name for place in places if place.is_dir() for path in place.iterdir()]


def test_everything_of_a_grant_goes(tmp_path: Path) -> None:
    """File, extract, unfinished work; of other grants nothing. It says whether there was any."""
    layout = Layout(tmp_path)
    put(layout)
    put(layout, "second")

    first = withdraw(layout, GRANT, DecisionReason.REVOKED, "：某文件")
    again = withdraw(layout, GRANT, DecisionReason.REVOKED)

    assert (first.grant, first.reason, first.existed) == (GRANT, "revoked", True)
    assert first.explanation == f"{DecisionReason.REVOKED.label}：某文件"
    assert (again.existed, first.as_dict()["reason"]) == (False, "revoked")
    assert handed_out(layout) == ("second",)
    assert len(left(layout)) == 4


@pytest.mark.parametrize("name", ["../authoritative", "", "a/b", ".x", "A", "甲", "a b"])
def test_only_a_code_is_withdrawn(tmp_path: Path, name: str) -> None:
    """A name that could lead elsewhere is refused before anything is removed."""
    layout = Layout(tmp_path)
    put(layout)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(ValueError, match="code"):
        withdraw(layout, name, ShareWithdrawal.NOT_IN_CATALOGUE)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({GRANT_FILE: None}, "not_in_catalogue"),
        ({GRANT_FILE: change(status="revoked")}, "revoked"),
        ({GRANT_FILE: change(status="suspended")}, "suspended"),
        ({GRANT_FILE: change(valid_to="2026-03-01")}, "expired"),
        ({GRANT_FILE: change(valid_from="2026-03-03")}, "not_yet_valid"),
        ({GRANT_FILE: change(approvals=[], resources__0__items=["income"])}, "authority_approval"),
        ({GRANT_FILE: change(consumer="nobody")}, "consumer_unknown"),
        ({GRANT_FILE: change(method="verify")}, "no_rows"),
        ({GRANT_FILE: change(method="statistics")}, "no_rows"),
        ({"masking/sensitivities.yaml": change(**{"2__share": ...})}, "unmasked"),
        ({f"resources/{PERSON}.yaml": None}, "resource_unknown"),
    ],
)
def test_what_no_longer_holds_goes(tmp_path: Path, changes: dict[str, Change], reason: str) -> None:
    """By the catalogue alone: no table was ever made here, and no key."""
    layout = Layout(tmp_path)
    put(layout)

    gone = withdraw_lapsed(layout, rights_of(compiled(**changes)), GRANT, NOW)

    assert gone is not None
    assert (gone.reason, gone.existed) == (reason, True)
    assert gone.explanation
    assert left(layout) == []


def test_what_holds_stays(tmp_path: Path) -> None:
    """To the byte."""
    layout = Layout(tmp_path)
    put(layout)
    before = left(layout)

    assert withdraw_lapsed(layout, rights_of(compiled()), GRANT, NOW) is None
    assert left(layout) == before


@pytest.mark.parametrize(
    ("moment", "goes"), [("2026-03-02T15:59:59", False), ("2026-03-02T16:00:00", True)]
)
def test_a_grant_ends_with_the_day_of_the_city(tmp_path: Path, moment: str, goes: bool) -> None:
    """At midnight in Shanghai, whatever UTC says."""
    layout = Layout(tmp_path)
    put(layout)
    city = compiled(**{GRANT_FILE: change(valid_to="2026-03-02")})

    gone = withdraw_lapsed(
        layout, rights_of(city), GRANT, datetime.fromisoformat(moment).replace(tzinfo=UTC)
    )

    assert (gone is not None) == goes


@pytest.mark.parametrize(
    ("readable", "broken", "today", "reason"),
    [
        (GRANTS, (), TODAY, None),
        (GRANTS, ("second",), TODAY, None),
        ({}, (), TODAY, "not_in_catalogue"),
        ({}, (GRANT,), TODAY, "unreadable"),
        (GRANTS, (GRANT,), TODAY, "unreadable"),
        (GRANTS, (), date(2034, 3, 1), "expired"),
        (GRANTS, (), date(2024, 2, 29), "not_yet_valid"),
        (compiled(**{GRANT_FILE: change(status="revoked")}).grants, (), TODAY, "revoked"),
        (compiled(**{GRANT_FILE: change(status="suspended")}).grants, (), TODAY, "suspended"),
        (compiled(**{GRANT_FILE: change(consumer="nobody")}).grants, (), TODAY, None),
    ],
)
def test_while_the_catalogue_does_not_compile(
    tmp_path: Path, readable: Any, broken: tuple[str, ...], today: date, reason: str | None
) -> None:
    """What the grant's own file says counts; one that cannot be read is none, read twice or not."""
    layout = Layout(tmp_path)
    put(layout)

    gone = withdraw_uncompiled(layout, GrantsAlone(readable, frozenset(broken)), GRANT, today)

    assert (gone.reason if gone else None) == reason
    assert (left(layout) == []) == (reason is not None)


def test_who_has_anything_on_disk_is_known(tmp_path: Path) -> None:
    """A whole file, an extract, or what a killed run left; in order, each once, no other."""
    layout = Layout(tmp_path)
    assert handed_out(layout) == ()
    layout.shares.mkdir(parents=True)
    layout.share_files.mkdir(parents=True)
    (layout.share_files / "b.duckdb").touch()
    (layout.share_files / ".c.duckdb.0123.building").mkdir()
    (layout.shares / "b").mkdir()
    (layout.shares / ".a.next").mkdir()
    (layout.shares / "lost+found").mkdir()
    (layout.share_files / "读我.txt").touch()

    assert handed_out(layout) == ("a", "b", "c")
