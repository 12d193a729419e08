"""`quanshu try`: a file judged by today's rules of a resource, without taking it in (三(五)).

Belongs here: arguments and printing. Keep out: judging (`quality.gate.trial`).
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import Exit, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import resource_ref
from cli.tables import Column, WideOption, print_rows

if TYPE_CHECKING:
    from quality.gate.trial import Place, Tried
    from register.records import Delivery

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("try")(try_file)


def try_file(
    file: Annotated[Path, typer.Argument(help="The file; it stays where and as it is.")],
    resource: Annotated[
        str, typer.Option("--resource", help="What it would be a delivery of.", show_default=False)
    ],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
) -> None:
    """Judge a file as the gate would judge its delivery; nothing is taken in or recorded.

    Exit 0 when it would be accepted whole, 1 when it would be refused or some records quarantined.
    Without a home, rules that look at what is stored are listed as not asked.
    """
    from datetime import UTC, datetime

    from catalog_specs.loader import load
    from pipelines.settings import Settings
    from quality.gate.trial import Trial, judge_file
    from storage.layout import Layout

    settings = Settings.from_environment(os.environ, home=home, catalog=catalog)
    if not file.is_file():
        raise typer.BadParameter("no such file", param_hint="FILE")
    if home is not None and not home.is_dir():
        raise typer.BadParameter(f"no home {home}", param_hint="--home")
    city = load(settings.catalog)
    layout = Layout(settings.home, settings.store) if settings.home.is_dir() else None
    trial = Trial(city, layout, datetime.now(tz=UTC), settings.limits, settings.spark)
    tried = judge_file(file, city.resource(resource_ref(city, resource)), trial)
    if json:
        print_json(_document(tried))
    else:
        _print(tried, wide=wide)
    raise typer.Exit(Exit.FINE if tried.is_clean else Exit.PROBLEMS)


def _outcome(tried: Tried) -> tuple[str, str]:
    if tried.repeats is not None:
        return "重复交付", "recognised"
    if tried.rejecting:
        return "拒收", "refused"
    return ("部分隔离", "partly quarantined") if tried.quarantined else ("接收", "accepted")


def _reasons(tried: Tried) -> list[dict[str, str]]:
    """Return the words of what would refuse it: of a code of refusal, or of a rule."""
    from catalog_specs.rules.refusals import DeliveryRefusal

    rules = {one.asked.rule: one.asked for one in tried.results}
    told = []
    for code in tried.rejecting:
        if code in rules:
            words = {"zh": rules[code].wording, "en": rules[code].wording_en}
            told.append({"code": code, **words, "remedy_zh": "", "remedy_en": ""})
            continue
        refusal = DeliveryRefusal(code)
        told.append(
            {"code": code, "zh": refusal.label, "en": refusal.english}
            | {"remedy_zh": refusal.remedy_zh, "remedy_en": refusal.remedy}
        )
    return told


def _document(tried: Tried) -> dict[str, Any]:
    receipt = tried.receipt
    return {
        "resource": receipt.resource,
        "read_as": receipt.read_as,
        "encoding": receipt.encoding,
        "records": receipt.rows,
        "malformed": receipt.malformed,
        "outcome": _outcome(tried)[1],
        "repeats": tried.repeats,
        "accepted": receipt.rows - tried.quarantined,
        "quarantined": tried.quarantined,
        "refused_by": _reasons(tried),
        "detail": receipt.refusal_detail,
        "undeclared": dict(receipt.undeclared),
        "excepted": dict(receipt.excepted),
        "rules": [
            {**asdict(one.asked), "judged": one.judged[0], "failing": one.failing[0]}
            | {"passed": one.passed[0]}
            | {"first": [asdict(place) for place in tried.places.get(one.asked.rule, ())]}
            for one in tried.results
        ],
        "not_asked": [asdict(one) for one in tried.not_asked],
    }


def _print(tried: Tried, *, wide: bool) -> None:
    """Say first what would become of it, then which rules do not hold and where."""
    receipt = tried.receipt
    read = " ".join(filter(None, [receipt.read_as, receipt.encoding])) or "–"
    out.print(f"试判 / trial: {receipt.resource}，{read}，{receipt.rows:,} 条 / records")
    out.print(f"结果 / outcome: {' / '.join(_outcome(tried))}")
    if tried.repeats is not None:
        out.print(f"与 {tried.repeats} 内容相同，不再处理 / the same bytes, nothing is done")
    counts = "" if tried.repeats is None else "若为新交付 / if it were new: "
    out.print(
        f"{counts}接收 / accepted {receipt.rows - tried.quarantined:,}，"
        f"隔离 / quarantined {tried.quarantined:,}"
    )
    for one in _reasons(tried):
        out.print(f"{one['code']} {one['zh']} / {one['en']}")
        if one["remedy_zh"]:
            out.print(f"  {one['remedy_zh']} / {one['remedy_en']}")
    if receipt.refusal_detail:
        out.print(f"  {receipt.refusal_detail}")
    if receipt.undeclared:
        _print_undeclared(receipt, wide=wide)
    if tried.results:
        _print_rules(tried, wide=wide)
    if tried.not_asked:
        print_rows(
            "未检查的规则，需要平台数据 / not asked: needs a home",
            (Column("规则", "rule"), Column("要求", "asks", wide=True)),
            [(one.rule, one.wording) for one in tried.not_asked],
            wide=wide,
            every=True,
        )


def _print_undeclared(receipt: Delivery, *, wide: bool) -> None:
    """Print the columns and sheets that the catalogue does not declare (三(二))."""
    print_rows(
        "目录外数据，无例外不入库 / undeclared: not taken in without an exception",
        (
            Column("列或工作表", "column or sheet"),
            Column("有值", "cells", figure=True),
            Column("例外", "exception"),
        ),
        [
            (header, "–" if cells is None else f"{cells:,}", receipt.excepted.get(header, "–"))
            for header, cells in receipt.undeclared.items()
        ],
        wide=wide,
        every=True,
    )


def _print_rules(tried: Tried, *, wide: bool) -> None:
    """Print the rules, those that do not hold first."""
    ordered = sorted(tried.results, key=lambda one: all(one.passed) and not sum(one.failing))
    print_rows(
        "规则 / rules",
        (
            Column("规则", "rule"),
            Column("后果", "level"),
            Column("不符合", "failing", figure=True),
            Column("检查", "judged", figure=True),
            Column("通过", "passed"),
            Column("记录:行", "record:line"),
            Column("质量维度", "dimension", wide=True),
            Column("要求", "asks", wide=True),
        ),
        [
            (
                one.asked.rule,
                one.asked.level.value,
                one.failing[0],
                one.judged[0],
                "是" if one.passed[0] else "否",
                _where(tried.places.get(one.asked.rule, ())[: None if wide else 2]),
                one.asked.dimension.label,
                one.asked.wording,
            )
            for one in ordered
        ],
        wide=wide,
        every=True,
    )


def _where(places: tuple[Place, ...]) -> str:
    return " ".join(
        f"{one.record}" if one.line is None else f"{one.record}:{one.line}" for one in places
    )
