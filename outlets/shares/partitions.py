"""Parted extracts: partitions that are taken over as they lie, and those that are made again.

Belongs here: which source files each partition was made of, linking or writing it. Keep out:
extracts that are one file (`parts`), what an extract holds (`plan`).
A row of an extract is a function of one stored row, and lies in the partition of that name. So a
partition stands for as long as its source's files do; no change feed has to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from governance.keys import DerivedKey
from outlets.shares.handing_out import check_leaving, rows_alone
from outlets.shares.masking import Masking
from outlets.shares.plan import Part
from storage.delta.extracts import commit_partitions, partition_folder, write_partition
from storage.delta.tables import Snapshot
from storage.digests import sha256_of_facts
from storage.seals import seal
from storage.swaps import link_tree

__all__ = ["PartedDraft"]


@dataclass(frozen=True)
class PartedDraft:
    """A parted extract on the way; `former` is where the last one lies, of which `before` tells.

    `before` is empty where the former one is of no use.
    """

    part: Part
    found: Snapshot
    key: DerivedKey | None
    former: Path
    before: Mapping[str, Any]

    def check(self, least: int) -> None:
        """Hold what is new to what the masks promise: whole partitions, as any row may be new."""
        names = self._due
        came = [replace(self.part, found=self.found.within([name])) for name in names]
        if not self._kept:
            check_leaving(self.part, self.key, least)
        elif came:
            check_leaving(self.part, self.key, least, came)

    def standing(self) -> dict[str, Any] | None:
        """Return what is to be remembered where the former extract is the one to make."""
        if not self.before or self._sources != self.before.get("partitions"):
            return None
        same = {name: self.before[name] for name in ("rows", "alone", "files")}
        return {**same, "partitions": self._sources}

    def write(self, folder: Path, masking: Masking) -> dict[str, Any]:
        """Write the extract; return what is to be remembered of it."""
        del masking  # a partition is small enough to be made here
        same = self.standing()
        if same is not None:
            link_tree(self.former, folder)
            return same
        for name in self._kept:
            lying = partition_folder(self.former, name)
            if lying.is_dir():  # it has none where no row of it is granted
                link_tree(lying, partition_folder(folder, name))
        for name in self._due:
            rows = replace(self.part, found=self.found.within([name])).frame(self.key)
            write_partition(rows, partition_folder(folder, name))
        rows_in_all = commit_partitions(folder, self.part.shape)
        alone = rows_alone(folder, self.part.columns)
        measured = {"rows": rows_in_all, "alone": alone, "files": seal(folder)}
        return {**measured, "partitions": self._sources}

    @cached_property
    def _sources(self) -> dict[str, str]:
        """Return partition → a digest of the files that it is made of."""
        files: dict[str, list[str]] = {}
        for one in self.found.stored():
            files.setdefault(one.partition or "", []).append(one.logged)
        return {name: sha256_of_facts({"files": sorted(some)}) for name, some in files.items()}

    @property
    def _kept(self) -> list[str | None]:
        known = self.before.get("partitions", {})
        return [name or None for name, made in self._sources.items() if known.get(name) == made]

    @property
    def _due(self) -> list[str | None]:
        kept = {*self._kept}
        return [name or None for name in self._sources if (name or None) not in kept]
