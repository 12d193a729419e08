"""Uses of the versions of the master key: shares, releases and copies that stand on each.

Belongs here: reading that off the disk; it needs no key. Keep out: reports of consumers, which the
governance store knows; rotating (`flow.upkeep.rotation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from outlets.handover.watermark import version_of
from outlets.open_data.consecutive import previous_releases
from outlets.open_data.packages import releases
from outlets.shares.state import remembered
from outlets.shares.withdrawals import handed_out
from register.copies import COPIES, CopyState, traced
from storage.layout import Layout

__all__ = ["KeyUse", "highest_version", "key_uses"]


@dataclass(frozen=True)
class KeyUse:
    """Something on disk that a version of the master key went into.

    `kind` is share, release or copy; `version` is None where it does not say which one.
    """

    kind: str
    name: str
    version: int | None

    def of(self, version: int) -> bool:
        """Say whether it may stand on a version."""
        return self.version in {None, version}


def key_uses(layout: Layout) -> tuple[KeyUse, ...]:
    """Return everything on disk that stands on a version, in order; copies while they are out."""
    return (*_shares(layout), *_releases(layout), *_copies(layout))


def highest_version(layout: Layout) -> int:
    """Return the highest version that anything was ever made with as far as is known; else 0.

    What was made before it was recorded was made with the first one.
    """
    marked = [version_of(one.watermark) for one in COPIES.read(layout)]
    held = [1 if one.version is None else one.version for one in key_uses(layout)]
    return max((*held, *(one for one in marked if one is not None)), default=0)


def _shares(layout: Layout) -> Iterator[KeyUse]:
    for code in handed_out(layout):
        known = remembered(layout, code)
        said = known.get("key_version")
        if said is not None or "key_version" not in known:
            yield KeyUse("share", code, said)


def _releases(layout: Layout) -> Iterator[KeyUse]:
    sets = sorted(layout.public.iterdir()) if layout.public.is_dir() else []
    for folder in sets:
        for one in previous_releases(folder, releases(folder)) if folder.is_dir() else ():
            if one.key_version is not None or one.may_need_key:
                yield KeyUse("release", f"{folder.name}/{one.name}", one.key_version)


def _copies(layout: Layout) -> Iterator[KeyUse]:
    for one in traced(layout):
        version = version_of(one.copy.watermark)
        if version is not None and one.state("") is not CopyState.CLOSED:
            yield KeyUse("copy", one.copy.copy, version)
