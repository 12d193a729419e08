"""Resources that quality rules read: they exist.

Belongs here: other resources that a rule names. Keep out: what a statement reads without saying so
(`quality.sql_law`), circles (`laws.sources.cycles`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean

__all__ = ["LAWS"]


def _readable(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        at = resource_at(resource.ref)
        for index, rule in enumerate(resource.quality):
            for place, ref in enumerate(rule.reads):
                if ref not in declared.resources:
                    path = f"quality[{index}].reads[{place}]"
                    otherwise = "name a resource of the catalogue as `<department>/<resource>`"
                    remedy = did_you_mean(ref, declared.resources, otherwise)
                    yield Fault(at, path, f"there is no resource `{ref}`", remedy)


LAWS = (
    Law(
        "CAT-040",
        "质量规则读取的信息资源须存在",
        "a quality rule reads resources of the catalogue",
        "三(六)",
        "correct the resource's name, or declare it",
        _readable,
    ),
)
