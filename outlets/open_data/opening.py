"""The opening index: what is open, what is not and why, in a ledger and on a public page.

Belongs here: entering what became of each set, `index.json` and `index.html` over all sets and in
each. Keep out: making and withdrawing releases (`outlets.open_data.release`,
`outlets.open_data.retraction`). The ledger keeps a refusal whole; in public a set only says that it
was refused, and by which code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from catalog_specs.rules.disclosure import RefusalCode
from outlets.open_data.ledger import Opening, last_openings, record_openings
from outlets.open_data.packages import (
    METADATA,
    package_names,
    point_latest,
    publish_json,
    publish_text,
    tidy_packages,
    tombstone,
)
from outlets.open_data.packaging.index import city_page, set_page
from outlets.open_data.release import Refusal, Release
from outlets.open_data.retraction import Retraction, standing
from storage.layout import Layout
from storage.swaps import read_json

__all__ = ["enter_openings", "publish_index"]


def enter_openings(
    layout: Layout,
    catalog: Catalog,
    found: Iterable[Release | Refusal | Retraction],
    by: tuple[datetime, str],
) -> None:
    """Enter what became of sets; an outcome that is the last one's is not entered again."""
    moment = local_moment(catalog, by[0]).isoformat(timespec="seconds")
    record_openings(layout, [_opening(one, by[1], moment) for one in found])


def publish_index(layout: Layout, catalog: Catalog) -> None:
    """Bring `latest` and the index up to date, in every set's folder and over all; idempotent."""
    public = layout.public
    tidy_packages(public)
    there = {path.name for path in public.iterdir() if path.is_dir()} if public.is_dir() else set()
    last = last_openings(layout)
    codes = [*catalog.open_sets, *sorted(there - {*catalog.open_sets})]
    sets = [_set(layout, catalog, code, last.get(code)) for code in codes]
    for one in sets:
        if one["releases"]:
            folder = layout.open_data(one["code"])
            publish_json(folder / "index.json", one)
            publish_text(folder / "index.html", set_page(one))
    index = {"city": catalog.city.name, "sets": sets}
    publish_json(public / "index.json", index)
    publish_text(public / "index.html", city_page(index))


def _set(layout: Layout, catalog: Catalog, code: str, last: Opening | None) -> dict[str, Any]:
    folder = layout.open_data(code)
    declared = catalog.open_sets.get(code)
    found = [_release(layout, code, name) for name in package_names(folder)]
    names = [one["name"] for one in found if one["name"]]
    latest = point_latest(folder) if found else None
    state, reason_code, reason = _state(catalog, code, last, latest)
    return {
        "code": code,
        "name": declared.name if declared else next(reversed(names), None),
        "summary": declared.summary if declared else None,
        "latest": latest,
        "state": state,
        "state_code": reason_code,
        "reason": reason,
        "releases": [{k: v for k, v in one.items() if k != "name"} for one in found],
    }


def _state(
    catalog: Catalog, code: str, last: Opening | None, latest: str | None
) -> tuple[str, str | None, str | None]:
    """Return a set's state in public: no counts, no columns."""
    gone = standing(catalog, code)
    if gone:
        return "withdrawn", gone.value, gone.label
    labels = {one.value: one.label for one in RefusalCode}
    if last and last.outcome == "refused":
        return "refused", last.code, labels.get(last.code or "")
    return ("published" if latest else "waiting"), None, None


def _release(layout: Layout, code: str, name: str) -> dict[str, Any]:
    place = layout.release(code, name)
    gone = tombstone(place)
    said: Mapping[str, Any] = read_json(place / METADATA).get("数据集", {})
    return {
        "release": name,
        "name": gone.get("名称") or said.get("名称"),
        "released_at": gone.get("发布时间") or said.get("发布时间"),
        "rows": said.get("行数"),
        "state": "withdrawn" if gone else "published",
        "code": gone.get("code"),
        "reason": gone.get("reason"),
        "withdrawn_at": gone.get("withdrawn_at"),
    }


def _opening(one: Release | Refusal | Retraction, actor: str, moment: str) -> Opening:
    match one:
        case Release():
            return Opening(one.dataset, "released", one.release, actor, moment, rows=one.rows)
        case Retraction():
            names = "、".join(one.withdrawn)
            why = one.code.value
            return Opening(one.dataset, "withdrawn", names, actor, moment, why, one.reason)
        case Refusal():
            return Opening(
                one.dataset,
                "refused",
                None,
                actor,
                moment,
                one.code.value,
                one.explanation,
                tuple(one.combination),
                one.classes,
                one.rows,
            )
