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
from contextlib import contextmanager
from dataclasses import replace

from catalog_specs.models.pull import HttpPull, SqlPull
from landing.landing import resume
from landing.pulls.errand import Errand, Pulled, remember
from register.register import Register, open_register
from storage.layout import Layout
from storage.locks import locked
from storage.working_folders import working_folder

__all__ = ["Errand", "Pulled", "pulled"]


@contextmanager
def pulled(layout: Layout, errand: Errand) -> Iterator[Pulled | None]:
    """Fetch what is new for a resource; yield the file to land, or None when there is none.

    What deliveries brought that the gate rejected is fetched again. Runs that pull the same
    resource wait for each other until the file is landed. Raises SettingsError, PullError,
    TransientError; none of them quotes an address, a token or a value.
    """
    with (
        locked(layout, f"pull.{errand.resource.ref}"),
        working_folder(layout.work / "pulls", "pull-") as folder,
    ):
        resume(layout, errand.resource.ref)  # so that nothing taken is forgotten
        register = open_register(layout, errand.resource)
        yield _fetched(register, replace(errand, folder=folder))


def _fetched(register: Register, errand: Errand) -> Pulled | None:
    match errand.feed.pull:
        case SqlPull() as spec:
            from landing.pulls.sql import pull_rows

            return pull_rows(errand, spec, remember(register, "sql"))
        case HttpPull() as spec:
            from landing.pulls.http import pull_answer

            return pull_answer(errand, spec, remember(register, "http"))
        case None:
            return None
