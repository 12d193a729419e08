"""Facts that detectors judge: what was seen of a home on one day, without a value of the data.

Belongs here: the frozen values. Keep out: gathering them (`flow.facts`), judging them
(`governance.violations.detectors`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import Term
from governance.grants.standing import Standing

__all__ = [
    "Afterwards",
    "Control",
    "ControlState",
    "Exposed",
    "Extract",
    "Facts",
    "Foreign",
    "Misfit",
    "Outside",
    "Overdue",
    "Overlap",
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
class Facts:
    """Everything that detectors are told of one day; what nobody looked at is empty."""

    catalog: Catalog
    today: date
    outside: tuple[Outside, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    extracts: tuple[Extract, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    controls: tuple[Control, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """How grants stand in the store; one that is not in it holds nothing."""

    def department(self, ref: str) -> str:
        """Return the department of a resource by its full name."""
        return ref.partition("/")[0]
