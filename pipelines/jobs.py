"""Jobs: which assets run together (one department, everything, the published, the grants).

Belongs here: selections. Keep out: when they run (`pipelines.automation`).
"""

from __future__ import annotations

from dagster import AssetSelection, Failure, Field, JobDefinition, ResourceParam, job, op
from dagster import define_asset_job as asset_job
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.due_times import due_check_keys
from assets.naming import key
from assets.partitions import GROUP as PARTITIONS
from catalog_specs.catalog import Catalog
from flow.city import City
from flow.upkeep.rechecks import recheck
from flow.upkeep.tidying import KEPT_DAYS
from flow.upkeep.upkeep import keep_up
from pipelines.purging import purge

__all__ = ["Jobs", "jobs", "recheck_job", "upkeep_job"]

Jobs = dict[str, UnresolvedAssetJobDefinition]
"""Jobs by name."""
_UPKEEP = "维护主目录：合并小文件、清理旧文件 / join small files, remove old ones."
_RECHECK = "定期检查已入库数据 / ask today's rules of the rows that are stored (三(五))."


def upkeep_job() -> JobDefinition:
    """Return the job that keeps a home in order; `days` of its configuration keep files longer."""

    @op(
        name="keep_home",
        config_schema={"days": Field(int, default_value=KEPT_DAYS)},
        description=_UPKEEP,
    )
    def keep_home(context, city: ResourceParam[City]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        # Dagster reads the annotation of a context as text here, and so takes none
        done = keep_up(city, context.op_config["days"])
        purged = purge(context.instance, city.clock())
        context.log.info("%d bytes removed, %s of Dagster's own purged", done.bytes, purged)
        if done.failures:
            raise Failure("; ".join(map(str, done.failures)), allow_retries=False)

    @job(name="upkeep", description=_UPKEEP)
    def upkeep_all() -> None:
        keep_home()

    return upkeep_all


def recheck_job() -> JobDefinition:
    """Return the job that asks today's rules of all stored rows; it fails where one cannot be."""

    @op(name="recheck_stored_rows", description=_RECHECK)
    def recheck_rows(context, city: ResourceParam[City]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        done = recheck(city)
        for one in done.done:
            context.log.info("%s: %d rules do not hold", one.resource, len(one.failing))
        if done.failures:
            raise Failure("; ".join(map(str, done.failures)), allow_retries=False)

    @job(name="recheck", description=_RECHECK)
    def recheck_all() -> None:
        recheck_rows()

    return recheck_all


def jobs(catalog: Catalog) -> Jobs:
    """Return the jobs by name: `everything`, `publish`, `shares`, `clock`, `pull`, `ingest_…`.

    `clock` looks at what was due, without any delivery.
    `pull` lands what is new at the sources that Quanshu fetches from, where there are any; what it
    lands is work that the inbox sensor sees, and takes the rest of the way.
    Shares are partitioned by grant and so run in a job of their own, one partition a grant. What
    shows the partitions of tables is in none: runs tell of them, and people ask of one by hand.
    """
    shares = AssetSelection.groups("shares")
    made = [
        asset_job(
            "everything",
            AssetSelection.all() - shares - AssetSelection.groups(PARTITIONS),
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
    if due := due_check_keys(catalog):
        made.append(
            asset_job(
                "clock",
                AssetSelection.checks(*due),
                description="检查应交时限 / what was due and did not come, without any delivery.",
            )
        )
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
