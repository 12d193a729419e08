"""Facts of sharing: as they are, as they were, and without an audit log that can be read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from audit.acts import Operation
from flow.acts import about_grant
from outlets.answers.ledger import ANSWERS, Answer, Service
from outlets.reports.facts.sharing import Sharing, read_sharing
from register.copies import COPIES, RECALLS
from tests.city import GRANT, NOW, PERSON, TODAY
from tests.city.declared import compiled
from tests.city.homes import city_of
from tests.unit.register.test_copies import COPY, NOTICE


def test_everything_is_told_as_it_is_and_as_it_was(tmp_path: Path) -> None:
    """What came after a moment is left out; a log that is damaged takes nothing else away."""
    city = city_of(compiled(), tmp_path)
    layout, catalog = city.layout, city.catalog
    act = about_grant(city, catalog.grant(GRANT), city.rights.standings[GRANT], Operation.QUERY)
    city.audit.append([act])
    COPIES.record(layout, (COPY,))
    RECALLS.record(layout, (NOTICE,))
    day = TODAY.isoformat()
    asked = Answer("a", GRANT, PERSON, Service.MATCH, day, NOW.isoformat(), "窗口岗", 3, 2)
    ANSWERS.record(layout, (asked,))

    now = read_sharing(layout, catalog, TODAY)
    assert now.answers[GRANT] == 1
    assert [one.copy for one in now.copies_of(GRANT)] == [COPY]
    assert now.last_use(GRANT) == day
    assert (now.entries, len(now.root)) == (1, 64)
    then = read_sharing(layout, catalog, TODAY, until=NOW)
    assert (then.copies, then.answers, then.root) == ((), {}, "")
    assert then.tally is not None
    assert not then.tally.days
    tomorrow = read_sharing(layout, catalog, TODAY, until=NOW + timedelta(days=1))
    assert [one.notice for one in tomorrow.copies] == [NOTICE]
    assert tomorrow.tally is not None
    assert set(tomorrow.tally.days) == {(day, "query")}

    (layout.audit / "checkpoint").write_text("x")
    layout.audit_tally.unlink()
    damaged = read_sharing(layout, catalog, TODAY)
    assert damaged.tally is None
    assert damaged.copies == now.copies


def test_the_stamp_of_a_grant_changes_with_it_alone() -> None:
    """An answer of another one leaves it as it is."""
    before, after = Sharing(), Sharing(answers=Counter({"b": 1}))
    assert before.stamp_of("a") == after.stamp_of("a")
    assert before.stamp_of("b") != after.stamp_of("b")
    assert before.stamp != after.stamp
