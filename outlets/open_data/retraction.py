"""Retraction: releases withdrawn by command, or because their set was closed or removed.

Belongs here: when and why, and the tombstone that stays. Keep out: making a release
(`outlets.open_data.release`), files (`outlets.open_data.packages`). A withdrawn release keeps its
name, so that no other release gets it and its users learn why it is gone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_moment
from catalog_specs.models.sharing import OpenSet
from catalog_specs.rules.disclosure import WithdrawalCode
from catalog_specs.rules.leaving.opening import may_open
from catalog_specs.spec import is_code
from outlets.open_data.packages import (
    METADATA,
    package_names,
    point_latest,
    releases,
    tombstone,
    withdraw_package,
)
from outlets.open_data.packaging.national import FINGERPRINT
from storage.layout import Layout
from storage.swaps import read_json

__all__ = [
    "Retraction",
    "closed_sets",
    "retract",
    "retract_closed",
    "standing",
    "withdrawn_fingerprint",
]


@dataclass(frozen=True)
class Retraction:
    """Releases of one set that were withdrawn just now, and why."""

    dataset: str
    withdrawn: tuple[str, ...]
    code: WithdrawalCode
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def standing(catalog: Catalog, code: str) -> WithdrawalCode | None:
    """Say why nothing of a set may stand in public; None when it may."""
    found = catalog.open_sets.get(code)
    if found is None:
        return WithdrawalCode.NOT_IN_CATALOGUE
    resource = catalog.resources.get(found.resource)
    if resource is None or not may_open(resource, found):
        return WithdrawalCode.CLOSED
    return None


def closed_sets(layout: Layout, catalog: Catalog) -> tuple[str, ...]:
    """Return the sets of which something stands in public that must not."""
    public = layout.public
    found = sorted(path.name for path in public.iterdir()) if public.is_dir() else []
    return tuple(
        code
        for code in found
        if is_code(code) and standing(catalog, code) and releases(layout.open_data(code))
    )


def retract_closed(
    layout: Layout, catalog: Catalog, code: str, by: tuple[datetime, str]
) -> Retraction | None:
    """Withdraw every release of a set that is closed or no longer in the catalogue."""
    why = standing(catalog, code)
    names = releases(layout.open_data(code))
    if why is None or not names:
        return None
    moment, actor = by
    said = (why, why.label)
    return _retracted(layout, (code, names), said, (local_moment(catalog, moment), actor))


def retract(
    layout: Layout,
    catalog: Catalog,
    release: tuple[str, str],
    reason: str,
    by: tuple[datetime, str],
) -> Retraction:
    """Withdraw one release (set and name) for a reason; `by` is when, and who says so.

    Raises:
        AccessError: there is no such release, or it was withdrawn before.
    """
    code, name = release
    there = releases(layout.open_data(code)) if is_code(code) else ()
    if name not in there:
        gone = tombstone(layout.release(code, name)) if name in _names(layout, code) else {}
        raise AccessError(
            "the release was withdrawn before" if gone else "there is no such release",
            where=f"open_data/{code}/{name}",
            remedy=f"releases that stand: {', '.join(there) or 'none'}",
        )
    moment, actor = by
    why = (WithdrawalCode.BY_COMMAND, reason)
    return _retracted(layout, (code, (name,)), why, (local_moment(catalog, moment), actor))


def withdrawn_fingerprint(layout: Layout, open_set: OpenSet) -> str | None:
    """Return what the set's newest release was made from, when somebody decided to withdraw it."""
    names = package_names(layout.open_data(open_set.code))
    said = tombstone(layout.release(open_set.code, names[-1])) if names else {}
    by_command = said.get("code") == WithdrawalCode.BY_COMMAND.value
    return said.get(FINGERPRINT) if by_command else None


def _names(layout: Layout, code: str) -> tuple[str, ...]:
    return package_names(layout.open_data(code)) if is_code(code) else ()


def _retracted(
    layout: Layout,
    which: tuple[str, tuple[str, ...]],
    why: tuple[WithdrawalCode, str],
    by: tuple[datetime, str],
) -> Retraction:
    code, names = which
    for name in names:
        place = layout.release(code, name)
        said = read_json(place / METADATA)
        known = said.get("数据集", {})
        withdraw_package(
            place,
            {
                "状态": "已撤回",
                "dataset": code,
                "名称": known.get("名称"),
                "release": name,
                "发布时间": known.get("发布时间"),
                "code": why[0].value,
                "reason": why[1],
                "withdrawn_at": by[0].isoformat(timespec="seconds"),
                "by": by[1],
                FINGERPRINT: said.get("lineage", {}).get(FINGERPRINT),
            },
        )
    point_latest(layout.open_data(code))
    return Retraction(code, names, *why)
