"""What happens in the year: on which day, in which order, done the real way.

Belongs here: the acts and the days on which somebody looks. Keep out: what is expected of them.
Every day that is named ends with a run and with the desk being kept. Pages and views are left out:
they follow from the same facts, and of eight thousand deliveries would cost a minute a day.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from audit.acts import Operation
from catalog_specs.catalog import Catalog
from catalog_specs.loader import load
from catalog_specs.rules.violations import ViolationState
from flow.acts import about_city, at_work
from flow.desk.cases import decide_case, extend_case, report_wrong, shown_cases
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.run import run
from governance.cases.clocks import Standing
from governance.cases.corrections import Wrong
from governance.cases.reading import Shown
from governance.store.database import open_store
from governance.violations.life import Decision, Violation, decided
from governance.violations.records import violations, write
from register.records import VerdictKind
from tests.city import GRANT, PERSON, REGION
from tests.city.declared import write_catalog
from tests.city.homes import city_of
from tests.city.records import REGIONS, csv_text, people, person_id
from tests.flow.year.city import BEGUN, BY_HAND, CHANGED, DRIFTS, LATE, READINGS, RULE, SILENT
from tests.flow.year.rhythm import Said, deliver_again, say_again

ZONE = ZoneInfo("Asia/Shanghai")
EVENING = time(20)
_HOURS = (time(9), time(15))
_PEOPLE = range(1, 41)
_QUIET = {
    LATE: (date(2026, 3, 4), date(2026, 3, 5)),
    SILENT: (date(2026, 9, 29), date(2026, 10, 14)),
    BY_HAND: (date(2026, 12, 31), date(2027, 1, 3)),
}
"""Resource → the first and the last day on which nothing comes by itself."""


@dataclass(frozen=True)
class Seen:
    """What stood at a moment."""

    cases: tuple[Shown, ...]
    violations: tuple[Violation, ...]
    catalog: Catalog

    @property
    def clocks(self) -> tuple[int, int, str | None, bool]:
        """Return open and overdue cases, the first due day, and whether it is provisional."""
        overdue = sum(one.standing is Standing.OVERDUE for one in self.cases)
        due = self.cases[0].due if self.cases else None
        return (
            len(self.cases),
            overdue,
            str(due.day) if due else None,
            bool(due and due.provisional),
        )


@dataclass
class Year:
    """A home, and the year that it lives through."""

    folder: Path
    came: int = 0
    """Deliveries so far, repeats among them."""
    seen: dict[str, Seen] = field(default_factory=dict)
    _changes: dict[str, object] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _said: Said = field(default_factory=dict)
    _until: datetime = datetime(2026, 1, 2, tzinfo=ZONE)
    _again: frozenset[str] = frozenset()
    """Resources whose file is the same for a while: each is a repeat."""

    def begin(self) -> None:
        """Let every department deliver for the first time, on New Year's Day."""
        self.declare(BEGUN)
        self.put(REGION, csv_text(REGIONS, (350500, "一区"), (350501, "二区")))
        self.persons()
        for ref in READINGS:
            self.readings(ref, 100, 300)
        self.look("2026-01-01")

    def catalog_on(self, said: str) -> Catalog:
        """Return the catalogue as it was at a moment."""
        return [one.catalog for moment, one in self.seen.items() if moment <= said][-1]

    # ── time ────────────────────────────────────────────────────────────────────────────────────

    def on(self, day: str, at: time = EVENING) -> None:
        """Let the days pass until this moment, with what comes of itself."""
        moment = datetime.combine(date.fromisoformat(day), at, ZONE)
        came: dict[str, list[datetime]] = {}
        again: list[tuple[str, datetime]] = []
        for ref in (PERSON, *READINGS):
            some = [one for one in _rhythm(self._until, moment) if not _quiet(ref, one.date())]
            if ref in self._again:
                again += [(ref, one) for one in some]
            else:
                came[ref] = some
        self._until = moment
        self._at(moment)
        act = about_city(self.city, Operation.AGGREGATE, "按目录汇聚政务数据", "每日两次的交付")
        with at_work(self.city, act):
            self.came += deliver_again(self.city.layout, came, self._said)
            self.came += say_again(self.city.layout, again)

    def look(self, name: str) -> None:
        """Run, keep the desk, and remember what stands now."""
        result = run(self.city, derive=False)
        faults = Faults(self.city.layout)
        keep_desk(self.city, faults)
        assert (result.failures, faults.found) == ((), [])
        assert all(one.verdict is VerdictKind.PASSED for one in result.outcomes)
        self.came += len(result.outcomes)
        self.seen[name] = Seen(
            shown_cases(self.city),
            violations(self.city.layout),
            self.city.catalog,
        )

    def _at(self, moment: datetime) -> None:
        self.city = replace(self.city, clock=lambda: moment)

    # ── what departments do ─────────────────────────────────────────────────────────────────────

    def put(self, ref: str, text: str) -> None:
        """Put a file into a department's inbox."""
        file = self.city.layout.inbox(ref) / f"{self.city.clock():%Y%m%d}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        os.utime(file, (self.city.clock().timestamp() - 60,) * 2)

    def persons(self, numbers: Iterable[int] = (), name: str = "正") -> None:
        """Deliver everybody, some of them under another name than before."""
        self._names |= {number: f"{name}{number}" for number in numbers}
        rest = (1, "1990-01-01", 350500, "1.00")
        changed = {f"p{number}": (name, *rest) for number, name in self._names.items()}
        self.put(PERSON, people(_PEOPLE, **changed))

    def readings(self, ref: str, *figures: int) -> None:
        """Deliver the stations of a resource with these figures."""
        self.put(ref, csv_text("台站,读数", *(enumerate(figures))))

    def declare(self, changes: dict[str, object]) -> None:
        """Change the catalogue."""
        self._changes |= changes
        shutil.rmtree(self.folder / "catalogue", ignore_errors=True)
        catalog = load(write_catalog(self.folder, **self._changes))
        if self.came:
            self.city = replace(self.city, catalog=catalog)
        else:
            self.city = city_of(catalog, self.folder / "home")
            self._at(self._until - timedelta(hours=4))

    def again(self, *refs: str) -> None:
        """Let these deliver the same file from now on, and all others as before."""
        self._again = frozenset(refs)

    # ── what officers and consumers do ──────────────────────────────────────────────────────────

    def report(self, numbers: Iterable[int]) -> None:
        """Let the consumer report that these persons' names are wrong."""
        catalog = self.city.catalog
        for number in numbers:
            key = {"resident_id": person_id(number)}
            said = (catalog.resource(PERSON), "name", 0, key, "姓名有误", "data_office")
            report_wrong(self.city, Wrong(*said, catalog.grants[GRANT]))

    def decide(self, numbers: Iterable[int], *, correct: bool) -> None:
        """Enter decisions on the cases of these persons."""
        for number in numbers:
            decide_case(self.city, self.case(number), ("与原件核对", "民函"), correct=correct)

    def extend(self, number: int) -> None:
        """Extend the term of one correction."""
        extend_case(self.city, self.case(number), "数批1")

    def case(self, number: int) -> int:
        """Return the number of the case about a person: they were reported in their order."""
        kept = [one.case for one in shown_cases(self.city, closed=True)]
        numbers = sorted(one.number for one in kept if one.origin.value == "report")
        return numbers[number - 1]

    def violation(self, about: str, state: ViolationState, until: str | None = None) -> None:
        """Let a post decide about the one violation of a kind, `V09`, or about a resource."""
        known = violations(self.city.layout)
        (one,) = [each for each in known if about in {each.id[:3], each.about}]
        day = date.fromisoformat(until) if until else None
        said = Decision(state, "督查科科长", f"督〔2026〕{state.value}", "", day)
        after = decided(one, said, (self.city.clock(), "督查科"))
        assert after
        with open_store(self.city.layout) as store, store.writing() as session:
            write(session, after)


def _rhythm(since: datetime, until: datetime) -> Iterable[datetime]:
    """Yield the moments of the base rhythm from one moment to another."""
    for days in range((until.date() - since.date()).days + 1):
        for hour in _HOURS:
            moment = datetime.combine(since.date() + timedelta(days=days), hour, ZONE)
            if since <= moment < until:
                yield moment


def _quiet(ref: str, day: date) -> bool:
    first, last = _QUIET.get(ref, (date.max, date.min))
    return first <= day <= last


Act = Callable[[Year], None]
_CONFIRMED, _RECTIFIED = ViolationState.CONFIRMED, ViolationState.RECTIFIED

ACTS: dict[str, tuple[Act, ...]] = {
    "2026-02-08": (),
    "2026-02-09": (lambda y: y.report(range(1, 11)),),
    "2026-02-11": (),
    "2026-02-12": (
        lambda y: y.decide(range(1, 7), correct=True),
        lambda y: y.violation("V09", _CONFIRMED, "2026-03-04"),
    ),
    "2026-02-13": (lambda y: y.decide((7, 8), correct=False),),
    "2026-02-14": (),
    "2026-02-15": (),
    "2026-02-24": (lambda y: y.decide((9, 10), correct=True),),
    "2026-03-03": (lambda y: y.persons((1, 2, 3)), lambda y: y.extend(4)),
    "2026-03-04": (),
    "2026-03-05": (lambda y: y.readings(LATE, 101, 300),),
    "2026-03-06": (lambda y: y.declare(CHANGED["a steward is named"]),),
    "2026-03-09": (
        lambda y: y.persons((9, 10)),
        lambda y: y.violation("V09", _RECTIFIED),
    ),
    "2026-03-11": (lambda y: y.persons((4,)),),
    "2026-03-20": (lambda y: y.persons((5, 6)),),
    "2026-04-28": (lambda y: y.readings(DRIFTS, 200, 300), lambda y: y.again(DRIFTS)),
    "2026-05-09": (),
    "2026-05-20": (lambda y: y.readings(DRIFTS, 101, 300), lambda y: y.again()),
    "2026-06-01": (lambda y: y.readings(RULE, 1200, 300), lambda y: y.again(RULE)),
    "2026-06-09": (),
    "2026-06-10": (
        lambda y: y.declare(CHANGED["the rule is narrower"]),
        lambda y: y.readings(RULE, 600, 300),
    ),
    "2026-06-16": (lambda y: y.readings(RULE, 400, 300), lambda y: y.again()),
    "2026-09-29": (lambda y: y.report(range(11, 21)),),
    "2026-09-30": (),
    "2026-10-08": (lambda y: y.violation(SILENT, _CONFIRMED, "2026-10-12"),),
    "2026-10-12": (lambda y: y.decide(range(11, 21), correct=True),),
    "2026-10-14": (),
    "2026-10-15": (),
    "2026-10-26": (
        lambda y: y.persons(range(11, 19)),
        lambda y: y.violation(SILENT, _RECTIFIED),
    ),
    "2026-10-27": (),
    "2026-11-02": (lambda y: y.persons((19, 20)),),
    "2026-11-16": (lambda y: y.persons((20,), "人"),),  # the wrong value again
    "2026-11-20": (lambda y: y.decide((20,), correct=False),),
    "2026-12-25": (lambda y: y.report(range(21, 31)),),
    "2026-12-31": (),
    "2027-01-01 12:00": (),
    "2027-01-01 20:00": (lambda y: y.declare(CHANGED["the notice for 2027"]),),
    "2027-01-04": (),
    "2027-01-05": (),
}
"""Moment → what is done before the run. In the evening, where no time is given."""


QUARTER = "2026-03-20"
"""The last moment of the first one: what comes later, `make thorough` lives through as well."""


def lived(folder: Path, until: str | None = None) -> Year:
    """Return the year that was lived through to a moment, with what stood at every one."""
    year = Year(folder)
    year.begin()
    for said, acts in ACTS.items():
        if until and said > until:
            break
        day, _, at = said.partition(" ")
        year.on(day, time.fromisoformat(at) if at else EVENING)
        for act in acts:
            act(year)
        year.look(said)
    return year
