"""Keeping: what of a home is kept for how long, by which clause, and what goes after it.

Belongs here: the classes of data, their terms, removing error reports whose term is over. Keep out:
the audit log's own purge, which needs a document (`flow.upkeep.retention`), dead files (`tidying`).
Facts are never thinned: landing, ledgers and quarantine prove who delivered what, and every table
can be made again from landing (八(四)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from audit.acts import Operation
from catalog_specs.catalog import Catalog
from flow.acts import about_city, at_work
from flow.city import City

__all__ = ["Kept", "classes", "old_reports", "remove_reports"]

_YEAR = 366
"""Days of a year, each a leap year: never too short."""


@dataclass(frozen=True)
class Kept:
    """A class of data: where it lies, for how many years it is kept, and what ends it.

    Without `years` it is kept for ever, or as long as what it is made of.
    """

    where: str
    zh: str
    english: str
    years: int | None = None
    clause: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "where": self.where,
            "what_zh": self.zh,
            "what": self.english,
            "years": self.years,
            "clause": self.clause,
        }


def classes(catalog: Catalog) -> tuple[Kept, ...]:
    """Return every class of data with its term, by this catalogue's profile."""
    figure = catalog.profile.log_years
    years, clause = int(figure.value), figure.clause
    return (
        Kept("lake/landing", "交付原件：永久保存", "what was delivered: kept for ever"),
        Kept("lake/ledgers", "台账：永久保存", "ledgers: kept for ever"),
        Kept("lake/quarantine", "隔离记录：永久保存", "quarantined rows: kept for ever"),
        Kept(
            "lake/authoritative",
            "权威数据：永久保存；提交记录按年限，旧版本的行由交付原件推得",
            "facts: kept for ever; commits for these years; former rows follow from landing",
            years,
            clause,
        ),
        Kept(
            "audit",
            "审计日志：至少按年限，凭文件清除",
            "the audit log: for these years at least, purged on a document",
            years,
            clause,
        ),
        Kept(
            "logs",
            "错误报告：按年限，到期由维护删除",
            "error reports: for these years, then removed by upkeep",
            years,
            clause,
        ),
        Kept("open_data", "开放发布：撤回前一直保存", "releases: until they are withdrawn"),
        Kept("shares", "共享数据：授权结束即删除", "shares: until their grant ends"),
        Kept("dagster", "运行界面的记录：90 天", "what the pages of runs show: 90 days"),
    )


def old_reports(city: City) -> tuple[Path, ...]:
    """Return the error reports that were written before the term of logs."""
    days = int(city.catalog.profile.log_years.value) * _YEAR
    since = (city.clock() - timedelta(days=days)).timestamp()
    there = sorted(city.layout.logs.rglob("*")) if city.layout.logs.is_dir() else []
    return tuple(one for one in there if one.is_file() and one.stat().st_mtime < since)


def remove_reports(city: City, reports: tuple[Path, ...]) -> None:
    """Remove error reports whose term is over, within an act of the audit log."""
    if not reports:
        return
    act = about_city(city, Operation.MAINTAIN, "删除到期的错误报告", f"{len(reports)} 份")
    with at_work(city, act) as performance:
        performance.enter()
        for one in reports:
            one.unlink(missing_ok=True)
