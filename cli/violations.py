"""Violations for people and for machines: a list, one of them whole, and their JSON.

Belongs here: what stands where. Keep out: the commands (`commands.supervision`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.violations import ViolationState
from cli.console import out
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from datetime import date

    from governance.violations.life import Violation

__all__ = ["document_of", "print_violation", "print_violations"]


def print_violations(found: list[Violation], today: date, *, every: bool, wide: bool) -> None:
    """Print the totals, then a line for each."""
    from governance.violations.registry import every_detector

    if not found:
        out.print("没有违规情形。/ no violation is suspected or open.")
        return
    detectors = every_detector()
    counts = Counter(one.state for one in found)
    late = sum(one.overdue(today) for one in found)
    told = [f"{counts[state]} {state.label}" for state in ViolationState if counts[state]]
    told += [f"{late} 逾期"] if late else []
    print_rows(
        f"违规情形 / violations: {len(found)}（{'，'.join(told)}）",
        [
            Column("编号", "id"),
            Column("状态", "state"),
            Column("情形", "what"),
            Column("对象", "about"),
            Column("部门", "department", wide=True),
            Column("可信度", "confidence", wide=True),
            Column("整改期限", "rectify by", wide=True),
            Column("说明", "words", wide=True),
        ],
        [
            (
                one.id,
                _state(one, today),
                detectors[one.detector].title if one.detector in detectors else "人工登记",
                one.about,
                one.department,
                one.confidence.label,
                one.rectify_by or "",
                one.zh,
            )
            for one in found
        ],
        wide=wide,
        every=every,
    )


def print_violation(one: Violation, today: date) -> None:
    """Print one violation: what was seen, its evidence, and everything that happened to it."""
    out.print(f"{one.id}  {one.kind.label} / {one.kind.english}（{one.kind.clause}）")
    out.print(f"  {one.zh}")
    out.print(f"  {one.en}")
    _print_pairs(
        {
            "部门 department": one.department,
            "对象 about": one.about,
            "状态 state": _state(one, today),
            "可信度 confidence": one.confidence.label,
            "整改期限 rectify by": one.rectify_by or "",
            "不再出现 gone since": one.gone_since or "",
            "处理 remedy": one.kind.remedy_zh,
            **one.evidence,
        }
    )
    for event in one.history:
        told = event.decision
        by = f"{told.post} {told.document}" if told else event.by
        out.print(f"  {event.at.isoformat(timespec='seconds')}  {event.what}  {by}")
        if told and told.reason:
            out.print(f"      {told.reason}")


def document_of(one: Violation, today: date) -> dict[str, Any]:
    """Return the JSON shape."""
    shown = asdict(one) | {
        "clause": one.kind.clause,
        "label": one.kind.label,
        "overdue": one.overdue(today),
        "current": one.current,
    }
    return {**shown, "history": [_event(asdict(event)) for event in one.history]}


def _event(event: dict[str, Any]) -> dict[str, Any]:
    decision = event.pop("decision") or {}
    return event | {name: value for name, value in decision.items() if value}


def _state(one: Violation, today: date) -> str:
    late = " · 逾期 overdue" if one.overdue(today) else ""
    gone = " · 不再出现 gone" if one.gone_since else ""
    return f"{one.state.label}{late}{gone}"


def _print_pairs(pairs: dict[str, Any]) -> None:
    for name, value in pairs.items():
        if value != "":
            out.print(f"    {name}: {value}")
