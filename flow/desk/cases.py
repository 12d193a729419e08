"""Acts on cases: what a command reads of them, and the decisions that it enters.

Belongs here: opening the store, one step, telling whom it concerns. Keep out: what a step is
(`governance.cases.states`), options and printing (`cli`).
"""

from __future__ import annotations

from collections.abc import Callable

from catalog_specs.errors import CatalogLookupError
from flow.city import City
from flow.desk.receivers import receivers
from governance.cases.alerts import Alert, AlertKind, send
from governance.cases.clocks import Clocks
from governance.cases.corrections import Lookup, Wrong, file_report
from governance.cases.disputes import remember_desk
from governance.cases.notices import NoticeKind, parties_told, tell
from governance.cases.reading import CaseFile, Shown, case_file, cases
from governance.cases.reports import add_report, disputed_values
from governance.cases.settling import case_with_key, settle, stored, stored_case
from governance.cases.states import (
    By,
    Case,
    CaseEvent,
    EventKind,
    Step,
    decided,
    extended,
    reopened,
)
from governance.store.database import exists, open_store
from storage.engines.workbench import open_workbench

__all__ = [
    "Said",
    "decide_case",
    "extend_case",
    "reopen_case",
    "report_wrong",
    "shown_case",
    "shown_cases",
    "tell_officers",
]

Said = tuple[str, str | None]
"""The reason of an act, and the document that it stands on."""


def shown_cases(
    city: City, *, closed: bool = False, resource: str | None = None
) -> tuple[Shown, ...]:
    """Return the open cases, or all, the most pressing first; none where there is no store.

    Those of one `resource`, where it is given.
    """
    if not exists(city.layout, city.governance_db):
        return ()
    with open_store(city.layout, city.governance_db) as store, store.reading() as session:
        return cases(
            session, Clocks.of(city.catalog), city.clock(), every=closed, resource=resource
        )


def shown_case(city: City, number: int) -> CaseFile:
    """Return one case with its history; CatalogLookupError when there is none of this number."""
    if not exists(city.layout, city.governance_db):
        raise CatalogLookupError(
            f"no case {number}", where=str(city.layout.home), remedy="there is no case yet"
        )
    with open_store(city.layout, city.governance_db) as store, store.reading() as session:
        return case_file(session, number, Clocks.of(city.catalog), city.clock())


def decide_case(city: City, number: int, said: Said, *, correct: bool) -> CaseFile:
    """Enter the producer's decision; whoever was told of the dispute is told of a rejection."""

    def act(case: Case, by: By) -> Step:
        return decided(case, by, correct=correct)

    return _acted(city, number, said, act, None if correct else NoticeKind.REJECTED)


def extend_case(city: City, number: int, document: str | None) -> CaseFile:
    """Extend the term of a re-delivery once, by what the profile allows."""
    figure = city.catalog.profile.correction_extension_days
    days = figure.value if figure else 0
    return _acted(city, number, ("", document), lambda case, by: extended(case, by, days))


def reopen_case(city: City, number: int, said: Said) -> CaseFile:
    """Open a case again that is over; whoever was told of it is told again."""
    return _acted(city, number, said, reopened, NoticeKind.REOPENED)


def tell_officers(city: City, found: CaseFile) -> None:
    """Send word of a case that a report has opened, where officers ask for it.

    Raises:
        SettingsError: it could not be sent; the case stands all the same.
    """
    fresh = found.events[-1].kind is EventKind.DISPATCHED
    if city.alerts and fresh:
        send(city.alerts, (Alert(AlertKind.NEW, found.shown.case),))


def report_wrong(city: City, wrong: Wrong) -> CaseFile:
    """Take a consumer's report: it opens a case, or joins the one that is about the same value.

    Whoever received the value through a grant is told that it is disputed; of what was rejected by
    decision the reporter alone is told, and the case stays so.
    """
    by = By(city.actor, city.clock())
    with open_workbench(city.layout.work, city.limits) as con:
        filed = file_report(Lookup(con, city.layout, city.catalog, city.keys), wrong, by.at)
    facts = {"consumer": wrong.consumer, "grant": wrong.grant.code}
    with city.lock("desk"), open_store(city.layout, city.governance_db) as store:
        with store.writing() as session:
            settle(session, [filed.signal], by)
            case, row = case_with_key(session, filed.signal.key)
            if not add_report(session, case.number, filed, wrong, by):
                stored(session, (case, (CaseEvent(EventKind.SEEN, by, facts),)), row)
            reporter = (wrong.consumer, wrong.grant.code)
            if case.state.open:
                holding = receivers(city, case.resource, case.about, filed.record.place[0])
                tell(session, case.number, NoticeKind.DISPUTED, (reporter, *holding), by.at)
            else:  # it was decided that the value stays
                tell(session, case.number, NoticeKind.REJECTED, (reporter,), by.at)
            disputed = disputed_values(session)
        remember_desk(city.layout, "", disputed)
        with store.reading() as session:
            return case_file(session, case.number, Clocks.of(city.catalog), by.at)


def _acted(
    city: City,
    number: int,
    said: Said,
    act: Callable[[Case, By], Step],
    telling: NoticeKind | None = None,
) -> CaseFile:
    """Take one step of one case and store it; tell those who were told of it before."""
    shown_case(city, number)
    by = By(city.actor, city.clock(), (said[1] or "").strip() or None, said[0].strip())
    with city.lock("desk"), open_store(city.layout, city.governance_db) as store:
        with store.writing() as session:
            case, row = stored_case(session, number)
            stored(session, act(case, by), row)
            if telling is not None:
                tell(session, number, telling, parties_told(session, number), by.at)
            disputed = disputed_values(session)
        remember_desk(city.layout, "", disputed)
        with store.reading() as session:
            return case_file(session, number, Clocks.of(city.catalog), by.at)
