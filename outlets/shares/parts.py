"""The parts of a share as they are written: one extract for each granted resource.

Belongs here: writing an extract, saying that one is still right, taking it over, or bringing it up
to date with what its table's change feed tells. Keep out: what an extract holds
(`outlets.shares.plan`), the DuckDB file, putting a version in place (`outlets.shares.making`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.keys import DerivedKey
from outlets.shares.changes import Change, change_of
from outlets.shares.handing_out import check_leaving, rows_alone
from outlets.shares.masking import Masking
from outlets.shares.partitions import PartedDraft
from outlets.shares.plan import Part, SharePlan
from storage.delta.change_feed import entry_digest
from storage.delta.extracts import change_extract, write_extract
from storage.delta.tables import Snapshot
from storage.seals import seal, unbroken
from storage.swaps import FOLDER_MODE, link_tree, restrict

__all__ = ["Drafts", "draft_parts", "standing", "write_parts"]

Drafts = Sequence["Draft | PartedDraft"]
"""The extracts of a share on the way, each under its part."""


def draft_parts(plan: SharePlan, current: Path, known: Mapping[str, Any], least: int) -> Drafts:
    """Say how each extract of a share is made, and hold what is new to what the masks promise.

    Args:
        plan: the share.
        current: the version in place, which need not exist.
        known: what is remembered of the version in place.
        least: see `check_leaving`.

    Raises:
        AccessError: the rows reveal more than they may.
    """
    drafts = [
        _drafted(found, part, plan.key, (current / part.resource.ref, known, least))
        for part in plan.parts
        if (found := part.found)
    ]
    for draft in drafts:
        draft.check(least)
    return drafts


def standing(drafts: Drafts) -> dict[str, dict[str, Any]] | None:
    """Return what is to be remembered where every extract stands as it lies; else None."""
    found = {draft.part.resource.ref: (draft, draft.standing()) for draft in drafts}
    stand = {ref: _told(one) | same for ref, (one, same) in found.items() if same is not None}
    return stand if len(stand) == len(found) else None


def write_parts(drafts: Drafts, version: Path, masking: Masking) -> dict[str, dict[str, Any]]:
    """Write a version of all extracts of a share; return what is to be remembered of each.

    `masking` says where the rows of an extract are masked that is made of a whole table.
    """
    version.mkdir(mode=FOLDER_MODE)
    written = {
        draft.part.resource.ref: _told(draft)
        | draft.write(version / draft.part.resource.ref, masking)
        for draft in drafts
    }
    restrict(version)
    return written


def _told(draft: Draft | PartedDraft) -> dict[str, Any]:
    """Return by what an extract is known again."""
    return {
        "digest": draft.part.digest,
        "form": draft.part.form,
        "table": draft.found.table_id,
        "version": draft.found.version,
        "entry": entry_digest(draft.found),
    }


@dataclass(frozen=True)
class Draft:
    """One extract on the way; `former` is where the last one lies, of which `before` tells.

    `before` is empty where the former one is of no use; then there is no `change` either. Without
    a change the former one is still the same.
    """

    part: Part
    found: Snapshot
    key: DerivedKey | None
    former: Path
    before: Mapping[str, Any]
    least: int
    change: Change | None = None

    def check(self, least: int) -> None:
        """Hold what is new to what the masks promise."""
        if not self.before:
            check_leaving(self.part, self.key, least)
        elif self.change is not None and self.change.concerns:
            check_leaving(self.part, self.key, least, self.change.came)

    def standing(self) -> dict[str, Any] | None:
        """Return what is to be remembered where the former extract is the one to make."""
        if not self.before or (self.change is not None and not self.change.net.is_empty()):
            return None
        return {name: self.before[name] for name in ("rows", "alone", "files")}

    def write(self, folder: Path, masking: Masking) -> dict[str, Any]:
        """Write the extract; return what is to be remembered."""
        rows, same = None, self.standing()
        if same is not None:
            link_tree(self.former, folder)
            return same
        if self.change is not None:
            net, count = self.change.net, self.change.count
            rows = change_extract(self.former, net, count, folder, self.part.shape)
            if rows is None:  # the former extract was not of this past: only its words are checked
                check_leaving(self.part, self.key, self.least)
        if rows is None:
            with masking.rows(self.part, self.key) as frame:
                rows = write_extract(frame, folder, self.part.shape)
        alone = rows_alone(folder, self.part.columns)
        return {"rows": rows, "alone": alone, "files": seal(folder)}


def _drafted(
    found: Snapshot, part: Part, key: DerivedKey | None, past: tuple[Path, Mapping[str, Any], int]
) -> Draft | PartedDraft:
    """Say how an extract is made: taken over, brought up to date, or made of the whole table."""
    former, known, least = past
    before = known.get(part.resource.ref, {})
    whole = unbroken(former, before.get("files"), thorough=True)
    if part.shape.partition is not None:
        same = whole and before.get("form") == part.form and before.get("table") == found.table_id
        return PartedDraft(part, found, key, former, before if same else {})
    if "alone" not in before or not whole:
        return Draft(part, found, key, former, {}, least)
    if before.get("digest") == part.digest:
        return Draft(part, found, key, former, before, least)
    change = change_of(part, key, before)
    return Draft(part, found, key, former, before if change else {}, least, change)
