"""Figures of supervision (九(一)、十(一)): what is suspected when, and what makes a score.

Belongs here: the figures that the regulation leaves to the authority, each with its clause and a
default that says so. Keep out: what is worked out with them (`governance.violations`,
`governance.scores`).
"""

from __future__ import annotations

from pydantic import model_validator

from catalog_specs.models.figure import Figure
from catalog_specs.spec import Spec

__all__ = ["Scoring", "Supervision"]

_NOTE = "规定未给出数值，由数据管理机构确定"


def _figure(value: int, unit: str, clause: str) -> Figure:
    """Return the figure of a profile that says nothing of it."""
    return Figure(value=value, unit=unit, clause=clause, note=_NOTE)


class Scoring(Spec):
    """What a department's score is made of (九(一)); dimensions are those of 三(六)."""

    days: Figure = _figure(30, "天", "九(一)")
    """Days up to the as-of day whose results count."""
    accuracy: Figure = _figure(30, "权重", "三(六)")
    completeness: Figure = _figure(25, "权重", "三(六)")
    timeliness: Figure = _figure(25, "权重", "三(六)")
    usability: Figure = _figure(20, "权重", "三(六)")
    reject: Figure = _figure(3, "权重", "三(五)")
    """How much a rule counts that rejects a whole delivery."""
    quarantine: Figure = _figure(2, "权重", "三(五)")
    warn: Figure = _figure(1, "权重", "三(五)")
    violation: Figure = _figure(2, "分", "十(一)")
    """Points off for a violation that was confirmed and not put right in its term."""
    overdue: Figure = _figure(1, "分", "七(二)")
    """Points off for a case that is overdue."""

    @model_validator(mode="after")
    def _something_weighs(self) -> Scoring:
        dimensions = (self.accuracy, self.completeness, self.timeliness, self.usability)
        levels = (self.reject, self.quarantine, self.warn)
        if not all(any(one.value for one in some) for some in (dimensions, levels)):
            raise ValueError("some dimension and some level must weigh more than 0")
        return self


class Supervision(Spec):
    """When something is suspected, and how long somebody has to put it right."""

    catalogue_days: Figure = _figure(30, "天", "四(二)")
    """Days that deliveries may differ from the catalogue before it counts as not kept up."""
    containment: Figure = _figure(80, "%", "三(三)")
    """Share of one column's sampled values that another department's column holds."""
    least_values: Figure = _figure(50, "个", "三(三)")
    """Fewest sampled values of a column that say anything."""
    containment_days: Figure = _figure(7, "天", "三(三)")
    """Days from one comparison of values to the next."""
    rectify_days: Figure = _figure(10, "工作日", "十(一)")
    """Working days to put a confirmed violation right, unless the decision names a day."""
    key_days: Figure = _figure(1095, "天", "八(一)")
    """Days after which the master key counts as old."""
    backup_days: Figure = _figure(2, "天", "八(四)")
    """Days after which the last good backup counts as too old."""
    drill_days: Figure = _figure(180, "天", "八(一)")
    """Days after which the last drill of a restore counts as too long ago."""
    refused_asks: Figure = _figure(5, "次", "五(三)")
    """How often a grant may be asked beyond what it gives before it is suspected of misuse."""
    refused_days: Figure = _figure(30, "天", "五(三)")
    """Days up to now in which refused asks, and acts for other purposes, count."""
    scoring: Scoring = Scoring()
