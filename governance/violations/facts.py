"""Facts that detectors judge: what was seen of a home on one day, without a value of the data.

Belongs here: the frozen values. Keep out: gathering them (`flow.supervision.gathering`), judging
them (`governance.violations.detectors`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.rules.decisions import ShareWithdrawal
from catalog_specs.vocabulary import Term
from governance.grants.decisions import decide
from governance.grants.standing import Standing
from governance.owed import Owed
from register.copies import Traced

__all__ = [
    "Afterwards",
    "Bare",
    "Control",
    "ControlState",
    "Exposed",
    "Extract",
    "Facts",
    "Foreign",
    "Misfit",
    "OtherPurpose",
    "Outside",
    "Overdue",
    "Overlap",
    "RefusedAsks",
]


@dataclass(frozen=True)
class Outside:
    """A header outside the catalogue in the newest delivery of a resource, without an exception."""

    resource: str
    header: str
    since: date
    """The day of the first of the deliveries in a row that had it."""
    deliveries: int
    newest: str
    cells: int | None
    """Cells of the newest delivery that hold a value; None where nobody counted."""


@dataclass(frozen=True)
class Misfit:
    """A resource whose newest deliveries were refused because their columns are not declared."""

    resource: str
    code: str
    """The code of the refusal."""
    since: date
    deliveries: int
    newest: str


@dataclass(frozen=True)
class Afterwards:
    """Deliveries of a resource that the catalogue has retired, on days after that."""

    resource: str
    deliveries: int
    newest: str


@dataclass(frozen=True)
class Overlap:
    """How many sampled values of one item another department's item holds as well.

    Of the values themselves and of their hashes nothing remains but these counts.
    """

    resource: str
    item: str
    other: str
    other_item: str
    sampled: int
    shared: int
    versions: tuple[int, int]
    """The versions of the two tables."""


@dataclass(frozen=True)
class Overdue:
    """Something that a department owed by a day and has not given: a delivery, a correction."""

    resource: str
    what: str
    """`missing`, `stale`, `late`, or `correction`."""
    due: date
    days: int
    """Working days since."""
    about: str = ""
    """The case of a correction."""


@dataclass(frozen=True)
class Extract:
    """Rows that a grant has on disk: its resources with their columns."""

    grant: str
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Exposed:
    """Something that left, or may, without the masks that cover it."""

    kind: str
    """`grant` or `open_set`."""
    code: str
    reason: str
    where: str = ""


@dataclass(frozen=True)
class Foreign:
    """A commit of a table that no run made and nobody accepted."""

    resource: str
    version: int
    operation: str


class ControlState(Term):
    """What is known of a control."""

    IN_PLACE = ("in_place", "到位")
    MISSING = ("missing", "缺失")
    UNKNOWN = ("unknown", "无法核实")


@dataclass(frozen=True)
class Control:
    """A control of security or management: whether it is in place, and how that is known."""

    code: str
    name: str
    name_en: str
    clause: str
    department: str
    state: ControlState
    evidence: Mapping[str, str | int]


@dataclass(frozen=True)
class RefusedAsks:
    """How often a grant was asked for more than it gives, in the days that count."""

    grant: str
    reason: str
    """The code of the refusal."""
    asks: int
    newest: str
    """The day of the last one, as ISO date."""


@dataclass(frozen=True)
class OtherPurpose:
    """Acts under a grant for a purpose that nobody ever approved of it."""

    grant: str
    purpose: str
    """A digest of the purpose."""
    acts: int


@dataclass(frozen=True)
class Bare:
    """A release that stands in public and does not say all that its users must state (六(七))."""

    dataset: str
    release: str
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Everything that detectors are told of one day; what nobody looked at is empty."""

    catalog: Catalog
    today: date
    outside: tuple[Outside, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    owed: tuple[Owed, ...] = ()
    """What offices owe by a day that is over."""
    extracts: tuple[Extract, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    controls: tuple[Control, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """How grants stand in the store; one that is not in it holds nothing."""
    copies: tuple[Traced, ...] = ()
    """Copies that were handed out and that nobody has destroyed or returned."""
    refused: tuple[RefusedAsks, ...] = ()
    purposes: tuple[OtherPurpose, ...] = ()
    bare: tuple[Bare, ...] = ()

    def department(self, ref: str) -> str:
        """Return the department of a resource by its full name."""
        return ref.partition("/")[0]

    def consumer(self, grant: str) -> str:
        """Return who answers for a grant: its consumer, or the authority for one that is gone."""
        found = self.catalog.grants.get(grant)
        return found.consumer if found else self.catalog.city.authority

    def ended(self, grant: str) -> str:
        """Return why a grant does not hold on the day, as a code; empty while it does."""
        found = self.catalog.grants.get(grant)
        if found is None:
            return ShareWithdrawal.NOT_IN_CATALOGUE.stored
        decision = decide(self.catalog, found, self.standings.get(grant), self.today)
        return "" if decision.allowed else decision.reason.stored
