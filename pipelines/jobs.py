"""Which assets run together: one department, everything, what is published, the grants.

Belongs here: selections. Keep out: when they run (`pipelines.automation`).
"""

from __future__ import annotations

from dagster import AssetSelection
from dagster import define_asset_job as asset_job
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.naming import key
from catalog_specs.catalog import Catalog

__all__ = ["Jobs", "jobs"]

Jobs = dict[str, UnresolvedAssetJobDefinition]
"""Jobs by name."""


def jobs(catalog: Catalog) -> Jobs:
    """Return the jobs by name: `everything`, `publish`, `shares`, `ingest_<department>`, `pull`.

    `pull` lands what is new at the sources that Quanshu fetches from, where there are any; what it
    lands is work that the inbox sensor sees, and takes the rest of the way.
    Shares are partitioned by grant and so run in a job of their own, one partition a grant.
    """
    shares = AssetSelection.groups("shares")
    made = [
        asset_job(
            "everything",
            AssetSelection.all() - shares,
            description="全市所有待处理交付 / every waiting delivery of every department.",
        ),
        asset_job(
            "publish",
            AssetSelection.groups("open_data", "views"),
            description="开放数据与视图 / releases and views from what is authoritative.",
        ),
        asset_job(
            "shares",
            shares,
            description="按授权更新或收回共享数据 / refresh or withdraw one grant's extract.",
        ),
    ]
    fetched = [key("landing", ref) for ref, r in catalog.resources.items() if r.feed.pull]
    if fetched:
        made.append(
            asset_job(
                "pull",
                AssetSelection.assets(*fetched),
                description="主动抽取 / fetch what is new at the departments' sources.",
            )
        )
    for department in dict.fromkeys(r.provider for r in catalog.resources.values()):
        refs = [ref for ref, r in catalog.resources.items() if r.provider == department]
        selection = AssetSelection.assets(
            *(key(stop, ref) for stop in ("landing", "authoritative") for ref in refs)
        )
        made.append(
            asset_job(
                f"ingest_{department}",
                selection | AssetSelection.groups("views"),
                description=f"{catalog.departments[department].name}",
            )
        )
    return {job.name: job for job in made}
