"""Legal holds: they stand in the log alone, and each ends by a document once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from audit.holds import Hold, begin_hold, end_hold, holds
from audit.log import AuditLog
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts


def test_a_hold_begins_and_ends_by_documents(tmp_path: Path) -> None:
    """Both are entries; a second hold by the same document, and a second end, are refused."""
    log = AuditLog(Layout(tmp_path))
    assert holds(log) == ()
    log.append(acts(3))
    begun = begin_hold(log, ACT, "检察建议〔2030〕1号", date(2026, 1, 1))
    assert holds(log) == (begun,) == (Hold("检察建议〔2030〕1号", date(2026, 1, 1), 3),)
    with pytest.raises(AuditError, match="already"):
        begin_hold(log, ACT, begun.document, None)

    ended = end_hold(log, ACT, begun.document)

    assert holds(log) == (ended,)
    assert ended.ended == 4
    for document in (begun.document, "别的"):
        with pytest.raises(AuditError, match="in force"):
            end_hold(log, ACT, document)
    with pytest.raises(AuditError, match="already"):
        begin_hold(log, ACT, begun.document, None)


@pytest.mark.parametrize(
    ("since", "ended", "covers"),
    [
        (None, None, True),
        (date(2026, 3, 1), None, True),
        (date(2026, 3, 2), None, False),
        (None, 7, False),
    ],
)
def test_a_hold_covers_what_happened_since_its_day(
    since: date | None, ended: int | None, *, covers: bool
) -> None:
    """While it is in force."""
    assert Hold("一", since, 0, ended).covers(date(2026, 3, 2)) is covers
