"""Pulls: resources fetched from a department's database or interface, landed like files.

Belongs here: the errand of one resource from its lock to the file that is to be landed. Keep out:
landing, which the caller does while the errand is open.

A pull looks at what the last one's delivery remembers, fetches into a folder of its own below
`work/`, and leaves a file. Nothing has happened until landing has taken that file: killed anywhere
before, the next pull sweeps the folder and fetches the same again; killed after, it finishes the
landing first, and finds all of it known.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace

from filelock import FileLock

from catalog_specs.models.pull import HttpPull, SqlPull
from landing.landing import resume
from landing.pulls.errand import Errand, Pulled, remember
from storage.layout import Layout
from storage.working_folders import working_folder

__all__ = ["Errand", "Pulled", "pulled"]


@contextmanager
def pulled(
    layout: Layout, errand: Errand, void: AbstractSet[str] = frozenset()
) -> Iterator[Pulled | None]:
    """Fetch what is new for a resource; yield the file to land, or None when there is none.

    `void` names deliveries that the gate rejected: what they brought is fetched again. Runs that
    pull the same resource wait for each other until the file is landed. Raises SettingsError,
    PullError, TransientError; none of them quotes an address, a token or a value.
    """
    name = errand.resource.ref.replace("/", ".")
    locks = layout.locks
    locks.mkdir(parents=True, exist_ok=True)
    with (
        FileLock(locks / f"pull.{name}.lock"),
        working_folder(layout.work / "pulls", "pull-") as folder,
    ):
        resume(layout, errand.resource.ref)  # so that nothing taken is forgotten
        yield _fetched(layout, replace(errand, folder=folder), void)


def _fetched(layout: Layout, errand: Errand, void: AbstractSet[str]) -> Pulled | None:
    ref = errand.resource.ref
    match errand.feed.pull:
        case SqlPull() as spec:
            from landing.pulls.sql import pull_rows

            return pull_rows(errand, spec, remember(layout, ref, "sql", void))
        case HttpPull() as spec:
            from landing.pulls.http import pull_answer

            return pull_answer(errand, spec, remember(layout, ref, "http", void))
        case None:
            return None
