"""The one way in which a copy leaves: first the audit act, then the ledger, then the bytes.

Belongs here: that order. Keep out: what is handed out and how it is made. Whoever calls this has
decided that the copy may leave. If the audit log or the ledger cannot be written, nothing leaves;
if it breaks off after that, a copy is on record that nobody received, never the other way round.
"""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.acts import Act, Operation
from audit.log import AuditLog
from audit.performing import entered
from catalog_specs.errors import AccessError
from catalog_specs.models.sharing import Grant
from register.copies import COPIES, Copy
from storage.layout import Layout
from storage.swaps import aside, clear_aside, remove, restrict

__all__ = ["hand_over", "put", "recorded", "require_free"]


def hand_over(
    layout: Layout, grant: Grant, copy: Copy, operation: Operation, built: Path, place: Path
) -> None:
    """Record a copy, then put it where its receiver finds it, whole or not at all.

    Args:
        layout: where the audit log and the ledger lie.
        grant: by which it leaves.
        copy: what the ledger says of it.
        operation: what is done with the data, by the words of 八(四).
        built: the file or folder below `work/`; it stays there.
        place: where it belongs, by the grant's code and the copy's name; nothing lies there yet.

    Raises:
        AccessError: something lies at `place`.
        AuditError: the act cannot be recorded; nothing was handed out.
    """
    require_free(place)
    for half in place.parent.glob(f".{glob.escape(grant.code)}-*"):
        remove(half)  # left by a process that died: no code holds a hyphen, so it is this grant's
    with recorded(layout, grant, copy, operation):
        put(built, place)


def require_free(place: Path) -> None:
    """Refuse a place where something lies: no copy is ever replaced.

    Raises:
        AccessError: something does.
    """
    if place.exists() or place.is_symlink():
        raise AccessError(
            "something lies where the copy belongs",
            where=str(place),
            remedy="name a new folder: no copy is ever replaced",
        )


@contextmanager
def recorded(layout: Layout, grant: Grant, copy: Copy, operation: Operation) -> Iterator[None]:
    """Enter the acts and the copy; what the block does besides is part of them.

    Raises:
        AuditError: the act cannot be entered; the block does not begin.
    """
    with entered(AuditLog(layout), _acts(grant, copy, operation)):
        COPIES.record(layout, (copy,))
        yield


def put(built: Path, place: Path) -> None:
    """Put a copy where its receiver finds it, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_aside(place)
    try:
        if built.is_dir():
            shutil.copytree(built, aside(place))
        else:
            shutil.copyfile(built, aside(place))
        restrict(aside(place))
        aside(place).rename(place)
    except BaseException:
        remove(aside(place))  # half a copy outside the home is data out of control
        raise


def _acts(grant: Grant, copy: Copy, operation: Operation) -> tuple[Act, ...]:
    """Return one act for each producer: its digest of the day has what it gave (八(四))."""
    producers = dict.fromkeys(ref.partition("/")[0] for ref in copy.resources)
    return tuple(_act(grant, copy, operation, one) for one in producers)


def _act(grant: Grant, copy: Copy, operation: Operation, producer: str) -> Act:
    of = [ref for ref in copy.resources if ref.partition("/")[0] == producer]
    whole = len(of) == len(copy.resources)
    return Act(
        operation=operation,
        purpose=grant.purpose,
        user=f"{copy.consumer}（经办：{copy.by}）",
        approver=copy.approval,
        content=grant.scope(of),
        at=copy.at,
        way=grant.method.label,
        medium=grant.medium.label,
        resource=of[0] if len(of) == 1 else "",
        department=producer,
        grant=grant.code,
        procedure=grant.procedure or "",
        rows=copy.rows if whole else None,
        facts={"copy": copy.copy, "form": copy.form.value, "sha256": copy.sha256},
    )
