"""The values that travel between the stops: a delivery, its verdict, its outcome.

Belongs here: frozen values and their JSON shape. Keep out: how they are made or stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from storage.engines.plain_text import PlainText

__all__ = [
    "INBOX",
    "REPLAYED",
    "Arrival",
    "Counts",
    "Delivery",
    "Outcome",
    "Verdict",
    "VerdictKind",
]


REPLAYED = "replay"
"""The origin of a delivery of records that were quarantined before."""


@dataclass(frozen=True)
class Arrival:
    """Where a file is from (`inbox`, `sql`, `http`), and what its delivery keeps beside it.

    `watermark` is how far a pull came. The files of `beside` are moved into the delivery's folder,
    so that one rename commits them together with the data. A file from an inbox repeats whatever
    the resource delivered earlier; a pulled one only the newest delivery, because a source may well
    return to a former state.
    """

    origin: str = "inbox"
    watermark: str | None = None
    beside: tuple[Path, ...] = ()


INBOX = Arrival()
"""How a file came of which nothing else is known."""


@dataclass(frozen=True)
class Counts:
    """What a delivery does to a table, in rows.

    `unchanged` counts the accepted records that alter nothing: equal to what is stored, superseded
    by a later record for the same key in the same delivery, older than what a change feed said of
    the key before, or deleting what is not there.
    """

    inserted: int
    updated: int
    deleted: int
    unchanged: int

    @property
    def gained(self) -> int:
        """Return how many rows the table has more of them."""
        return self.inserted - self.deleted

    @property
    def changed(self) -> int:
        """Return how many rows of the table are touched."""
        return self.inserted + self.updated + self.deleted


class VerdictKind(StrEnum):
    """What the gate said of a delivery."""

    PASSED = "passed"
    REJECTED = "rejected"
    RECOGNISED = "recognised"
    """The same bytes were delivered before; nothing was done."""
    HELD = "held"
    """It passed, but waits: for an approval, or behind a delivery that does."""


@dataclass(frozen=True)
class Delivery:
    """What one department handed over at one time for one resource: the content of receipt.json.

    `sequence` counts a resource's deliveries from 1 in the order they apply; `delivery` is
    `<sequence, six digits>-<first 12 hex digits of sha256>`. `rows` counts physical records,
    well-formed or not; `malformed` those that could not be split into the declared fields.
    `refusal` is a stable reason code when the file could not be read at all (then rows may be 0).
    """

    resource: str
    delivery: str
    sequence: int
    files: tuple[str, ...]
    """The file's name; its path below the inbox when it came in folders there."""
    sha256: str
    bytes: int
    rows: int
    malformed: int
    headers: tuple[str, ...]
    landed_at: str
    """ISO 8601 with offset."""
    refusal: str | None = None
    refusal_detail: str | None = None
    """What happened and what to do; names of headers at most, never a cell value."""
    members: tuple[str, ...] = ()
    """The files of an archive, in the order their records are numbered."""
    read_as: str = ""
    """The format the file turned out to be by its content."""
    encoding: str | None = None
    """What a text was read in, as declared or detected."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Lines that are no records, by reason: preamble, comment, footer, blank, header."""
    normalised: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Part → step → cells that declared normalisation changes."""
    not_understood: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Part → step → cells that no declared step of this kind understands: of a typed item they are
    quarantined, of a text they went on as they came."""
    undeclared: Mapping[str, int | None] = field(default_factory=dict)
    """Header, or `sheet:<name>`, outside the catalogue → cells that hold a value (三(二)); None for
    a sheet, which nobody reads."""
    hidden: Mapping[str, int] = field(default_factory=dict)
    """What a workbook does not show (`sheets`, `columns`, `pivot_caches` …) → how many."""
    excepted: Mapping[str, str] = field(default_factory=dict)
    """Undeclared header → the live exception under which its cells are stored."""
    renamed: bool = False
    """Whether the file was delivered under a name that could not be kept as it was."""
    origin: str = "inbox"
    """How it came: `inbox`, `sql`, `http` or `replay`."""
    watermark: str | None = None
    """Highest watermark of a pull; the next one starts from it."""
    as_of: str | None = None
    """ISO date its content stands for, where the feed declares one."""
    filing_no: str | None = None
    """Filing number of a reflow (四(三))."""
    plain: PlainText | None = None
    """How the file is read as it lies; None where its records are in a rows.parquet."""


@dataclass(frozen=True)
class Verdict:
    """The gate's stored fact about one delivery; `accepted + quarantined == delivered`."""

    resource: str
    delivery: str
    sequence: int
    kind: VerdictKind
    delivered: int
    accepted: int
    quarantined: int
    reasons: tuple[str, ...]
    """Rule codes that failed at reject or quarantine level, or the refusal code."""
    catalog_digest: str
    judged_at: str
    gx_result: str = "{}"
    """Great Expectations' whole result as JSON, without any cell value."""


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery in one run: a row of `quanshu run --json`."""

    department: str
    resource: str
    delivery: str
    files: tuple[str, ...]
    delivered: int = 0
    accepted: int = 0
    quarantined: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    verdict: VerdictKind = VerdictKind.PASSED
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)
