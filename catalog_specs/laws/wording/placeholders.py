"""Placeholders: a drafted resource file must be completed before it counts.

Belongs here: finding the marks that `quanshu scaffold` leaves. Keep out: everything else a file may
lack.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS", "MARK"]

MARK = "TODO"


def _left_open(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for path in _marked(resource):
            yield Fault(
                resource_at(resource.ref),
                path,
                f"`{path}` still says `{MARK}`",
                "write what is true of this resource",
            )


def _marked(resource: Resource) -> Iterator[str]:
    texts = {
        "code": resource.code,
        "name": resource.name,
        "summary": resource.summary,
        "aggregation.filing_no": resource.aggregation.filing_no,
        "share.condition": resource.share.condition,
    }
    return (path for path, text in texts.items() if text == MARK)


LAWS = (
    Law(
        "CAT-031",
        "草拟的信息资源须填写完整",
        "a drafted resource is filled in: no text of it says `TODO`",
        "四(二)",
        "write what is true of the resource where the draft says `TODO`",
        _left_open,
    ),
)
