"""① Catalogue drift: deliveries, or the national guide, ask for what the catalogue does not say.

The five ways it shows: headers nobody declares, or refused columns, for longer than the profile
allows; deliveries of a retired resource; a producer without a resource; missing core metadata.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.catalog import Catalog
from catalog_specs.laws.wording.names import plain_name
from catalog_specs.models.resource import Resource
from catalog_specs.rules.violations import Confidence, ViolationKind
from catalog_specs.vocabulary import AggregationMode, OpenType, Role, ShareType
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts, Outside

__all__ = ["DETECTOR", "missing_core"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    yield from _undeclared(facts)
    yield from _refused(facts)
    for one in facts.afterwards:
        yield Suspicion(
            ViolationKind.CATALOGUE,
            facts.department(one.resource),
            one.resource,
            "retired",
            f"目录中已停用的资源仍在交付：停用后 {one.deliveries} 批",
            f"{one.deliveries} deliveries after the resource was retired",
            Confidence.HIGH,
            evidence={"deliveries": one.deliveries, "newest": one.newest},
        )
    yield from _unregistered(facts.catalog)
    for resource in facts.catalog.resources.values():
        for field in missing_core(resource):
            yield Suspicion(
                ViolationKind.CATALOGUE,
                resource.provider,
                resource.ref,
                f"core:{field}",
                f"缺少国家指南的核心元数据：{field}",
                f"the national guide's core metadata are missing: {field}",
                Confidence.HIGH,
                evidence={"field": field},
            )


def _undeclared(facts: Facts) -> Iterator[Suspicion]:
    allowed = facts.catalog.profile.supervision.catalogue_days
    for one in facts.outside:
        days = (facts.today - one.since).days
        if days <= allowed.value:
            continue
        former = _former(facts.catalog, one)
        yield Suspicion(
            ViolationKind.CATALOGUE,
            facts.department(one.resource),
            one.resource,
            f"header:{one.header}",
            f"交付含目录未登记的列已 {days} 天（限 {allowed.value} 天）",
            f"deliveries have had an undeclared column for {days} days ({allowed.value} allowed)",
            Confidence.HIGH,
            evidence={
                "header": one.header,
                "since": one.since.isoformat(),
                "days": days,
                "deliveries": one.deliveries,
                "newest": one.newest,
                "catalogue": facts.catalog.digest,
                **({"was": former} if former else {}),
            },
        )


def _refused(facts: Facts) -> Iterator[Suspicion]:
    allowed = facts.catalog.profile.supervision.catalogue_days
    for one in facts.misfits:
        days = (facts.today - one.since).days
        if days > allowed.value:
            yield Suspicion(
                ViolationKind.CATALOGUE,
                facts.department(one.resource),
                one.resource,
                "columns",
                f"交付的列与目录不符，连续拒收已 {days} 天（限 {allowed.value} 天）",
                f"deliveries were refused for {days} days because their columns are not those "
                f"declared ({allowed.value} allowed)",
                Confidence.HIGH,
                evidence={
                    "refusal": one.code,
                    "since": one.since.isoformat(),
                    "days": days,
                    "deliveries": one.deliveries,
                    "newest": one.newest,
                    "catalogue": facts.catalog.digest,
                },
            )


def _unregistered(catalog: Catalog) -> Iterator[Suspicion]:
    there = {one.provider for one in (*catalog.resources.values(), *catalog.retired.values())}
    for department in catalog.departments.values():
        if Role.PRODUCER in department.roles and department.code not in there:
            yield Suspicion(
                ViolationKind.CATALOGUE,
                department.code,
                department.code,
                "no resource",
                "数据生产单位未登记任何信息资源",
                "a producer has registered no resource",
                Confidence.MEDIUM,
                evidence={"catalogue": catalog.digest},
            )


def _former(catalog: Catalog, one: Outside) -> str:
    """Return the item that a header once was: renamed since, or retired."""
    resource, plain = catalog.resources[one.resource], plain_name(one.header)
    names = {plain_name(was): was for was in (*resource.former.values(), *resource.retired_items)}
    return names.get(plain, "")


def missing_core(resource: Resource) -> tuple[str, ...]:
    """Return the core metadata of the national guide that a resource should have and does not."""
    share, how, opened = resource.share, resource.aggregation, resource.open
    lacking = {
        "共享条件": share.type is ShareType.CONDITIONAL and share.condition is None,
        "暂不共享依据": share.type is ShareType.NOT_YET and not share.legal_basis,
        "开放条件": opened.type is OpenType.AUTHORISED and opened.condition is None,
        "备案号": how.mode is AggregationMode.BATCH and how.filing_no is None,
    }
    return tuple(field for field, lacks in lacking.items() if lacks)


DETECTOR = Detector(
    kind=ViolationKind.CATALOGUE,
    title="目录与实际交付不符",
    title_en="the catalogue and the deliveries differ",
    detect=_detect,
)
