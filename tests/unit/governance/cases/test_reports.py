"""Reports beside their cases: stored once, looked for again, disputed until they are settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from governance.cases.corrections import Checked, Filed, Wrong
from governance.cases.records import Record
from governance.cases.reports import add_report, disputed_values, known_reports, looked_at
from governance.cases.settling import settle, stored, stored_case
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, decided
from governance.store.database import Store
from tests.city import GRANT, PERSON
from tests.city.declared import compiled

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
BY = By("岗位", AT, None, "与原件一致")
FACT = Signal(CaseOrigin.REPORT, PERSON, "name", "v" * 32, True, 1, {}, AT, owner="civil_affairs")
FILED = Filed(FACT, Record(("000001-a", 3), "k" * 64, "v" * 64), ("table", 4), 1)


def reported(session: Session) -> int:
    """Open a case and store its report; return its number."""
    number = settle(session, [FACT], BY).opened[0].number
    assert add_report(session, number, FILED, said(), BY)
    return number


def said() -> Wrong:
    """Return what the consumer says."""
    catalog = compiled()
    resource, grant = catalog.resource(PERSON), catalog.grants[GRANT]
    return Wrong(resource, "name", 4, {"resident_id": "x"}, " 有误 ", "data_office", grant)


def test_a_report_is_known_again_as_it_was_stored(store: Store) -> None:
    """By place, digests, table and version; never by the key."""
    with store.writing() as session:
        number = reported(session)
        (known,) = known_reports(session)
    assert (known.number, known.record, known.table) == (number, FILED.record, FILED.table)
    assert (known.item, known.cause, known.seen_at) == ("name", FACT.cause, AT)


def test_a_second_report_says_where_to_look_anew(store: Store) -> None:
    """The first one's words and consumer stay."""
    with store.writing() as session:
        number = reported(session)
        other = replace(FILED, record=replace(FILED.record, place=("000002-b", 7)), table=("t", 9))
        assert not add_report(session, number, other, said(), BY)
        (known,) = known_reports(session)
    assert (known.record.place, known.table) == (("000002-b", 7), ("t", 9))


def test_how_far_a_table_was_looked_at_is_remembered(store: Store) -> None:
    """With the place of the record, where there is one."""
    with store.writing() as session:
        reported(session)
        (known,) = known_reports(session)
        moved = Record(("000005-e", 1), known.record.key, "w" * 64)
        looked_at(session, [Checked(known, ("table", 5), moved, None)])
        looked_at(session, [Checked(known, ("table", 6), None, None)])
        (known,) = known_reports(session)
    assert (known.record.place, known.table) == (("000005-e", 1), ("table", 6))


def test_a_value_is_disputed_until_it_is_decided(store: Store) -> None:
    """What stays as it is by decision is neither disputed nor looked for."""
    with store.writing() as session:
        number = reported(session)
        (one,) = disputed_values(session)
        assert (one.resource, one.delivery, one.record, one.item, one.case) == (
            PERSON, "000001-a", 3, "name", number,
        )  # fmt: skip
        case, row = stored_case(session, number)
        stored(session, decided(case, BY, correct=False), row)
        assert disputed_values(session) == ()
        assert known_reports(session) == ()
