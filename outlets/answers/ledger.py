"""The answer ledger: what was asked of grants by lists and tables, and how much of it (五(三)).

Belongs here: the ledger `answers`, and how many ids a grant was asked on a day. Keep out:
answering (`outlets.answers`). It holds counts, never an id and nothing of the lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_specs.vocabulary import Term
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["ANSWERS", "Answer", "Service", "asked_on"]


class Service(Term):
    """How a grant answers without being handed out whole."""

    MATCH = ("match", "匹配提取")
    VERIFY = ("verify", "比对核验")
    STATISTICS = ("statistics", "统计")


@dataclass(frozen=True)
class Answer:
    """One answer: of which grant and resource, when, to whom, of how many ids.

    `day` is the day of the city, an ISO date; `at` is ISO 8601 with offset. A statistic is asked
    no ids.
    """

    answer: str
    grant: str
    resource: str
    service: Service
    day: str
    at: str
    by: str
    asked: int
    found: int


def asked_on(layout: Layout, grant: str, day: str) -> int:
    """Return how many ids a grant was asked on a day of the city, by all of its services."""
    return sum(one.asked for one in ANSWERS.read(layout) if one.grant == grant and one.day == day)


def _once(answers: Sequence[Answer]) -> str:
    return f"answer/{answers[0].answer}"


ANSWERS = Ledger(
    name="answers",
    shape=Shape(
        "答复台账",
        "按名单匹配、核验和统计的每一次答复，只记数量，不记名单（五(三)、五(四)）。",
        (
            Column("answer", "VARCHAR", "答复编号"),
            Column("grant", "VARCHAR", "授权代码"),
            Column("resource", "VARCHAR", "信息资源"),
            Column("service", "VARCHAR", "方式：match 匹配提取，verify 比对核验，statistics 统计"),
            Column("day", "VARCHAR", "本市日期（ISO）"),
            Column("at", "VARCHAR", "答复时间"),
            Column("by", "VARCHAR", "经办（岗位或服务账号）"),
            Column("asked", "BIGINT", "名单中的标识数；统计为 0"),
            Column("found", "BIGINT", "查到的标识数；统计为统计单元数"),
        ),
    ),
    value=Answer,
    once=_once,
    order=("at", "answer"),
)
