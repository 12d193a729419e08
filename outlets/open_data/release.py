"""Releases: open data that exist only if nobody can be recognised in them (六(一)).

Belongs here: the fixed order of a release: masks, rows, risk, package elsewhere, one rename. Keep
out: the checks (`checks`), the files of a package (`outlets.open_data.packaging`), withdrawing one
(`outlets.open_data.retraction`), publishing them (the province's platform, 六(二)). What cannot be
released is a value with its reason, not an exception.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_moment
from catalog_specs.models.sharing import OpenSet
from catalog_specs.rules.disclosure import RefusalCode
from governance.disclosure import Measurement
from governance.keys import KeyRing
from outlets.as_of import acquired_at
from outlets.open_data.checks import Checks, refusal
from outlets.open_data.consecutive import Previous, previous_releases
from outlets.open_data.counting import counting
from outlets.open_data.packages import (
    METADATA,
    commit_package,
    next_name,
    point_latest,
    releases,
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
from storage.engines.spark.address import Address
from storage.layout import Layout
from storage.working_folders import working_folder

__all__ = ["Refusal", "Release", "release"]


def release(
    layout: Layout,
    catalog: Catalog,
    open_set: OpenSet,
    keys: KeyRing,
    now: datetime,
    spark: Address | None = None,
) -> Release | Refusal:
    """Release an open set if its source or terms changed since the last release.

    `spark` is where a second engine answers, if there is one.

    Raises:
        SettingsError: a pseudonym needs the master key and there is none, or the resource asks for
            a second engine and there is none.
        SecondEngineError: that did not do what it was asked.
        DisclosureError: the finished file fails the check that its rows had passed; nothing is
            published.
    """
    tidy_packages(layout.open_data(open_set.code))
    try:
        plan = plan_release(layout, catalog, open_set, keys)
    except AccessError as refused:
        return refusal(open_set, RefusalCode.NOT_MASKED, refused.where, {"problem": refused.what})
    if plan.uncounted:
        return refusal(open_set, RefusalCode.UNMEASURED, "、".join(plan.uncounted))
    if plan.found is None:
        return refusal(open_set, RefusalCode.NOT_AGGREGATED, open_set.resource)
    if withdrawn_fingerprint(layout, open_set) == plan.fingerprint:
        return refusal(open_set, RefusalCode.WITHDRAWN, open_set.resource)
    folder = layout.open_data(open_set.code)
    earlier = previous_releases(folder, releases(folder))
    k = catalog.profile.k_anonymity.value
    before = earlier[-1] if earlier else None
    last = _last_release(plan, before, k, local_moment(catalog, now).date())
    if last is not None:
        return last
    resource = catalog.resource(open_set.resource)
    with counting(layout.work, resource, plan.found.rows(), spark) as grouped:
        return _attempt(layout, catalog, Checks(plan, k, grouped), (earlier, now))


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
    layout: Layout,
    catalog: Catalog,
    checks: Checks,
    when: tuple[Sequence[Previous], datetime],
) -> Release | Refusal:
    plan, (earlier, now) = checks.plan, when
    risk = checks.measured()
    refused = checks.refused(risk)
    if refused is not None:
        return refused
    frame = checks.beside(earlier, checks.kept(risk), local_moment(catalog, now).date())
    if isinstance(frame, Refusal):
        return frame
    enter_act()
    name = next_name(layout.open_data(plan.open_set.code), local_moment(catalog, now))
    place = layout.release(plan.open_set.code, name)
    with working_folder(layout.work, "package-") as scratch:
        folder = scratch / name
        folder.mkdir()
        table = write_data(frame, folder, guarded(plan.columns), LINE_END, plan.partition)
        published = checks.verified(table, risk, place)
        facts = _facts(catalog, plan, (name, now), (published, _at_most(risk.small_rows, checks.k)))
        missing = write_workbook(table, folder / "data.xlsx", facts.released_at)
        _describe(folder, replace(facts, no_workbook=missing))
        commit_package(folder, place)
    point_latest(place.parent)
    return Release(plan.open_set.code, name, published.rows, facts.suppressed, created=True)


def _at_most(rows: int, k: int) -> int:
    """Return a number of suppressed rows rounded up so far that it tells no cell's size."""
    step = 10 * k
    return -(-rows // step) * step


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
