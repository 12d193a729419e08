"""The answer ledger: counts by grant and day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from outlets.answers.ledger import ANSWERS, Answer, Service, asked_on
from storage.layout import Layout
from tests.city import GRANT, PERSON

ANSWER = Answer(
    "20260302-00000001", GRANT, PERSON, Service.MATCH, "2026-03-02", "2026-03-02T17:30:00+08:00",
    "窗口岗", 7, 5,
)  # fmt: skip


def test_ids_are_counted_by_grant_and_day(tmp_path: Path) -> None:
    """All services of a grant count towards its day; an answer is recorded once."""
    layout = Layout(tmp_path)
    assert asked_on(layout, GRANT, "2026-03-02") == 0
    others = (
        replace(ANSWER, answer="b", service=Service.VERIFY, asked=4),
        replace(ANSWER, answer="c", grant="other"),
        replace(ANSWER, answer="d", day="2026-03-03"),
    )
    for one in (ANSWER, ANSWER, *others):
        ANSWERS.record(layout, (one,))
    assert asked_on(layout, GRANT, "2026-03-02") == 11
    assert ANSWER in ANSWERS.read(layout)
