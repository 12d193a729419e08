"""The page of codes: every code with its meaning, remedy and clause in both languages, as Markdown.

Belongs here: rendering. Keep out: the codes (`families` lists them), laws (`catalog_specs.laws`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.markdown import sentence, table
from catalog_specs.rules.families import FAMILIES, Family

__all__ = ["codes_page"]

_HEAD = """\
# 代码表 / Codes

判定台账、收据、隔离区、开放记录和命令输出中出现的每一个代码，其含义、处理办法和依据条款。代码的含义永不改变。
目录法则（CAT-）见 [laws.md](laws.md)。分析视图中的同一张表是 `FROM quality.codes`。

Every code that stands in a ledger, a receipt, the quarantine or a message: what it means, what to
do, and the clause of the regulation behind it. Codes never change their meaning. Laws of the
catalogue (CAT-) are in [laws.md](laws.md). The analysts' views hold the same table,
`FROM quality.codes`.

This page is written by `python -m docs.generate` from the code.
"""
_COLUMNS = ("代码 Code", "含义", "Meaning", "处理", "What to do", "条款 Clause")


def codes_page() -> str:
    """Return the page as Markdown text."""
    return "\n".join([_HEAD, *(line for family in FAMILIES for line in _section(family))])


def _section(family: Family) -> Iterator[str]:
    yield f"## {family.title_zh} / {sentence(family.title)}"
    yield ""
    rows = (
        (
            f"`{code.stored}`",
            code.label,
            sentence(code.english),
            code.remedy_zh,
            sentence(code.remedy),
            code.clause or "–",
        )
        for code in family.codes
    )
    yield from table(_COLUMNS, rows)
    yield ""
