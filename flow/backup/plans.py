"""Plans: where a home's backups go by themselves, and what is done each night and each week.

Belongs here: the plan, choosing between a check and a drill. Keep out: when (`pipelines.backup`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flow.backup.ages import ages_of
from flow.backup.drilling import drill, examined
from flow.backup.making import make
from flow.city import City
from storage.backup.encryption import read_identity, read_recipient

__all__ = ["BackupPlan", "checked", "made"]

_WEEK = 7
"""Days until the next look."""


@dataclass(frozen=True)
class BackupPlan:
    """Where backups go, the file of the key that they are encrypted to, and perhaps the secret one.

    Without `identity` nothing is ever tried here, only checked: the secret key is elsewhere.
    """

    to: Path
    recipient: Path
    identity: Path | None = None


def made(city: City, plan: BackupPlan) -> str:
    """Make a generation; return a line about it.

    Raises:
        BackupError: it cannot be made.
    """
    done = make(city, plan.to, read_recipient(plan.recipient))
    return f"generation {done.head.generation}: {done.head.copied} bytes are new"


def checked(city: City, plan: BackupPlan) -> str:
    """Check every byte, or restore for a trial where the next week would be too late for that.

    Raises:
        BackupError: something is wrong, or cannot be restored.
    """
    _, age = ages_of(city)
    if plan.identity is not None and age.days + _WEEK > age.most:
        done = drill(city, plan.to, read_identity(plan.identity))
        return f"restored in {done.rto_milliseconds} ms; a loss costs {done.rpo_seconds} s"
    found = examined(city, plan.to)
    if found.flaws:
        raise found.flaws[0].error()
    return f"{found.objects} files are as they were written"
