"""The proposed resource file as YAML, with every place marked that a person must complete.

Belongs here: that text. Keep out: deciding what stands in it (`proposal`). A marked place holds
`TODO`, which no catalogue compiles with.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.wording.placeholders import MARK
from catalog_specs.vocabulary import FeedFormat
from scaffold.proposal import CERTAIN, Proposal, Proposed
from scaffold.quoting import quoted

__all__ = ["resource_page"]

FILL = "# 请填写 / fill in"


def resource_page(proposal: Proposal) -> str:
    """Return the proposed file's text."""
    lines = [*_head(proposal), *_about(proposal), *_feed(proposal), *_items(proposal)]
    return "\n".join(lines) + "\n"


def _head(proposal: Proposal) -> Iterator[str]:
    sample = proposal.sample
    yield f"# 由样本起草，样本 {sample.rows} 条记录；凡 {MARK} 处请填写，然后运行 quanshu check"
    yield f"# Drafted from a sample of {sample.rows} records; fill in every {MARK}, then check."
    for warning in proposal.warnings:
        yield f"# 注意 / note: {warning}"


def _about(proposal: Proposal) -> Iterator[str]:
    yield f"code: {MARK}  {FILL}：信息资源代码"
    yield f"resource: {proposal.resource}"
    yield f"name: {MARK}  {FILL}：信息资源名称"
    yield f"provider: {proposal.department}"
    yield f"summary: {MARK}  {FILL}：信息资源摘要"
    yield f"subject: {proposal.subject or MARK}" + ("" if proposal.subject else f"  {FILL}")
    key = ", ".join(proposal.key) or MARK
    yield f"key: [{key}]" + ("  # 请核对 / verify" if proposal.key else f"  {FILL}")
    yield f"update_cycle: {MARK}  {FILL}: realtime, daily, weekly, monthly, …"
    yield f"published_on: {MARK}  {FILL}: 2026-01-15"
    yield f"share: {{type: {MARK}, methods: [query, verify]}}  {FILL}: unconditional, …"
    yield f"aggregation: {{mode: batch, filing_no: {MARK}}}  {FILL}：备案号（四(三)）"


def _feed(proposal: Proposal) -> Iterator[str]:
    sample = proposal.sample
    yield "feed:"
    yield f"  kind: {MARK}  {FILL}: snapshot, upsert, changes"
    yield f"  format: {sample.format.value}"
    if sample.encoding and not sample.format.traits.packed:
        yield f"  encoding: {sample.encoding}"
    if sample.format is FeedFormat.CSV:
        yield f"  delimiter: {quoted(sample.delimiter or ',')}"
    if sample.header != "first":
        yield f"  header: {{at: {sample.header}}}"
    yield "  columns:"
    for item in proposal.items:
        yield f"    {quoted(item.look.header)}: {item.code}"
    yield f"  nulls: [{', '.join(map(quoted, proposal.nulls))}]"
    stepped = [item for item in proposal.items if item.steps]
    if stepped:
        yield "  normalise:"
        for item in stepped:
            yield f"    {item.code}: [{', '.join(item.steps)}]"


def _items(proposal: Proposal) -> Iterator[str]:
    yield "items:"
    for item in proposal.items:
        yield from _item(proposal, item)


def _item(proposal: Proposal, item: Proposed) -> Iterator[str]:
    said = _match_said(item)
    yield f"  # {quoted(item.look.header)}: {'；'.join([said, *item.notes])}"
    certain = item.match is not None and item.match.confidence >= CERTAIN
    element = item.match.element.code if item.match is not None and certain else MARK.lower()
    parts = [f"code: {item.code}", f"element: {element}"]
    if item.code in proposal.key or (item.look.given == item.look.rows and item.look.rows):
        parts.append("required: true")
    if item.source is not None:
        parts.append(f"source: {item.source}")
    yield f"  - {{{', '.join(parts)}}}" + ("" if certain else f"  {FILL}")
    if not certain:
        yield "  #   新的数据元可写为 / a new element could read:"
        scale = f", scale: {item.look.scale}" if item.type.value == "decimal" else ""
        yield (
            f"  #   - {{code: {item.code}, name: {quoted(item.look.header)}, subject: {MARK}, "
            f"type: {item.type.value}{scale}, sensitivity: {MARK}}}"
        )


def _match_said(item: Proposed) -> str:
    if item.match is None:
        return "词典中未找到 / not in the dictionary"
    said = f"{item.match.element.name}，{item.match.reason}，{item.match.confidence:.0%}"
    return said if item.match.confidence >= CERTAIN else f"或为 / perhaps {said}"
