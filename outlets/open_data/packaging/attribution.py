"""ATTRIBUTION.md: the data source and acquisition date that users must state (六(七)).

Belongs here: its wording. Keep out: everything a machine reads.
"""

from __future__ import annotations

from outlets.open_data.packaging.escaping import markdown_text
from outlets.open_data.packaging.facts import ReleaseFacts

__all__ = ["ATTRIBUTION", "attribution"]

ATTRIBUTION = "ATTRIBUTION.md"
"""Its file in a package."""


def attribution(facts: ReleaseFacts) -> str:
    """Return the notice in Chinese, with one English line below."""
    day = facts.acquired_at.date().isoformat()
    source = markdown_text(f"{facts.catalog.city.name} {facts.provider.name}")
    code = markdown_text(facts.open_set.code)
    name, resource = markdown_text(facts.open_set.name), markdown_text(facts.resource.name)
    return "\n".join(
        (
            f"# {name}",
            "",
            f"- 数据来源：{source}（{resource}，{facts.resource.code}）",
            f"- 获取日期：{day}",
            f"- 发布版本：{facts.release}",
            f"- 发布时间：{facts.released_at.isoformat(timespec='seconds')}",
            f"- 使用许可：{markdown_text(facts.open_set.licence)}",
            f"- 开放类型：{facts.open_set.type.label}",
            "",
            "使用本数据形成的产品、研究报告、学术论文等成果，应当注明数据来源和获取日期，例如：",
            "",
            f"> 数据来源：{source}“{name}”（{facts.release}），获取日期：{day}。",
            "",
            f"Source: {source}, {code} {facts.release}, acquired {day}.",
            "",
        )
    )
