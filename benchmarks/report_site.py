"""The report site over a long history: built whole, built again, and after one more delivery.

    python -m benchmarks.report_site --deliveries 1000 --rules 40 --runs 5

The bundled city has had that many deliveries, each judged by that many rules. Receipts, verdicts,
outcomes, results, due days and cases are written by whatever writes them in a home. The floor
renders as many pages of as many bytes by a plain loop over one Jinja2 template, and writes them.
Every figure is a whole fresh process, imports included; `build` is the site alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2

from benchmarks.governed_ingest import WORK
from benchmarks.harness import Sample, measured, publish, summary, table
from catalog_specs.catalog import Catalog
from catalog_specs.loader import bundled, load
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.timeliness import look_at_clock
from outlets.reports.site import build_report
from pipelines.settings import Settings, open_city
from quality.rules.definition import as_asked
from quality.rules.derivation import rules_for
from register.outcomes import OUTCOMES, Applied
from register.receipts import write_receipt
from register.records import Delivery, Outcome, Verdict, VerdictKind
from register.rule_results import RuleAsked, RuleFound, record_results
from register.verdicts import VERDICTS
from storage.layout import Layout

CITY = bundled("quanzhou")
DAY = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
RESOURCES = 10
"""Resources that the deliveries are spread over."""
SPAN = timedelta(days=75)
"""What the deliveries are spread over: several months, and due days that nobody met."""
ROWS = 1000
HOME = WORK / "report_site"
GOALS = {"whole": 10.0, "unchanged": 2.0, "one_more": 2.0}


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    options = _options()
    if options.step == "home":
        print(json.dumps(_home(options.deliveries, options.rules)))
        return
    if options.step:
        print(json.dumps(STEPS[options.step]()))
        return
    told = ["--deliveries", str(options.deliveries), "--rules", str(options.rules)]
    # apart: the peak of a child is never below what its parent holds
    counts = measured(["benchmarks.report_site", *told, "--step", "home"]).printed
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS}
    for number in range(options.runs):
        shutil.rmtree(Layout(HOME).report.parent, ignore_errors=True)
        for name in STEPS:
            if name == "one_more":
                _one_more(options.deliveries + number * RESOURCES, options.rules)
            runs[name].append(measured(["benchmarks.report_site", "--step", name]))
    _publish(options, runs, counts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--rules", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=["home", *STEPS])
    return parser.parse_args()


def _publish(
    options: argparse.Namespace, runs: dict[str, list[Sample]], counts: dict[str, int]
) -> None:
    figures = {name: summary(some) for name, some in runs.items()}
    title = f"report of {options.deliveries:,} deliveries × {options.rules} rules"
    printed = figures["whole"]["printed"]
    lines = [
        table(title, [*figures.items()], "floor"),
        (
            f"{printed['pages']:,} pages of {printed['bytes'] / 2**20:.1f} MiB, "
            f"largest {printed['largest'] / 1024:.0f} KiB; "
            f"{counts['cases']} cases, {counts['due']} due days"
        ),
        *(f"{name}: {_against(figures[name], goal)}" for name, goal in GOALS.items()),
    ]
    facts = {
        "benchmark": "report_site",
        "deliveries": options.deliveries,
        "rules": options.rules,
        "figures": figures,
        "goals": GOALS,
        "home": counts,
    }
    publish("report_site", "\n".join(lines), facts)


def _against(figures: dict[str, Any], goal: float) -> str:
    seconds = figures["stages"]["build"]
    met = "met" if seconds <= goal else "missed"
    return f"{seconds:.2f} s and {figures['printed']['written']:,} written, goal {goal:g} s {met}"


# ── what is measured ────────────────────────────────────────────────────────────────────────────


def build() -> dict[str, Any]:
    """Bring the report up to date, and say what lies there."""
    catalog = load(CITY)
    started = time.perf_counter(), time.process_time()
    report = build_report(Layout(HOME), catalog, DAY)
    stages = _since(*started)
    sizes = [path.stat().st_size for path in _pages()]
    return {
        "stages": stages,
        "pages": report.pages,
        "written": report.written,
        "bytes": sum(sizes),
        "largest": max(sizes),
    }


def floor() -> dict[str, Any]:
    """Render and write pages of the sizes that the site has, by a template and a loop."""
    sizes = [path.stat().st_size for path in _pages()]
    folder = WORK / "report_site_floor"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = time.perf_counter(), time.process_time()
    template = jinja2.Environment(autoescape=True).from_string(PLAIN)
    row = {"rule": "required_name", "wording": "姓名必填", "judged": ROWS, "failing": 3}
    one = len(template.render(rows=[row]).encode()) - len(template.render(rows=[]).encode())
    for place, size in enumerate(sizes):
        content = template.render(rows=[row] * (size // one))
        (folder / f"{place}.html").write_text(content, encoding="utf-8")
    return {"stages": _since(*started), "pages": len(sizes)}


def _since(wall: float, processor: float) -> dict[str, float]:
    """Return the seconds since: those of the processor are the ones to trust on a busy machine."""
    return {"build": time.perf_counter() - wall, "build, cpu": time.process_time() - processor}


PLAIN = """<!doctype html><meta charset="utf-8"><title>Rules</title><table>
{% for row in rows %}<tr><td class="code">{{ row.rule }}</td><td>{{ row.wording }}</td>
<td class="number">{{ row.judged }}</td><td class="number">{{ row.failing }}</td></tr>
{% endfor %}</table>
"""

STEPS: dict[str, Callable[[], dict[str, Any]]] = {
    "whole": build,
    "unchanged": build,
    "one_more": build,
    "floor": floor,
}


def _pages() -> Iterator[Path]:
    return Layout(HOME).report.parent.rglob("*.html")


# ── the history ─────────────────────────────────────────────────────────────────────────────────


def _home(deliveries: int, rules: int) -> dict[str, int]:
    """Make a home with that history; return how many cases and due days there are."""
    shutil.rmtree(HOME, ignore_errors=True)
    catalog, refs = load(CITY), _refs()
    for place, ref in enumerate(refs):
        numbers = range(place, deliveries, len(refs))
        _deliver(catalog, ref, numbers, deliveries, rules)
    city = replace(
        open_city(Settings.from_environment({}, home=HOME, catalog=CITY)), clock=lambda: DAY
    )
    faults = Faults(city.layout)
    due = sum(len(one.duties) for one in look_at_clock(city, faults))
    opened = keep_desk(city, faults).opened
    if faults.found:
        raise SystemExit(f"the home could not be made: {faults.found}")
    return {"cases": opened, "due": due}


def _one_more(number: int, rules: int) -> None:
    """Let the first resource have one delivery more."""
    _deliver(load(CITY), _refs()[0], [number], number, rules)


def _refs() -> list[str]:
    return [*load(CITY).resources][:RESOURCES]


def _deliver(
    catalog: Catalog, ref: str, numbers: Sequence[int], all_of_them: int, rules: int
) -> None:
    """Write what deliveries of a resource leave behind, the results of their rules included."""
    layout = Layout(HOME)
    made = [_landed(layout, ref, number, all_of_them) for number in numbers]
    found = [
        RuleFound(
            asked,
            judged=(ROWS,) * len(made),
            failing=tuple(_failing(number, place) for number in numbers),
            passed=tuple(not _failing(number, place) for number in numbers),
        )
        for place, asked in enumerate(_asked(catalog, ref, rules))
    ]
    quarantined = [max(one.failing[place] for one in found) for place in range(len(made))]
    VERDICTS.record(
        layout, [_verdict(one, back) for one, back in zip(made, quarantined, strict=True)]
    )
    OUTCOMES.record(
        layout, [_applied(one, back) for one, back in zip(made, quarantined, strict=True)]
    )
    record_results(layout, ref, [one.delivery for one in made], found, made[-1].landed_at)


def _failing(number: int, place: int) -> int:
    """Return how many records fail: of a quarter of the rules a few, of each delivery others."""
    return (number * 7 + place) % 11 if place % 4 == 0 else 0


def _asked(catalog: Catalog, ref: str, rules: int) -> list[RuleAsked]:
    """Return rules of the catalogue, and further ones under their words where it has too few."""
    resource = catalog.resource(ref)
    own = [as_asked(rule, resource) for rule in rules_for(catalog, resource)][:rules]
    more = [replace(own[n % len(own)], rule=f"further_{n}") for n in range(rules - len(own))]
    return [*own, *more]


def _landed(layout: Layout, ref: str, number: int, all_of_them: int) -> Delivery:
    sequence = number // RESOURCES + 1
    landed_at = DAY - SPAN + SPAN * number / (all_of_them + 1)
    delivery = Delivery(
        resource=ref,
        delivery=f"{sequence:06}-{'a' * 12}",
        sequence=sequence,
        files=("records.csv",),
        sha256="a" * 64,
        bytes=ROWS * 80,
        rows=ROWS,
        malformed=0,
        headers=(),
        landed_at=landed_at.isoformat(),
    )
    layout.delivery(ref, delivery.delivery).mkdir(parents=True)
    write_receipt(layout.receipt(ref, delivery.delivery), delivery)
    return delivery


def _verdict(one: Delivery, back: int) -> Verdict:
    return Verdict(
        resource=one.resource,
        delivery=one.delivery,
        sequence=one.sequence,
        kind=VerdictKind.PASSED,
        delivered=ROWS,
        accepted=ROWS - back,
        quarantined=back,
        reasons=(),
        catalog_digest="d" * 64,
        judged_at=one.landed_at,
    )


def _applied(one: Delivery, back: int) -> Applied:
    department, _, name = one.resource.partition("/")
    outcome = Outcome(
        department, name, one.delivery, one.files, ROWS, ROWS - back, back, inserted=ROWS - back
    )
    return Applied(outcome, one.sequence, None, None, applied=False, recorded_at=one.landed_at)


if __name__ == "__main__":
    main()
