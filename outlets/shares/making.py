"""Making a share: the files of one grant, brought up to the newest version of its tables.

Belongs here: the order in which its files take their places, and leaving them where they stand.
Keep out: what they hold (`outlets.shares.plan`), which grants have some (`outlets.shares.project`).
Each extract is a folder of its own version. The DuckDB file, which holds its rows itself, is put in
place first, then `current` is pointed at the new version, then `projection.json` is written with a
seal of both, and the former version goes last: whenever a run breaks off, a reader finds one whole
share, and the next run makes what is missing.
Where no row of any extract would differ, nothing but `projection.json` is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog_specs.local_time import local_moment
from governance.grants.rights import Rights
from outlets.shares.about import about_share, labels_of, receipt_of
from outlets.shares.file import Note, ShareTable, build_share_file
from outlets.shares.handing_out import ENOUGH, alone_text
from outlets.shares.masking import Masking
from outlets.shares.parts import Drafts, draft_parts, standing, write_parts
from outlets.shares.plan import SharePlan, terms_of
from outlets.shares.state import STATE, remember
from storage.acts import enter_act
from storage.digests import sha256_of_facts
from storage.layout import CURRENT, Layout
from storage.seals import seal, unbroken
from storage.swaps import FOLDER_MODE, clear_aside, point, remove

__all__ = ["Making", "tidy"]

_VERSION = "v-"
"""A department's code, which an earlier layout has here, holds no hyphen."""
Parts = Mapping[str, Mapping[str, Any]]
"""What is to be remembered of each extract."""


@dataclass(frozen=True)
class Making:
    """The share of a plan on its way, by whose rights, and at which moment."""

    layout: Layout
    rights: Rights
    plan: SharePlan
    now: datetime
    masking: Masking

    def done(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Make the files, or leave them where they stand; return what is remembered of them.

        Args:
            known: what was remembered of the files in place; empty when there are none.

        Raises:
            AccessError: the rows reveal more than they may; nothing was written.
        """
        enter_act()
        share = self.layout.share(self._code)
        share.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        clear_aside(self.layout.share_file(self._code))
        tidy(share, _VERSION)  # first: on a small disk the space of broken-off versions is needed
        least = ENOUGH * self.rights.catalog.profile.k_anonymity.value
        current = self.layout.share_current(self._code)
        drafts = draft_parts(self.plan, current, known.get("parts", {}), least)
        stand = standing(drafts)
        if stand is not None and self._stands(stand, known):
            parts: Parts = stand
            made = {name: known[name] for name in ("form", "projected_at", "file")}
        else:
            parts, made = self._made(drafts, known)
        # the state last: without it the next run makes the share again, so it must describe both
        state = {
            "grant": self._code,
            "digest": self.plan.digest,
            "terms": terms_of(self.rights.catalog, self.plan.grant),
            "key_version": self.plan.key.version if self.plan.key else None,
            "pseudonyms": self.plan.pseudonyms,
            "followed_at": self._moment,
            **made,
            "parts": parts,
        }
        remember(self.layout, self._code, state)
        return state

    @property
    def _code(self) -> str:
        return self.plan.grant.code

    @property
    def _moment(self) -> str:
        return local_moment(self.rights.catalog, self.now).isoformat(timespec="seconds")

    @cached_property
    def _labels(self) -> dict[str, dict[str, Mapping[str, str]]]:
        return {
            p.resource.ref: labels_of(self.rights.catalog, p) for p in self.plan.parts if p.found
        }

    def _stands(self, parts: Parts, known: Mapping[str, Any]) -> bool:
        """Say whether the DuckDB file in place is the one of these extracts, which stand."""
        place = self.layout.share_file(self._code)
        same = known.get("form") == self._form(parts)
        return same and unbroken(place, known.get("file"), thorough=True)

    def _notes(self, parts: Parts, now: datetime | None) -> tuple[Note, ...]:
        alone = {ref: alone_text(one["rows"], one["alone"]) for ref, one in parts.items()}
        return (
            about_share(self.rights.catalog, self.plan, now, alone),
            receipt_of(self.rights, self.plan, now, parts),
        )

    def _form(self, parts: Parts) -> str:
        """Return the digest of all that the DuckDB file says beside its rows, whatever version."""
        said = [list(row.items()) for note in self._notes(parts, None) for row in note.rows]
        return sha256_of_facts({"plan": self.plan.form, "labels": self._labels, "notes": said})

    def _made(self, drafts: Drafts, known: Mapping[str, Any]) -> tuple[Parts, dict[str, Any]]:
        """Write a version and put it in place; return what is remembered of its parts and file."""
        place, current = self.layout.share_file(self._code), self.layout.share_current(self._code)
        version = self.layout.share(self._code).resolve() / f"{_VERSION}{uuid.uuid4().hex}"
        built = version / place.name
        try:
            parts = write_parts(drafts, version, self.masking)
            notes = self._notes(parts, self.now)
            build_share_file(built, self._tables(version, parts), notes)
        except BaseException:
            remove(version)  # half an extract is useless, and the disk may be full because of it
            raise
        if known.get("pseudonyms") != self.plan.pseudonyms:
            remove(current)
        place.parent.mkdir(parents=True, exist_ok=True)
        built.replace(place)
        point(current, version)
        made = {"form": self._form(parts), "projected_at": self._moment, "file": seal(place)}
        return parts, made

    def _tables(self, version: Path, parts: Parts) -> list[ShareTable]:
        return [
            ShareTable(p.shape, version / p.resource.ref, parts[p.resource.ref]["rows"], named)
            for p in self.plan.parts
            if (named := self._labels.get(p.resource.ref)) is not None
        ]


def tidy(share: Path, beginning: str = "") -> None:
    """Remove former versions, files of interrupted runs, and the extracts of an earlier layout."""
    current = share / CURRENT
    kept = {CURRENT, STATE, current.readlink().name if current.is_symlink() else ""}
    for path in share.iterdir():
        if path.name not in kept and path.name.startswith(beginning):
            remove(path)
