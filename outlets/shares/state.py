"""The state of a share: what is remembered of it, and whether its files are still those.

Belongs here: reading and writing `projection.json`, holding files to it. Keep out: making a share
(`outlets.shares.project`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outlets.shares.handing_out import alone_text
from storage.layout import Layout
from storage.seals import unbroken
from storage.swaps import read_json, write_json

__all__ = ["STATE", "parts_whole", "remember", "remembered", "unchanged", "uniqueness"]

STATE = "projection.json"


def remembered(layout: Layout, grant: str) -> dict[str, Any]:
    """Return what was remembered of a grant's share; empty when it has none."""
    return read_json(layout.share(grant) / STATE)


def remember(layout: Layout, grant: str, state: Mapping[str, Any]) -> None:
    """Remember a share that is in place."""
    write_json(layout.share(grant) / STATE, state)


def unchanged(
    layout: Layout, planned: tuple[str, str], known: Mapping[str, Any], *, thorough: bool
) -> bool:
    """Say whether the share on disk is the one that would be made: by digest and by its bytes.

    `planned` is the grant and the digest of its plan; `thorough` reads every byte.
    """
    grant, digest = planned
    return known.get("digest") == digest and _unbroken(layout, grant, known, thorough=thorough)


def parts_whole(layout: Layout, grant: str) -> bool | None:
    """Say whether a grant's files on disk are as they were written; None when there are none."""
    known = remembered(layout, grant)
    if not known and not layout.share_file(grant).exists():
        return None
    return _unbroken(layout, grant, known, thorough=False)


def uniqueness(layout: Layout, grant: str) -> dict[str, str]:
    """Return, for each resource handed out, how many of its rows stand alone, in Chinese."""
    parts: Mapping[str, Mapping[str, Any]] = remembered(layout, grant).get("parts", {})
    return {
        ref: alone_text(int(part["rows"]), int(part["alone"]))
        for ref, part in parts.items()
        if "alone" in part
    }


def _unbroken(layout: Layout, grant: str, known: Mapping[str, Any], *, thorough: bool) -> bool:
    parts: Mapping[str, Mapping[str, Any]] = known.get("parts", {})
    return unbroken(layout.share_file(grant), known.get("file"), thorough=thorough) and all(
        unbroken(layout.share_table(grant, ref), part.get("files"), thorough=thorough)
        for ref, part in parts.items()
    )
