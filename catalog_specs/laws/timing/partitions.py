"""Partitions: by which item records may lie apart, and which feeds allow it.

Belongs here: `partition` against the rest of its resource. Keep out: keys in general
(`sources.keys`), tables that are parted otherwise than declared (`storage.evolution`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import one_of
from catalog_specs.vocabulary import TIMES, FeedKind

__all__ = ["LAWS"]


def _parted(declared: Declared) -> Iterator[Fault]:
    for ref, resource in declared.resources.items():
        if resource.partition is not None:
            yield from _of_key(declared, resource, resource.partition.of)
            yield from _of_feed(resource_at(ref), resource)


def _of_key(declared: Declared, resource: Resource, of: str) -> Iterator[Fault]:
    at, path = resource_at(resource.ref), "partition.of"
    times = [
        item.code
        for item in resource.items
        if (element := declared.element_of(item)) is not None and element.type in TIMES
    ]
    remedy = f"name {one_of(times)}" if times else "declare an item that is a date or a moment"
    if of not in {item.code for item in resource.items}:
        yield Fault(at, path, f"`{of}` is no item of the resource", remedy)
        return
    element = declared.element_of(resource.item(of))
    if element is not None and element.type not in TIMES:
        message = f"`{of}` is {element.type.value}, which has no day, month or year"
        yield Fault(at, path, message, remedy)
    if of not in resource.key:
        yield Fault(
            at,
            path,
            f"`{of}` is not part of the key: a corrected record could stand in two partitions",
            f"add `{of}` to `key`",
        )


def _of_feed(at: str, resource: Resource) -> Iterator[Fault]:
    if resource.feed.kind is FeedKind.CHANGES:
        yield Fault(
            at,
            "partition",
            "a change feed is not parted: its order is that of all its keys",
            "remove `partition`, or deliver as `upsert` or as a `snapshot` of each partition",
        )
    as_of = resource.feed.as_of
    if as_of is not None and as_of.late == "reject":
        yield Fault(
            at,
            "feed.as_of.late",
            "a late correction of an earlier partition would be rejected",
            "write `late: apply`: a delivery replaces the partitions that it names, and no others",
        )


LAWS = (
    Law(
        "CAT-190",
        "分区依据须为主键中的日期或时间",
        "records lie apart by a date or a moment of the key, and late ones are let in",
        "三(一)",
        "correct `partition`, `key` or `feed` as the message says",
        _parted,
    ),
)
