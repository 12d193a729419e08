"""The tree of errors: every error that Quanshu raises on purpose.

QuanshuError
├── CatalogError        the catalogue does not compile (carries every problem found)
├── CatalogLookupError  a name that the catalogue does not know
├── SettingsError       the installation is not configured (home, key, profile)
├── IntakeError         a delivery cannot be read at all (becomes a rejection with a receipt)
├── PullError           a source does not answer as its resource declares
├── RepairError         an edited file of quarantined records cannot be taken back as it is
├── HeldError           a snapshot would delete so much that it waits for an approval
├── TableError          a stored table is not as the catalogue asks
│   └── ForeignCommitError  somebody else committed to it, and nobody has decided yet
├── UnreadableError     what the home holds is damaged, missing or forbidden
├── CheckError          a rule could not be evaluated: never to be mistaken for bad data
├── SecondEngineError   the second engine does not answer, broke off or failed
│   └── SecondEngineFailedError  it answers, and failed at what it was asked
├── UnsayableError      what a resource asks cannot be said to the second engine
├── ObjectStoreError    the object store of a home cannot be reached, or is not this home's
├── CaseError           a case is not where that can be done, or a report cannot be taken
├── GrantError          an application cannot be filed, or a grant is not where that can be done
├── AccessError         a grant, mask or key forbids what was asked (fail closed)
│   └── AnswerError     what was asked of a grant is not answered; it carries the reason
├── AuditError          an act cannot be entered in the audit log, or the log is damaged
├── BackupError         a backup cannot be made, is not what was made, or cannot be restored
├── DisclosureError     a release would re-identify somebody (fail closed)
└── TransientError      the only kind that may be retried (a concurrent commit, a busy file)

Data problems (a bad row, a broken law in a YAML file) are values, not exceptions; they live in
`catalog_specs.problems` and `quality.rules.rule`. No message carries a cell value, a name or an id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.error_codes import ErrorCode
from catalog_specs.rules.homes.backup_faults import BackupFault
from catalog_specs.rules.homes.store_faults import StoreFault
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.rules.wording import Worded

if TYPE_CHECKING:
    from catalog_specs.problems import Problem

__all__ = [
    "AccessError",
    "AnswerError",
    "AuditError",
    "BackupError",
    "CaseError",
    "CatalogError",
    "CatalogLookupError",
    "CheckError",
    "DisclosureError",
    "ForeignCommitError",
    "GrantError",
    "HeldError",
    "IntakeError",
    "ObjectStoreError",
    "PullError",
    "QuanshuError",
    "RepairError",
    "SecondEngineError",
    "SecondEngineFailedError",
    "SettingsError",
    "TableError",
    "TransientError",
    "UnreadableError",
    "UnsayableError",
]


class QuanshuError(Exception):
    """What happened, where, and what to do about it, under a stable code."""

    code: Worded

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        """Keep the three parts apart so that a page or `--json` can show them apart."""
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(f"{self.code} {what} · {where} · {remedy}")


class CatalogError(QuanshuError):
    """The catalogue has problems; `problems` holds all of them, in file order."""

    code = ErrorCode.CATALOG

    def __init__(self, problems: tuple[Problem, ...], *, where: str) -> None:
        """Carry every problem, so that one run of `quanshu check` shows them all."""
        self.problems = problems
        super().__init__(
            f"the catalogue has {len(problems)} problem(s)",
            where=where,
            remedy=self.code.remedy,
        )


class CatalogLookupError(QuanshuError):
    """Something was asked for by a name that the catalogue does not know."""

    code = ErrorCode.CATALOG_LOOKUP


class SettingsError(QuanshuError):
    """The installation lacks a setting it cannot work without."""

    code = ErrorCode.SETTINGS


class IntakeError(QuanshuError):
    """A delivery cannot be read as its resource declares; its code is that of its refusal."""

    code: DeliveryRefusal

    def __init__(self, code: DeliveryRefusal, what: str, *, where: str, remedy: str) -> None:
        """Carry the code that the receipt and the verdict will carry."""
        self.code = code
        super().__init__(what, where=where, remedy=remedy)


class PullError(QuanshuError):
    """A database or interface does not answer as declared; trying again would change nothing."""

    code = ErrorCode.PULL


class RepairError(QuanshuError):
    """A file of repaired records names what is not in quarantine, or cannot be read."""

    code = ErrorCode.REPAIR


class CheckError(QuanshuError):
    """A rule raised, or its row count disagrees with Great Expectations' own count."""

    code = ErrorCode.CHECK


class SecondEngineError(QuanshuError):
    """The second engine does not answer, broke off, or failed; nothing of the work is kept."""

    code = ErrorCode.SECOND_ENGINE


class SecondEngineFailedError(SecondEngineError):
    """It answers, and failed at what it was asked: that may be its fault, or a rule's."""


class UnsayableError(QuanshuError):
    """A cast or a rule cannot be said to the second engine, which was asked nothing yet."""

    code = ErrorCode.UNSAYABLE


class ObjectStoreError(QuanshuError):
    """The object store of a home cannot be reached, or is not this home's; `fault` says which."""

    code: Worded = StoreFault.FAILED  # each error has that of its fault

    def __init__(self, code: StoreFault, *, where: str, detail: str = "") -> None:
        """Say it in the words of its code; `detail` adds a count or a reason."""
        self.code = self.fault = code
        super().__init__(
            f"{code.english}{f' ({detail})' if detail else ''}", where=where, remedy=code.remedy
        )


class HeldError(QuanshuError):
    """A snapshot would delete more of its table than the profile allows without an approval."""

    code = DeliveryRefusal.MANY_DELETIONS

    def __init__(self, deleted: int, stored: int, *, where: str) -> None:
        """Carry how many of how many rows would be deleted."""
        self.deleted = deleted
        self.stored = stored
        super().__init__(
            f"the snapshot would delete {deleted:,} of {stored:,} rows",
            where=where,
            remedy="look at it, then decide with `quanshu approve`",
        )


class TableError(QuanshuError):
    """A stored table is not as the catalogue asks, or cannot be read as a list of files."""

    code = ErrorCode.TABLE


class ForeignCommitError(TableError):
    """A table holds commits that no run of ours made: nothing is read from it or written to it."""

    code = ErrorCode.FOREIGN_COMMIT

    def __init__(self, commits: str, *, where: str) -> None:
        """Name the commits by version and operation."""
        super().__init__(
            f"the table holds commits that are not ours: {commits}",
            where=where,
            remedy="look with `quanshu tables list`; then accept them on a document with `quanshu "
            "tables accept`, or move the table's folder aside and run: it is made from landing",
        )


class UnreadableError(QuanshuError):
    """A table, a delivery or a folder of the home is damaged, missing in part, or forbidden."""

    code = ErrorCode.UNREADABLE

    def __init__(self, what: str, *, where: str) -> None:
        """Name what cannot be read; the remedy is the same for all that a home holds."""
        super().__init__(what, where=where, remedy=ErrorCode.UNREADABLE.remedy)


class CaseError(QuanshuError):
    """A case is not in a state in which that can be done, or a report cannot be taken as it is."""

    code = ErrorCode.CASE


class GrantError(QuanshuError):
    """An application cannot be filed, or a grant is not in a state in which that can be done."""

    code = ErrorCode.GRANT


class AccessError(QuanshuError):
    """A grant, a mask or a key forbids what was asked."""

    code = ErrorCode.ACCESS


class AnswerError(AccessError):
    """What a consumer asked of its grant is not answered."""

    def __init__(self, reason: Worded, *, where: str, detail: str = "") -> None:
        """Carry the reason; `detail` adds counts and places, never a value."""
        self.reason = reason
        said = f"{reason.label}{f'（{detail}）' if detail else ''} / {reason.english}"
        super().__init__(said, where=where, remedy=f"{reason.remedy_zh} / {reason.remedy}")


class AuditError(QuanshuError):
    """An act cannot be entered in the audit log, so that it is not done; or the log is damaged."""

    code = ErrorCode.AUDIT


class BackupError(QuanshuError):
    """A backup cannot be made, is not what was made, or cannot be restored; `fault` says which."""

    code: Worded = BackupFault.NO_BACKUP  # each error has that of its fault

    def __init__(self, code: BackupFault, *, where: str, detail: str = "") -> None:
        """Say it in the words of its code; `detail` adds a count or a reason."""
        self.code = self.fault = code
        super().__init__(
            f"{code.english}{f' ({detail})' if detail else ''}", where=where, remedy=code.remedy
        )


class DisclosureError(QuanshuError):
    """A release was refused because somebody could be recognised in it."""

    code = ErrorCode.DISCLOSURE


class TransientError(QuanshuError):
    """A conflict that a fresh attempt may well win; the only error that is retried."""

    code = ErrorCode.TRANSIENT
