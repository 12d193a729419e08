"""The site: planning its pages, writing those that changed, removing those that are gone.

Belongs here: what lies in the report's folder, and when it is written. Keep out: what pages say.
Each file is put in place in one step, so that a reader finds the old page or the new one, whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from outlets.reports import places
from outlets.reports.facts.city import Facts, read_facts
from outlets.reports.facts.seen import seen_in
from outlets.reports.pages import (
    cases,
    certificates,
    counties,
    deliveries,
    departments,
    due,
    matrix,
    resources,
    rules,
    scores,
    today,
    violations,
)
from outlets.reports.pages.sharing import audit, copies, grants
from outlets.reports.parts import Planned
from outlets.reports.rendering import ASSETS, Tab, renderer
from outlets.reports.report import Report
from outlets.reports.words import Words
from storage.digests import sha256_of, sha256_of_lines
from storage.layout import Layout
from storage.swaps import aside, read_json, remove, swap_file, write_text

__all__ = ["build_report"]

TABS = (
    Tab("today", "index.html", Words("今日", "Today")),
    Tab("departments", "departments.html", Words("部门", "Departments")),
    Tab("resources", "resources.html", Words("资源", "Resources")),
    Tab("rules", "rules.html", Words("规则", "Rules")),
    Tab("cases", "cases.html", Words("问题单", "Cases")),
    Tab("due", "due.html", Words("应交", "Due")),
    Tab("matrix", "matrix.html", Words("比对", "Mismatches")),
    Tab("violations", "violations.html", Words("违规情形", "Violations")),
    Tab("scores", "scores.html", Words("得分", "Scores")),
    Tab("grants", "grants.html", Words("授权", "Grants")),
    Tab("copies", "copies.html", Words("副本", "Copies")),
    Tab("audit", "audit.html", Words("日志", "Audit")),
)
KINDS = (
    today,
    departments,
    counties,
    resources,
    rules,
    deliveries,
    cases,
    due,
    matrix,
    violations,
    scores,
    certificates,
    grants,
    copies,
    audit,
)
"""Every kind of page."""
MANIFEST = ".pages.json"
"""Which pages there are, each with the stamp and the digest that it was written with."""


def build_report(
    layout: Layout, catalog: Catalog, now: datetime, address: str = "", as_of: date | None = None
) -> Report:
    """Bring the report up to date: only pages whose facts changed are written.

    With `as_of` it is the report as of the end of that day, in a folder of its own, whatever came
    later. `address` is that of the governance store; empty means the file of the home.
    """
    if as_of is not None and as_of < local_day(catalog, now):
        zone = ZoneInfo(catalog.profile.timezone)
        until = datetime.combine(as_of + timedelta(days=1), time(), zone)
        facts = read_facts(layout, catalog, until - timedelta(seconds=1), address, until)
        return _brought(layout.report_of(as_of.isoformat()), catalog, facts, "")
    first = layout.report
    known = read_json(first.with_name(MANIFEST))
    seen = seen_in(layout, catalog, now, address)
    if seen and known.get("seen") == seen and _whole(first.parent, catalog, known):
        return Report(first, len(known["pages"]), 0, 0)
    return _brought(first, catalog, read_facts(layout, catalog, now, address), seen)


def _whole(folder: Path, catalog: Catalog, known: Mapping[str, Any]) -> bool:
    """Say whether every page stands as this program and catalogue wrote it."""
    _assets(folder)
    pages: Mapping[str, Any] = known["pages"]
    return known.get("base") == _base(catalog) and all(
        _stands(f"{folder}/{place}", one) for place, one in pages.items()
    )


def _brought(first: Path, catalog: Catalog, facts: Facts, seen: str) -> Report:
    """Bring the folder of a first page up to date with the facts."""
    folder = first.parent
    known = read_json(folder / MANIFEST)
    pages: Mapping[str, Any] = known.get("pages", {})
    base = _base(catalog)
    _assets(folder)
    there, written = _written(folder, facts, pages if known.get("base") == base else {})
    gone = [place for place in pages if place not in there]
    for place in gone:
        _remove(folder, place)
    # without line breaks, which only the slow encoder writes: a line for each of thousands of pages
    told = json.dumps({"base": base, "seen": seen, "pages": there}, ensure_ascii=False)
    write_text(folder / MANIFEST, f"{told}\n")
    return Report(first, len(there), written, len(gone))


def _base(catalog: Catalog) -> str:
    return sha256_of_lines([catalog.digest, _program()])


def _written(
    folder: Path, facts: Facts, before: Mapping[str, Any]
) -> tuple[dict[str, dict[str, Any]], int]:
    """Write the pages that are not as they should be; return all there are, and how many."""
    render = renderer(facts, TABS)
    below = tuple(places.resource(ref).removesuffix("index.html") for ref in facts.broken)
    there = {place: one for place, one in before.items() if place.startswith(below)}
    written = 0
    for planned in _planned(facts):
        last = before.get(planned.place, {})
        path = folder / planned.place
        stands = _stands(path, last)
        if stands and planned.stamp and planned.stamp == last["stamp"]:
            there[planned.place] = last
            continue
        content = render(planned.make())
        digest = sha256_of(content)
        there[planned.place] = {"stamp": planned.stamp, "digest": digest, "bytes": len(content)}
        if not (stands and digest == last["digest"]):
            _put(path, content)
            written += 1
    return there, written


def _planned(facts: Facts) -> Iterator[Planned]:
    for kind in KINDS:
        yield from kind.pages(facts)


def _program() -> str:
    """Return a digest of everything that makes pages: another version writes them all again."""
    here = Path(str(files("outlets.reports")))
    sources = sorted(path for path in here.rglob("*") if path.suffix in {".py", ".html"})
    return sha256_of(b"".join(path.read_bytes() for path in sources))


def _stands(path: Path | str, last: Mapping[str, Any]) -> bool:
    """Say whether a page is there as it was written."""
    try:  # asked of tens of thousands of pages: making a `Path` of each takes longer than the look
        return os.stat(path).st_size == last.get("bytes")  # noqa: PTH116
    except OSError:
        return False


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside(path).write_bytes(content)
    swap_file(path)


def _assets(folder: Path) -> None:
    """Write the sheet and the script where they are not what they should be."""
    for name in ASSETS:
        content = files("outlets.reports").joinpath("assets", name).read_bytes()
        path = folder / "assets" / name
        if not (path.is_file() and path.read_bytes() == content):
            _put(path, content)


def _remove(folder: Path, place: str) -> None:
    """Remove a page, and the folders that it leaves empty."""
    path = folder / place
    remove(path)
    for parent in path.relative_to(folder).parents:
        if parent == Path() or any((folder / parent).iterdir()):
            return
        (folder / parent).rmdir()
