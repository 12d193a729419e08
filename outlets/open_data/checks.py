"""Checks of a release: what is asked of its rows before any is written, and of the file afterwards.

Belongs here: which of them refuses, in which order, and what may be released beside what stands.
Keep out: how risk is measured (`governance.disclosure`), comparing two releases (`consecutive`),
where rows are counted (`counting`), writing (`release`). What fails is a value with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.errors import DisclosureError
from catalog_specs.models.sharing import OpenSet
from catalog_specs.rules.disclosure import RefusalCode
from catalog_specs.vocabulary import SmallClasses
from governance.disclosure import (
    Grouped,
    Measurement,
    grouped_here,
    measure,
    without_small_classes,
)
from governance.free_text import scan_text
from governance.masks.effect import undone
from outlets.open_data.consecutive import (
    Previous,
    rows_of_one,
    small_changes,
    with_small_changes_delayed,
)
from outlets.open_data.packages import scan_parquet
from outlets.open_data.plan import ReleasePlan
from outlets.open_data.results import Refusal

__all__ = ["Checks", "refusal"]


@dataclass(frozen=True)
class Checks:
    """The checks of one release under one k; `grouped` does the grouping that counting takes."""

    plan: ReleasePlan
    k: int
    grouped: Grouped = grouped_here

    def measured(self) -> Measurement:
        """Measure the rows that the release would be made of."""
        plan = self.plan
        return measure(plan.rows, plan.counted, self.k, plan.units, self.grouped)

    def refused(self, risk: Measurement) -> Refusal | None:
        """Return why nothing may be released of these rows, or None."""
        plan = self.plan
        suppressing = plan.open_set.small_classes is SmallClasses.SUPPRESS
        if not risk.safe and not suppressing:
            return _too_small(plan, risk)
        if risk.rows == risk.small_rows:
            return refusal(plan.open_set, RefusalCode.NOTHING_LEFT, plan.open_set.resource)
        bare = undone(plan.rows, plan.columns, self.k, grouped=self.grouped)
        if bare:
            said = f"{self._named(bare)}；请进一步概化、改用假名或不开放"
            return replace(refusal(plan.open_set, RefusalCode.MASK_UNDONE, said), combination=bare)
        traders = plan.open_set.sole_traders is None
        found = scan_text(plan.rows, plan.columns, plan.keys, traders=traders)
        if found:
            counts = {one.column: dict(one.counts) for one in found}
            said = (
                f"{self._named([one.column for one in found])}；请在来源更正，或声明 `mask: redact`"
            )
            made = refusal(plan.open_set, RefusalCode.FREE_TEXT, said, {"columns": counts})
            return replace(made, combination=tuple(counts))
        return None

    def kept(self, risk: Measurement) -> pl.LazyFrame:
        """Return what may leave of the rows: small classes are left out."""
        plan, rows = self.plan, self.plan.rows
        if risk.small_classes:
            rows = without_small_classes(rows, plan.counted, self.k, plan.units, self.grouped)
        return plan.published(rows)

    def beside(
        self, earlier: Sequence[Previous], frame: pl.LazyFrame, today: date
    ) -> pl.LazyFrame | Refusal:
        """Return what may be released beside all that stand, or why it has to wait.

        Beside those made alike, a cell that differs by fewer than k persons stays as it was. Beside
        others no cell can stay; then the cadence decides how soon the two may stand side by side.
        Under another key none is made alike: a row that stayed would bring a pseudonym of the
        former one.
        """
        plan = self.plan
        if not (earlier and plan.counted):
            return frame
        most = (self.k - 1) * rows_of_one(plan.rows, plan.counted, plan.units, self.grouped)
        alike = [one for one in earlier if one.made_as(plan)]
        bounds = self.k, most
        frame = with_small_changes_delayed(alike, frame, plan.counted, bounds, self.grouped)
        others = (one for one in reversed(earlier) if not one.made_as(plan))
        waiting = (one for one in others if not one.due(plan.open_set.cadence, today))
        refused = (self._too_close(one, frame, most) for one in waiting)
        return next(filter(None, refused), frame)

    def verified(self, table: Path, risk: Measurement, place: Path) -> Measurement:
        """Hold the file that would be published to the same check as the rows it was made from.

        The file names no persons, only rows, of which a person may have several; so the smallest
        class is that of the persons where it is smaller.

        Raises:
            DisclosureError: a class of it is too small.
        """
        published = measure(scan_parquet(table), self.plan.counted, self.k, (), self.grouped)
        if not published.safe:
            raise DisclosureError(
                f"{published.small_classes} classes of the finished file are smaller than k",
                where=str(place),
                remedy="nothing was published; run again, the source may have changed meanwhile",
            )
        return replace(published, smallest=min(published.smallest, risk.smallest_safe))

    def _too_close(self, before: Previous, frame: pl.LazyFrame, most: int) -> Refusal | None:
        """Refuse what differs by a few persons from a release made otherwise, in what both show."""
        old, cells = scan_parquet(before.data), self.plan.cells
        columns = old.collect_schema().names()
        known = before.cells if before.cells is not None else cells
        shared = [c for c in self.plan.counted if c in columns and known.get(c) == cells[c]]
        if not shared:
            return None
        found = small_changes(old, frame, shared, most, self.grouped)
        close = found.collect(engine="streaming").height
        if not close:
            return None
        said_so = f"按{self._named(shared)}，{close} 个单元；周期到后再发布"
        made = refusal(self.plan.open_set, RefusalCode.TOO_CLOSE, said_so)
        return replace(made, combination=tuple(shared), classes=close)

    def _named(self, codes: Sequence[str]) -> str:
        names = {column.code: column.name for column in self.plan.columns}
        return "、".join(names[code] for code in codes)


def _too_small(plan: ReleasePlan, risk: Measurement) -> Refusal:
    worst = risk.narrowest[0]
    names = {column.code: column.name for column in plan.columns}
    said = "、".join(names[code] for code in worst.columns)
    return Refusal(
        plan.open_set.code,
        RefusalCode.SMALL_CLASSES,
        f"{RefusalCode.SMALL_CLASSES.label}：按{said}组合，{worst.classes} 个等价类少于 {risk.k}，"
        f"涉及 {worst.rows} 行；请进一步概化，或声明抑制后发布",
        combination=worst.columns,
        classes=worst.classes,
        rows=worst.rows,
        detail=risk.as_dict(),
    )


def refusal(
    open_set: OpenSet, code: RefusalCode, where: str, detail: Mapping[str, Any] | None = None
) -> Refusal:
    """Return a refusal with its reason in Chinese."""
    return Refusal(open_set.code, code, f"{code.label}：{where}", detail=detail)
