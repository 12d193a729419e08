"""Open data: immutable releases that exist only if nobody can be recognised in them (六(一)).

Belongs here: the fixed order of a release: masks, rows, risk, package aside, one rename. Keep out:
the files of a package (`governance.packaging`), publishing them (the province's platform, 六(二)).
What cannot be released is a value with its reason, not an exception.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, DisclosureError
from catalog_specs.models.sharing import OpenSet
from catalog_specs.vocabulary import SmallClasses, Term
from governance.as_of import acquired_at
from governance.disclosure import Measurement, measure, without_small_classes
from governance.keys import KeyRing
from governance.local_time import local_moment
from governance.packaging.attribution import attribution
from governance.packaging.checksums import measured, sums
from governance.packaging.csv_flavour import LINE_END, guarded
from governance.packaging.datapackage import datapackage
from governance.packaging.dcat import dcat
from governance.packaging.dictionary import dictionary_csv
from governance.packaging.facts import ReleaseFacts
from governance.packaging.national import FINGERPRINT, metadata
from governance.release_plan import ReleasePlan, plan_release
from lakehouse.layout import Layout
from lakehouse.packages import begin_package, commit_package, releases, scan_parquet, write_data
from lakehouse.swaps import aside, read_json

__all__ = ["Refusal", "RefusalCode", "Release", "release"]


class RefusalCode(Term):
    """Why a set was not released."""

    NOT_MASKED = ("DIS-101", "脱敏规则缺失、不适用或开放范围不符")
    UNMEASURED = ("DIS-102", "含受保护信息项而未声明准标识符，风险无法度量")
    NOT_AGGREGATED = ("DIS-103", "来源资源尚未汇聚")
    SMALL_CLASSES = ("DIS-104", "存在小于阈值的等价类，可能识别到个体")
    NOTHING_LEFT = ("DIS-105", "没有可以发布的行")


@dataclass(frozen=True)
class Release:
    """One immutable release; `created` is False when the last one still says everything."""

    dataset: str
    release: str
    rows: int
    suppressed: int
    created: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class Refusal:
    """A release that does not exist, and why: counts and column names, never a value.

    `combination` is the smallest set of columns that fails, `classes` and `rows` how many classes
    of them are too small and how many rows stand in those; `detail` says what else is known.
    """

    dataset: str
    code: RefusalCode
    explanation: str
    combination: tuple[str, ...] = ()
    classes: int = 0
    rows: int = 0
    detail: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def release(
    layout: Layout, catalog: Catalog, open_set: OpenSet, keys: KeyRing, now: datetime
) -> Release | Refusal:
    """Release an open set if its source or terms changed since the last release.

    Raises:
        SettingsError: a pseudonym needs the master key and there is none.
        DisclosureError: the finished file fails the check that its rows had passed; nothing is
            published.
    """
    try:
        plan = plan_release(layout, catalog, open_set, keys)
    except AccessError as refused:
        return _refusal(open_set, RefusalCode.NOT_MASKED, refused.where, {"problem": refused.what})
    if plan.unmeasured:
        return _refusal(open_set, RefusalCode.UNMEASURED, "、".join(plan.unmeasured))
    if plan.found is None:
        return _refusal(open_set, RefusalCode.NOT_AGGREGATED, open_set.resource)
    last = _last_release(layout, plan)
    return last or _attempt(layout, catalog, plan, now)


def _last_release(layout: Layout, plan: ReleasePlan) -> Release | None:
    """Return the last release when source, set and key are still those it was made from."""
    code = plan.open_set.code
    names = releases(layout.open_data(code))
    said = read_json(layout.release(code, names[-1]) / "metadata.json") if names else {}
    if said.get("lineage", {}).get(FINGERPRINT) != plan.fingerprint:
        return None
    rows, suppressed = said["数据集"]["行数"], said["脱敏与风险"]["抑制行数"]
    return Release(code, names[-1], rows, suppressed, created=False)


def _attempt(
    layout: Layout, catalog: Catalog, plan: ReleasePlan, now: datetime
) -> Release | Refusal:
    k = catalog.profile.k_anonymity.value
    columns = plan.quasi_identifiers
    risk = measure(plan.frame, columns, k)
    if risk.safe:
        frame = plan.frame
    elif plan.open_set.small_classes is SmallClasses.SUPPRESS:
        frame = without_small_classes(plan.frame, columns, k)
    else:
        return _too_small(plan, risk)
    if risk.rows == risk.small_rows:
        return _refusal(plan.open_set, RefusalCode.NOTHING_LEFT, plan.open_set.resource)
    name = _next_name(layout, plan.open_set.code, local_moment(catalog, now))
    place = layout.release(plan.open_set.code, name)
    folder = begin_package(place)
    try:
        written = write_data(frame, folder, guarded(plan.columns), LINE_END)
        published = _verified(measure(scan_parquet(written[0]), columns, k), place)
        facts = _facts(catalog, plan, (name, now), (published, risk.small_rows))
        _describe(folder, facts, written)
        commit_package(place)
    finally:
        shutil.rmtree(aside(place), ignore_errors=True)
    return Release(plan.open_set.code, name, published.rows, risk.small_rows, created=True)


def _verified(published: Measurement, place: Path) -> Measurement:
    """Hold the file that would be published to the same check as the rows it was made from."""
    if not published.safe:
        raise DisclosureError(
            f"{published.small_classes} classes of the finished file are smaller than k",
            where=str(place),
            remedy="nothing was published; run again, the source may have changed meanwhile",
        )
    return published


def _facts(
    catalog: Catalog,
    plan: ReleasePlan,
    named: tuple[str, datetime],
    risk: tuple[Measurement, int],
) -> ReleaseFacts:
    if plan.found is None:
        raise ValueError("a resource that is not aggregated has no facts")
    name, now = named
    return ReleaseFacts(
        catalog=catalog,
        open_set=plan.open_set,
        columns=plan.columns,
        release=name,
        released_at=local_moment(catalog, now),
        acquired_at=acquired_at(catalog, plan.found),
        source_version=plan.found.version,
        fingerprint=plan.fingerprint,
        measured=risk[0],
        suppressed=risk[1],
    )


def _describe(folder: Path, facts: ReleaseFacts, written: tuple[Path, Path]) -> None:
    """Write every file that describes the data, then the checksums of all of them."""
    data = [measured(path) for path in reversed(written)]
    texts = {
        "dictionary.csv": dictionary_csv(facts),
        "metadata.json": json.dumps(metadata(facts, data), ensure_ascii=False, indent=1) + "\n",
        "datapackage.json": datapackage(facts, data),
        "dcat.jsonld": dcat(facts, data),
        "ATTRIBUTION.md": attribution(facts),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    described = [measured(folder / name) for name in texts]
    (folder / "SHA256SUMS").write_text(sums((*data, *described)), encoding="utf-8", newline="")


def _next_name(layout: Layout, code: str, moment: datetime) -> str:
    """Return `YYYYMMDD-NN`, counting the releases of the city's day from 01."""
    day = moment.strftime("%Y%m%d")
    taken = [name for name in releases(layout.open_data(code)) if name.startswith(f"{day}-")]
    return f"{day}-{int(taken[-1].partition('-')[2]) + 1 if taken else 1:02}"


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


def _refusal(
    open_set: OpenSet, code: RefusalCode, where: str, detail: Mapping[str, Any] | None = None
) -> Refusal:
    return Refusal(open_set.code, code, f"{code.label}：{where}", detail=detail)
