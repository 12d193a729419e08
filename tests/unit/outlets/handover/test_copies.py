"""Copies leave in one order: audit act, ledger, bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.log import AuditLog
from catalog_specs.errors import AccessError, AuditError
from governance.grants.standing import approval_of
from outlets.handover.copies import hand_over
from register.copies import COPIES
from storage.layout import Layout
from tests.city import GRANT, PERSON, VISIT
from tests.city.declared import compiled
from tests.city.grants import standing_of
from tests.unit.register.test_copies import COPY

GIVEN = compiled().grants[GRANT]


def built(folder: Path) -> Path:
    """Return a package that is ready to be handed over."""
    made = folder / "work" / "package"
    made.mkdir(parents=True)
    (made / "a.csv").write_text("行\n", encoding="utf-8")
    return made


def test_a_copy_is_on_record_before_it_is_there(tmp_path: Path) -> None:
    """One entry says what 八(二) asks, the ledger names the copy, and the folder is whole."""
    layout, made = Layout(tmp_path / "home"), built(tmp_path)
    hand_over(layout, GIVEN, COPY, Operation.DOWNLOAD, made, tmp_path / "out" / "package")

    assert (tmp_path / "out" / "package" / "a.csv").read_text(encoding="utf-8") == "行\n"
    assert COPIES.read(layout) == (COPY,)
    (entry,) = AuditLog(layout).read()
    act = entry.act
    assert (act.operation, act.grant, act.rows) == (Operation.DOWNLOAD, GRANT, COPY.rows)
    assert (act.purpose, act.approver) == (GIVEN.purpose, COPY.approval)
    assert act.facts["copy"] == COPY.copy
    assert (act.resource, act.department) == (PERSON, "civil_affairs")


def test_each_producer_has_an_entry_of_its_own(tmp_path: Path) -> None:
    """A copy of two departments' data is in the digest of both."""
    layout = Layout(tmp_path / "home")
    second = GIVEN.resources[0].model_copy(update={"resource": VISIT})
    both = GIVEN.model_copy(update={"resources": (*GIVEN.resources, second)})
    copy = replace(COPY, resources=(PERSON, VISIT))
    hand_over(layout, both, copy, Operation.SHARE, built(tmp_path), tmp_path / "out")
    departments = [one.act.department for one in AuditLog(layout).read()]
    assert departments == ["civil_affairs", "data_office"]


def test_nothing_leaves_when_the_act_cannot_be_recorded(tmp_path: Path) -> None:
    """No copy, no row of the ledger, nothing half done beside the place."""
    layout, place = Layout(tmp_path / "home"), tmp_path / "out" / "package"
    with pytest.raises(AuditError):
        hand_over(
            layout, GIVEN, replace(COPY, approval=" "), Operation.DOWNLOAD, built(tmp_path), place
        )
    assert COPIES.read(layout) == ()
    assert not place.parent.exists()


def test_no_copy_is_ever_replaced(tmp_path: Path) -> None:
    """Where something lies nothing is put, and nothing is recorded."""
    layout = Layout(tmp_path / "home")
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    with pytest.raises(AccessError, match="something lies"):
        hand_over(layout, GIVEN, COPY, Operation.SHARE, built(tmp_path), tmp_path / "there")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"
    assert list(AuditLog(layout).read()) == []


def test_what_needs_no_approval_says_so() -> None:
    """The field is never empty: documents where there are some, else the kind of sharing."""
    standing = standing_of(compiled(), GIVEN)
    assert approval_of(None) == approval_of(replace(standing, decisions=())) == "无条件共享"
    assert approval_of(standing) == "数共享2024-01；民数据2024-01"
