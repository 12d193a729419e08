"""Counts of quarantined records as people read them: the total, then bounded tables.

Belongs here: summing and ordering for the console. Keep out: counting (`quality.quarantine`), the
command itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cli.console import out
from cli.tables import LINES, Column, print_rows

if TYPE_CHECKING:
    from quality.quarantine.states import QuarantinedCount

__all__ = ["print_by_delivery", "print_by_resource"]

_COUNTED = (
    Column("记录", "records", figure=True),
    Column("未处理", "open", figure=True),
    Column("待判定", "waiting", figure=True),
    Column("已入库", "settled", figure=True),
    Column("再隔离", "replayed", figure=True),
    Column("被取代", "superseded", figure=True),
)


def print_by_resource(found: Sequence[QuarantinedCount], *, wide: bool, every: bool) -> None:
    """Print one line for each resource, those with the most left to do first."""
    rules: dict[str, set[str]] = {}
    for one in found:
        rules.setdefault(one.resource, set()).add(one.rule)
    summed = _summed(found, lambda one: (one.resource,))
    _say_total(found, f"{len(summed)} 类资源 / resources")
    print_rows(
        "按规则和批次查看 / by rule and delivery: --resource",
        (Column("资源", "resource"), Column("规则", "rules", figure=True), *_COUNTED),
        [(resource, len(rules[resource]), *sums) for (resource,), sums in summed],
        wide=wide,
        every=every,
    )


def print_by_delivery(found: Sequence[QuarantinedCount], *, wide: bool, every: bool) -> None:
    """Print one line for each rule, with what it asks, then the deliveries, the newest first."""
    alone = len({one.resource for one in found}) == 1
    _say_total(found, f"{len({(o.resource, o.delivery) for o in found})} 批 / deliveries")
    summed = _summed(found, lambda one: (one.resource, one.rule))
    print_rows(
        "按规则 / by rule",
        (Column("资源", "resource", wide=alone), Column("规则", "rule"), *_COUNTED),
        [(*place, *sums) for place, sums in summed],
        wide=wide,
        every=every,
    )
    asks = {(one.resource, one.rule): one.description for one in found}
    shown = [place for place, _ in (summed if every else summed[:LINES])]
    for code, said in dict.fromkeys((place[1], asks[place[0], place[1]]) for place in shown):
        out.print(f"  {code}  {said}")
    print_rows(
        "按交付和规则，新批次在前 / by delivery and rule, the newest first",
        (
            Column("资源", "resource", wide=alone),
            Column("交付", "delivery"),
            Column("规则", "rule"),
            *_COUNTED,
            Column("文件", "file"),
        ),
        [
            (o.resource, o.delivery, o.rule, *_counted(o), o.file)
            for o in sorted(found, key=_newest_first)
        ],
        wide=wide,
        every=every,
    )


def _summed(
    found: Sequence[QuarantinedCount], place: Callable[[QuarantinedCount], tuple[str, ...]]
) -> list[tuple[tuple[str, ...], list[int]]]:
    """Return sums by place, those with the most left to do first."""
    sums: dict[tuple[str, ...], list[int]] = {}
    for one in found:
        kept = sums.setdefault(place(one), [0] * len(_COUNTED))
        kept[:] = [old + new for old, new in zip(kept, _counted(one), strict=True)]
    return sorted(sums.items(), key=lambda row: (-row[1][1], -row[1][0], row[0]))


def _newest_first(one: QuarantinedCount) -> tuple[int, str, int, str]:
    number = int(one.delivery.partition("-")[0])
    return -number, one.resource, -one.open, one.rule


def _counted(one: QuarantinedCount) -> tuple[int, ...]:
    return one.records, one.open, one.waiting, one.settled, one.replayed, one.superseded


def _say_total(found: Sequence[QuarantinedCount], of: str) -> None:
    """Say first how much there is; a record that fails several rules counts with each."""
    marks = sum(one.records for one in found)
    still = sum(one.open for one in found)
    out.print(f"隔离区 / quarantine: {marks:,} 条 / marks，未处理 / open {still:,}；{of}")
