"""The copy ledger: what was handed out, and how each copy stands on a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from register.copies import (
    COPIES,
    RECALLS,
    Copy,
    CopyState,
    Disposal,
    Form,
    Recall,
    RecallEvent,
    new_copy_name,
    traced,
)
from storage.layout import Layout
from tests.city import GRANT, NOW, PERSON

COPY = Copy(
    "20260302-0a1b2c3d", GRANT, "tax", (PERSON,), Form.PACKAGE, "file", "ab" * 32, 10, 5,
    NOW.isoformat(), "共享岗", "", "泉数享〔2026〕001号", "order-1:1", ("cd" * 32,),
)  # fmt: skip
NOTICE = Recall(
    COPY.copy, GRANT, RecallEvent.NOTICED, NOW.isoformat(), "quanshu", "2026-03-09", "revoked"
)
RECEIPT = Recall(
    COPY.copy, GRANT, RecallEvent.ACKNOWLEDGED, NOW.isoformat(), "共享岗",
    disposal=Disposal.DESTROYED, document="回执〔2026〕1号",
)  # fmt: skip


def test_a_copy_is_read_back_as_it_was_recorded(tmp_path: Path) -> None:
    """Each copy stands once, in the order in which they were handed out."""
    layout = Layout(tmp_path)
    assert COPIES.record(layout, (COPY,))
    assert not COPIES.record(layout, (COPY,))
    other = replace(COPY, copy="20260302-ffffffff", form=Form.ANSWER)
    assert COPIES.record(layout, (other,))

    assert COPIES.read(layout) == (COPY, other)
    assert [one.copy for one in traced(layout, [other.copy])] == [other]


def test_a_copy_stands_as_the_ledgers_say(tmp_path: Path) -> None:
    """Out, called back, overdue after the last day, and disposed of, whenever that was."""
    layout = Layout(tmp_path)
    COPIES.record(layout, (COPY,))
    assert traced(layout)[0].state("2030-01-01") is CopyState.OUT

    RECALLS.record(layout, (NOTICE,))
    assert not RECALLS.record(layout, (replace(NOTICE, due="2026-04-01"),))
    found = traced(layout)[0]
    assert found.notice == NOTICE
    assert found.state("2026-03-09") is CopyState.RECALLED
    assert found.state("2026-03-10") is CopyState.OVERDUE

    RECALLS.record(layout, (RECEIPT,))
    closed = traced(layout)[0]
    assert closed.receipt == RECEIPT
    assert closed.state("2030-01-01") is CopyState.CLOSED


def test_a_name_is_of_one_copy_alone() -> None:
    """It begins with the day, so that copies lie in order."""
    names = {new_copy_name("2026-03-02") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("20260302-") for name in names)
