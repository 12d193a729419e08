"""The summary of a run: totals, then what needs attention, then the deliveries.

Belongs here: the order and the wording of that screen, at 80 columns. Keep out: the
console itself, the JSON shape (`flow.results`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from catalog_specs.rules.error_codes import ErrorCode
from cli.console import err, out

if TYPE_CHECKING:
    from flow.city import City
    from flow.failures import Failure
    from flow.results import RunResult
    from outlets.shares.withdrawals import Withdrawal
    from register.records import Outcome

__all__ = ["show", "show_failures", "show_withdrawals"]

_FIGURES = {
    "delivered": "交付",
    "accepted": "接受",
    "quarantined": "隔离",
    "inserted": "新增",
    "updated": "更新",
    "deleted": "删除",
}
_TOLD = 20
"""Entries of one kind that are listed one by one."""
_VERDICTS = {
    "passed": "通过 / passed",
    "rejected": "拒收 / rejected",
    "held": "待批准 / held",
    "recognised": "重复 / recognised",
}
_NEWEST = 10
"""Deliveries that are listed one by one: the screen of a day, not of a year."""


def show(city: City, result: RunResult) -> None:
    """Print what a run did, for a person."""
    for line in _totals(result):
        out.print(line, markup=False, highlight=False)
    show_failures(result.failures)
    rest = (_needs(city, result), _changes(result), _deliveries(result.outcomes))
    for line in chain.from_iterable(rest):
        out.print(line, markup=False, highlight=False)


def show_failures(failures: Iterable[Failure]) -> None:
    """Print what failed on standard error, where a scheduler looks."""
    for line in _few(_failures(failures)):
        err.print(line, style="red", markup=False, highlight=False)


def show_withdrawals(withdrawn: Iterable[Withdrawal], failures: Iterable[Failure]) -> None:
    """Print the withdrawals that were made although the catalogue does not compile."""
    for one in withdrawn:
        line = f"收回 / withdrawn  {one.grant}: {one.explanation}"
        err.print(line, markup=False, highlight=False)
    show_failures(failures)


def _totals(result: RunResult) -> Iterator[str]:
    """Say in a few lines how much there was and what became of it."""
    if not result.outcomes:
        yield "无待处理交付。/ nothing was waiting."
    else:
        kinds = [one.verdict.value for one in result.outcomes]
        counts = (f"{said} {kinds.count(kind):,}" for kind, said in _VERDICTS.items())
        yield f"交付 / deliveries {len(kinds):,}: {' · '.join(counts)}"
        figures = (
            f"{said} {sum(getattr(one, name) for one in result.outcomes):,}"
            for name, said in _FIGURES.items()
        )
        yield f"行 / rows: {' · '.join(figures)}"
    needs = {
        "失败 / failed": len(result.failures),
        "新问题单 / new cases": result.desk.opened + result.desk.reopened,
        "办结 / cases closed": result.desk.closed,
        "逾期问题单 / cases overdue": result.desk.overdue,
        "收回 / withdrawn": sum(_withdrawn(one.as_dict()) for one in result.shares),
        "拒绝开放 / releases refused": len(result.refusals),
        "留在收件箱 / left": len(result.left),
    }
    if any(needs.values()):
        yield " · ".join(f"{said} {count:,}" for said, count in needs.items() if count)


def _needs(city: City, result: RunResult) -> Iterator[str]:
    """Yield what needs attention: withdrawals, rejected and held deliveries, refusals."""
    for share in (one.as_dict() for one in result.shares):
        if _withdrawn(share):
            yield f"收回 / withdrawn  {share['grant']}: {share['explanation']}"
    for gone in result.retractions:
        names = "、".join(gone.withdrawn)
        yield f"撤回开放 / retracted  {gone.dataset}/{names}: {gone.reason}"
    yield from _few(_stopped(city, result.outcomes), "FROM quality.verdicts in views/city.duckdb")
    yield from _few(
        f"拒绝开放 / refused  {one.dataset}: {one.explanation}" for one in result.refusals
    )
    yield from _few(
        (
            f"目录外新列 / newly undeclared  {one.resource} {one.delivery}: {one.header}"
            for one in result.undeclared
        ),
        "FROM quality.undeclared in views/city.duckdb",
    )
    if result.desk.suspected:
        yield f"疑似违规 / suspected violations  {result.desk.suspected:,}: quanshu violation list"
    yield from _few(f"无人管理 / orphaned  {one}" for one in result.orphans)
    yield from _few(
        f"留在收件箱 / left in the inbox  {ref}/{one.name}: {one.reason}"
        for ref, one in result.left
    )


def _failures(failures: Iterable[Failure]) -> Iterator[str]:
    """Say what failed, where and what to do; a fault that many entries share is printed once."""
    alike: dict[tuple[str, ...], list[Failure]] = {}
    for one in failures:
        where = one.where if one.code == ErrorCode.UNREADABLE else ""  # one line for each place
        alike.setdefault((one.code, one.what, where, one.remedy), []).append(one)
    for first, *more in alike.values():
        named = f"{first.stop} {first.subject}".rstrip()
        others = f" (+{len(more):,} alike)" if more else ""
        where = "" if first.where == first.subject else f"\n    在 / at  {first.where}"
        said = f"失败 / failed  {named}{others}: {first.code} {first.what}{where}"
        yield f"{said}\n    处理 / do  {first.remedy}"


def _stopped(city: City, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Say of each delivery that was not applied why, and what to do; no values."""
    from register.records import VerdictKind

    for one in outcomes:
        name = f"{one.department}/{one.resource} {one.delivery}"
        if one.verdict is VerdictKind.HELD:
            yield f"待批准 / waits for `quanshu approve`  {name}: {one.reasons[0]}"
        elif one.verdict is VerdictKind.REJECTED:
            yield "\n    ".join([f"拒收 / rejected  {name}", *_reasons(city, one)])


def _reasons(city: City, outcome: Outcome) -> Iterator[str]:
    """Yield what the codes ask, and where the rest stands: it names headers as delivered."""
    from feeds.columns import feed_columns
    from landing.header_refusals import declared_headers_told
    from quality.quarantine.states import descriptions
    from register.receipts import read_receipt

    ref = f"{outcome.department}/{outcome.resource}"
    said = descriptions(city.catalog, ref)
    for code in outcome.reasons:
        yield f"{code}  {said.get(code, '')}"
    receipt = city.layout.receipt(ref, outcome.delivery)
    detail = read_receipt(receipt).refusal_detail or ""
    for header in declared_headers_told(detail, feed_columns(city.catalog.resource(ref).feed)):
        yield f"申报的列 / declared column  {header}"
    yield f"详见 / see {receipt.relative_to(city.layout.home)}"


def _changes(result: RunResult) -> Iterator[str]:
    """Yield the shares and releases that were made; nothing of the unchanged ones."""
    yield from _few(
        f"共享 / shared  {share['grant']}: {share['rows']:,} 行"
        for share in (one.as_dict() for one in result.shares)
        if share.get("refreshed")
    )
    yield from _few(
        f"开放 / released  {release['dataset']}/{release['release']}: {release['rows']:,} 行"
        for release in (one.as_dict() for one in result.releases)
        if release.get("created")
    )


def _withdrawn(share: dict[str, object]) -> bool:
    return share.get("existed") is True


def _few(lines: Iterable[str], more: str = "--json") -> Iterator[str]:
    """Yield the first of several lines, and how many more there are, and where."""
    said = list(lines)
    yield from said[:_TOLD]
    if len(said) > _TOLD:
        yield f"另有 / and {len(said) - _TOLD:,} more: {more}"


def _deliveries(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """List the newest deliveries in two lines each; names are complete, so they can be copied.

    Recognised deliveries did nothing; the totals count them.
    """
    done = [one for one in outcomes if one.verdict.value != "recognised"]
    shown = done[-_NEWEST:]
    if shown:
        yield "交付 / deliveries"
    for one in shown:
        figures = {said: getattr(one, name) for name, said in _FIGURES.items()}
        counted = " · ".join(f"{said} {count:,}" for said, count in figures.items() if count)
        yield f"  {one.department}/{one.resource}  {one.delivery}  {_file(one)}"
        yield f"      {one.verdict.value}  {counted or '0'} · {one.seconds:.2f} s"
    if len(done) > len(shown):
        yield f"  另有更早的 / and {len(done) - len(shown):,} earlier: --json"


def _file(outcome: Outcome) -> str:
    first, *more = outcome.files or ("",)
    return f"{first} (+{len(more)})" if more else first
