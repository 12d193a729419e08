"""Acts: the seven fields of the regulation, and entries that are read back as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.acts import MANDATORY, Entry, Operation
from catalog_specs.errors import AuditError
from tests.unit.audit.acts import ACT


@pytest.mark.parametrize("name", MANDATORY)
def test_an_act_without_a_mandatory_field_is_refused(name: str) -> None:
    """The message names the field; blanks say nothing either."""
    with pytest.raises(AuditError, match=name):
        replace(ACT, **{name: "  "})


def test_the_moment_of_an_act_has_an_offset() -> None:
    """A time without a zone is no moment."""
    with pytest.raises(AuditError, match="offset"):
        replace(ACT, at="2026-11-27T12:00:00")


def test_the_nine_operations_of_the_regulation_are_known() -> None:
    """In the order in which 八(四) names them."""
    said = [one.label for one in Operation]
    assert said == ["汇聚", "清洗", "共享", "查询", "比对", "下载", "分析研判", "访问", "更新维护"]


def test_an_entry_is_read_back_as_it_was_entered() -> None:
    """Also with counts and facts; its bytes are the same each time."""
    entry = Entry(7, replace(ACT, rows=3, grant="g", facts={"b": 1, "a": [2]}))
    assert Entry.of(7, entry.octets()) == entry
    assert entry.octets() == Entry.of(7, entry.octets()).octets()


@pytest.mark.parametrize("octets", [b"", b"{}", b'{"v":2}', b"[1]", b'{"v":1,"operation":"x"}'])
def test_an_entry_of_another_shape_is_refused(octets: bytes) -> None:
    """It says which entry it is."""
    with pytest.raises(AuditError, match="entry 3"):
        Entry.of(3, octets)


def test_an_entry_that_is_too_long_is_refused() -> None:
    """A bundle could not hold it."""
    with pytest.raises(AuditError, match="longer"):
        Entry(0, replace(ACT, content="x" * 70_000)).octets()
