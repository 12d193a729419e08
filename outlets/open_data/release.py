"""Releases: open data that exist only if nobody can be recognised in them (六(一)).

Belongs here: the fixed order of a release: masks, rows, risk, package elsewhere, one rename. Keep
out: the files of a package (`outlets.open_data.packaging`), withdrawing one
(`outlets.open_data.retraction`), publishing them (the province's platform, 六(二)). What cannot be
released is a value with its reason, not an exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, DisclosureError
from catalog_specs.local_time import local_moment
from catalog_specs.models.sharing import OpenSet
from catalog_specs.rules.disclosure import RefusalCode
from catalog_specs.vocabulary import SmallClasses
from governance.disclosure import Measurement, measure, without_small_classes
from governance.free_text import scan_text
from governance.keys import KeyRing
from governance.masks.effect import undone
from outlets.as_of import acquired_at
from outlets.open_data.consecutive import (
    Previous,
    previous_releases,
    rows_of_one,
    small_changes,
    with_small_changes_delayed,
)
from outlets.open_data.packages import (
    METADATA,
    commit_package,
    next_name,
    point_latest,
    releases,
    scan_parquet,
    tidy_packages,
    write_data,
)
from outlets.open_data.packaging.attribution import ATTRIBUTION, attribution
from outlets.open_data.packaging.checksums import measured, sums
from outlets.open_data.packaging.csv_flavour import LINE_END, guarded
from outlets.open_data.packaging.datapackage import datapackage
from outlets.open_data.packaging.dcat import dcat
from outlets.open_data.packaging.dictionary import dictionary_csv
from outlets.open_data.packaging.facts import ReleaseFacts
from outlets.open_data.packaging.national import FINGERPRINT, SOURCE, TERMS, metadata
from outlets.open_data.plan import ReleasePlan, plan_release
from outlets.open_data.results import Refusal, Release
from outlets.open_data.retraction import withdrawn_fingerprint
from outlets.open_data.workbooks import write_workbook
from storage.acts import enter_act
from storage.layout import Layout
from storage.working_folders import working_folder

__all__ = ["Refusal", "Release", "release"]


def release(
    layout: Layout, catalog: Catalog, open_set: OpenSet, keys: KeyRing, now: datetime
) -> Release | Refusal:
    """Release an open set if its source or terms changed since the last release.

    Raises:
        SettingsError: a pseudonym needs the master key and there is none.
        DisclosureError: the finished file fails the check that its rows had passed; nothing is
            published.
    """
    tidy_packages(layout.open_data(open_set.code))
    try:
        plan = plan_release(layout, catalog, open_set, keys)
    except AccessError as refused:
        return _refusal(open_set, RefusalCode.NOT_MASKED, refused.where, {"problem": refused.what})
    if plan.uncounted:
        return _refusal(open_set, RefusalCode.UNMEASURED, "、".join(plan.uncounted))
    if plan.found is None:
        return _refusal(open_set, RefusalCode.NOT_AGGREGATED, open_set.resource)
    if withdrawn_fingerprint(layout, open_set) == plan.fingerprint:
        return _refusal(open_set, RefusalCode.WITHDRAWN, open_set.resource)
    folder = layout.open_data(open_set.code)
    earlier = previous_releases(folder, releases(folder))
    k = catalog.profile.k_anonymity.value
    before = earlier[-1] if earlier else None
    last = _last_release(plan, before, k, local_moment(catalog, now).date())
    return last or _attempt(layout, catalog, plan, (earlier, now))


def _last_release(
    plan: ReleasePlan, before: Previous | None, k: int, today: date
) -> Release | None:
    """Return the last release where it stands: unchanged, safe under another k, or not due."""
    if before is None:
        return None
    lineage = before.lineage
    last = Release(plan.open_set.code, before.name, before.rows, before.suppressed, created=False)
    if lineage.get(FINGERPRINT) == plan.fingerprint:
        return last
    if lineage.get(TERMS) != plan.terms or not plan.counted:
        return None
    if lineage.get(SOURCE) == plan.source and _stands(before, k):
        return last
    if k <= before.k and not before.due(plan.open_set.cadence, today):
        return replace(last, held=True)
    return None


def _stands(before: Previous, k: int) -> bool:
    """Say whether the same source would be released alike under this k."""
    return k <= before.smallest and (k >= before.k or before.suppressed == 0)


def _attempt(
    layout: Layout, catalog: Catalog, plan: ReleasePlan, when: tuple[Sequence[Previous], datetime]
) -> Release | Refusal:
    earlier, now = when
    k = catalog.profile.k_anonymity.value
    risk = measure(plan.rows, plan.counted, k, plan.units)
    refused = _refused(plan, risk)
    if refused is not None:
        return refused
    safe = without_small_classes(plan.rows, plan.counted, k, plan.units)
    frame = plan.published(safe if risk.small_classes else plan.rows)
    if earlier and plan.counted:
        today = local_moment(catalog, now).date()
        most = (k - 1) * rows_of_one(plan.rows, plan.counted, plan.units)
        compared = _beside(plan, earlier, frame, (k, most), today)
        if isinstance(compared, Refusal):
            return compared
        frame = compared
    enter_act()
    name = next_name(layout.open_data(plan.open_set.code), local_moment(catalog, now))
    place = layout.release(plan.open_set.code, name)
    with working_folder(layout.work, "package-") as scratch:
        folder = scratch / name
        folder.mkdir()
        table = write_data(frame, folder, guarded(plan.columns), LINE_END, plan.partition)
        published = _verified(measure(scan_parquet(table), plan.counted, k), risk, place)
        facts = _facts(catalog, plan, (name, now), (published, _at_most(risk.small_rows, k)))
        missing = write_workbook(table, folder / "data.xlsx", facts.released_at)
        _describe(folder, replace(facts, no_workbook=missing))
        commit_package(folder, place)
    point_latest(place.parent)
    return Release(plan.open_set.code, name, published.rows, facts.suppressed, created=True)


def _refused(plan: ReleasePlan, risk: Measurement) -> Refusal | None:
    """Return why nothing may be released of these rows, or None."""
    suppressing = plan.open_set.small_classes is SmallClasses.SUPPRESS
    if not risk.safe and not suppressing:
        return _too_small(plan, risk)
    if risk.rows == risk.small_rows:
        return _refusal(plan.open_set, RefusalCode.NOTHING_LEFT, plan.open_set.resource)
    names = {column.code: column.name for column in plan.columns}
    bare = undone(plan.rows, plan.columns, risk.k)
    if bare:
        said = f"{'、'.join(names[code] for code in bare)}；请进一步概化、改用假名或不开放"
        refusal = _refusal(plan.open_set, RefusalCode.MASK_UNDONE, said)
        return replace(refusal, combination=bare)
    traders = plan.open_set.sole_traders is None
    found = scan_text(plan.rows, plan.columns, plan.keys, traders=traders)
    if found:
        said = (
            f"{'、'.join(names[one.column] for one in found)}；请在来源更正，或声明 `mask: redact`"
        )
        counts = {one.column: dict(one.counts) for one in found}
        refusal = _refusal(plan.open_set, RefusalCode.FREE_TEXT, said, {"columns": counts})
        return replace(refusal, combination=tuple(counts))
    return None


def _beside(
    plan: ReleasePlan,
    earlier: Sequence[Previous],
    frame: pl.LazyFrame,
    bounds: tuple[int, int],
    today: date,
) -> pl.LazyFrame | Refusal:
    """Return what may be released beside all that stand, or why it has to wait.

    Beside those made alike, a cell that differs by fewer than k persons stays as it was. Beside
    others no cell can stay; then the cadence decides how soon the two may stand side by side. Under
    another key none is made alike: a row that stayed would bring a pseudonym of the former one.
    """
    alike = [one for one in earlier if one.made_as(plan)]
    frame = with_small_changes_delayed(alike, frame, plan.counted, bounds)
    others = (one for one in reversed(earlier) if not one.made_as(plan))
    waiting = (one for one in others if not one.due(plan.open_set.cadence, today))
    refused = (_too_close(plan, one, frame, bounds[1]) for one in waiting)
    return next(filter(None, refused), frame)


def _too_close(
    plan: ReleasePlan, before: Previous, frame: pl.LazyFrame, most: int
) -> Refusal | None:
    """Refuse what differs by a few persons from a release made otherwise, in what both show."""
    old = scan_parquet(before.data)
    columns = old.collect_schema().names()
    known = before.cells if before.cells is not None else plan.cells
    shared = [c for c in plan.counted if c in columns and known.get(c) == plan.cells[c]]
    if not shared:
        return None
    close = small_changes(old, frame, shared, most).collect(engine="streaming").height
    if not close:
        return None
    names = {column.code: column.name for column in plan.columns}
    said_so = f"按{'、'.join(names[code] for code in shared)}，{close} 个单元；周期到后再发布"
    refusal = _refusal(plan.open_set, RefusalCode.TOO_CLOSE, said_so)
    return replace(refusal, combination=tuple(shared), classes=close)


def _at_most(rows: int, k: int) -> int:
    """Return a number of suppressed rows rounded up so far that it tells no cell's size."""
    step = 10 * k
    return -(-rows // step) * step


def _verified(published: Measurement, risk: Measurement, place: Path) -> Measurement:
    """Hold the file that would be published to the same check as the rows it was made from.

    The file names no persons, only rows, of which a person may have several; so the smallest class
    is that of the persons where it is smaller.
    """
    if not published.safe:
        raise DisclosureError(
            f"{published.small_classes} classes of the finished file are smaller than k",
            where=str(place),
            remedy="nothing was published; run again, the source may have changed meanwhile",
        )
    return replace(published, smallest=min(published.smallest, risk.smallest_safe))


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
        lineage=plan.lineage,
        measured=risk[0],
        suppressed=risk[1],
    )


def _describe(folder: Path, facts: ReleaseFacts) -> None:
    """Write every file that describes the data files, then the checksums of all of them."""
    data = [measured(path) for path in sorted(folder.iterdir())]
    texts = {
        "dictionary.csv": dictionary_csv(facts),
        METADATA: json.dumps(metadata(facts, data), ensure_ascii=False, indent=1) + "\n",
        "datapackage.json": datapackage(facts, data),
        "dcat.jsonld": dcat(facts, data),
        ATTRIBUTION: attribution(facts),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    described = [measured(folder / name) for name in texts]
    (folder / "SHA256SUMS").write_text(sums((*data, *described)), encoding="utf-8", newline="")


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
