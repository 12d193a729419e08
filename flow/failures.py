"""Failures of a run: each stops one thing, and everything else goes on.

Belongs here: setting apart whatever one resource, share, release or view build raises, and what is
said of it. Keep out: what is done next (`flow.run`), printing (`cli`).
An error of our own says itself what happened. Of any other only its class and the place in our code
are told: a vendor's words may quote a value. The whole of it stands in a private file.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from catalog_specs.errors import ObjectStoreError, QuanshuError, TransientError
from catalog_specs.rules.error_codes import ErrorCode
from catalog_specs.rules.homes.store_faults import StoreFault
from catalog_specs.rules.wording import Worded
from storage.damage import Damages
from storage.digests import sha256_of_lines
from storage.engines.connection import end_if_interrupted, interrupted
from storage.full_disk import is_full
from storage.layout import Layout
from storage.places.faults import fault_behind

__all__ = ["Failure", "Faults", "failure_of", "is_fault"]

_HERE = Path(__file__).resolve().parents[1]
_OURS = frozenset(
    {"assets", "audit", "authoritative", "catalog_specs", "cli", "demo_city", "feeds", "flow"}
    | {
        "governance",
        "landing",
        "outlets",
        "pipelines",
        "quality",
        "register",
        "scaffold",
        "storage",
        "values",
    }
)
_OUT_OF_MEMORY = frozenset({"MemoryError", "OutOfMemoryException", "ArrowMemoryError"})
_PASSING = frozenset(
    {
        ErrorCode.DISK_FULL,
        ErrorCode.NO_MEMORY,
        ErrorCode.PUT_OFF,
        ErrorCode.SECOND_ENGINE,
        StoreFault.UNREACHABLE,
        StoreFault.FAILED,
        StoreFault.LEASE_LOST,
        StoreFault.MOVING,
        StoreFault.IN_USE,
    }
)
"""Faults of the machine: they pass without a change of data, catalogue or program."""
_PANIC = "PanicException"
"""Class name of a crash in Rust code (Polars, delta-rs); it is not an `Exception`."""


@dataclass(frozen=True)
class Failure:
    """A failure: at which stop, of what, and what to do; it contains no value."""

    stop: str
    """`withdrawal`, `pull`, `resource`, `comparisons`, `shares`, `open_data`, `due`, `desk`,
    `views`, `report`, `undeclared`, `events`, `recall`, `alerts`."""
    subject: str
    """The resource, grant or open set; empty where there is only one."""
    code: Worded
    what: str
    where: str
    remedy: str
    transient: bool = False
    """Whether trying again without a change may help."""

    @property
    def passing(self) -> bool:
        """Say whether the machine was the fault, not the data, the catalogue or the program."""
        return self.transient or self.code in _PASSING

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)

    def __str__(self) -> str:
        """Return it in one line."""
        named = f"{self.subject} · " if self.subject and self.subject not in self.where else ""
        return f"{self.code} {self.what} · {named}{self.where} · {self.remedy}"


@dataclass
class Faults:
    """Collects what failed, so that the caller can go on with everything else."""

    layout: Layout
    found: list[Failure] = field(default_factory=list)
    _damages: Damages = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing looked at."""
        self._damages = Damages(self.layout)

    @contextmanager
    def apart(self, stop: str, subject: str = "") -> Iterator[None]:
        """Stop any error of the block here, and remember it."""
        try:
            yield
        except BaseException as error:
            end_if_interrupted(error)
            if not is_fault(error):
                raise
            self.add(stop, subject, error)

    def add(self, stop: str, subject: str, error: BaseException) -> None:
        """Remember what went wrong; what cannot be read is told by its place, whoever met it."""
        known: QuanshuError | None = fault_behind(error)
        try:
            if known is None and not is_full(error):
                known = self._damages.behind(subject, error)
        except ObjectStoreError as fault:  # what was said of one object is so of the whole store
            known = fault
        self.found.append(failure_of(self.layout, stop, subject, known or error))


def is_fault(error: BaseException) -> bool:
    """Tell a fault from an end of the process: an interrupt, an exit, a run that is stopped."""
    if interrupted(error):
        return False
    return isinstance(error, Exception) or type(error).__name__ == _PANIC


def failure_of(layout: Layout, stop: str, subject: str, error: BaseException) -> Failure:
    """Describe an error without the text of a library; the whole goes to a private file."""
    if is_full(error):
        full = ErrorCode.DISK_FULL
        return Failure(stop, subject, full, full.english, subject or "home folder", full.remedy)
    if isinstance(error, QuanshuError):
        transient = isinstance(error, TransientError)
        return Failure(stop, subject, error.code, error.what, error.where, error.remedy, transient)
    kind, place = type(error).__name__, _place(error)
    log = _kept(layout, error)
    if kind in _OUT_OF_MEMORY:
        what, remedy = f"not enough memory ({kind})", f"{ErrorCode.NO_MEMORY.remedy}; {log}"
        return Failure(stop, subject, ErrorCode.NO_MEMORY, what, place, remedy)
    what = f"unforeseen {kind}"
    return Failure(
        stop, subject, ErrorCode.UNFORESEEN, what, place, f"report class and place; {log}"
    )


def _place(error: BaseException) -> str:
    """Return the innermost place of our own code that an error passed through."""
    found = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_HERE) and path.relative_to(_HERE).parts[0] in _OURS:
            found = f"{path.relative_to(_HERE)}:{frame.lineno} in {frame.name}"
    return found or "outside Quanshu"


def _kept(layout: Layout, error: BaseException) -> str:
    """Write the whole traceback to a file, and return its place.

    The same fault at the same place is the same file, so that a fault that comes every ten seconds
    fills no disk.
    """
    places = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    fault = sha256_of_lines([type(error).__name__, *places])[:12]
    file = layout.logs / f"{fault}.txt"
    with suppress(OSError):
        layout.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as opened:
            os.fchmod(handle, 0o600)
            opened.writelines(traceback.format_exception(error))
        return f"the full error is in logs/{file.name}, which may quote values"
    return "the full error could not be written to logs/"
