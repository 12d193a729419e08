"""Check of what leaves: shares and views that are damaged, and shares that no grant has."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from outlets.shares.state import parts_whole
from outlets.views.filling import whole

__all__ = ["CHECK"]


def _look(patient: Patient) -> Iterator[Finding]:
    layout, grants = patient.city.layout, patient.city.catalog.grants
    for code in grants:
        if parts_whole(layout, code) is False:
            what = "the share is damaged, or in the format of an earlier version"
            yield found(HomeFinding.DAMAGED, f"shares/{code}.duckdb", what)
    if layout.city_views.exists() and not whole(layout.city_views):
        what = "the analysts' file is damaged, or in the format of an earlier version"
        yield found(HomeFinding.DAMAGED, patient.place(layout.city_views), what)
    files = {one.stem for one in layout.share_files.glob("*.duckdb")}
    folders = {one.name for one in layout.shares.glob("[!.]*") if one.is_dir()}
    for code in sorted((files | folders) - grants.keys()):
        lies = layout.share_file(code) if code in files else layout.share(code)
        yield found(HomeFinding.STRAY_SHARE, patient.place(lies))
    for code in sorted(files & grants.keys() - folders):
        zh, what = "没有对应的脱敏数据", "there is no extract beside it"
        yield found(HomeFinding.STRAY_SHARE, f"shares/{code}.duckdb", zh, what)


CHECK = Check((HomeFinding.DAMAGED, HomeFinding.STRAY_SHARE), _look)
