"""The families of codes: every closed set of codes that Quanshu stores or prints, in one list.

Belongs here: the list, and what a family is called. Keep out: the codes (one module a family), the
page they are shown on (`page`). Codes of laws (CAT-) have their own list in `catalog_specs.laws`.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.rules.decisions import DecisionReason, ShareWithdrawal
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.disclosure import RefusalCode, WithdrawalCode
from catalog_specs.rules.due_rules import DueRule
from catalog_specs.rules.error_codes import ErrorCode
from catalog_specs.rules.homes.backup_faults import BackupFault
from catalog_specs.rules.homes.evolution import EvolutionRefusal, HomeDifference, TableDifference
from catalog_specs.rules.homes.home_findings import HomeFinding
from catalog_specs.rules.homes.store_faults import StoreFault
from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.rules.violations import ViolationKind
from catalog_specs.rules.wording import Worded

__all__ = ["FAMILIES", "Family"]


@dataclass(frozen=True)
class Family:
    """One closed set of codes, and what a page calls it."""

    codes: type[Worded]
    title_zh: str
    title: str


FAMILIES: tuple[Family, ...] = (
    Family(DeliveryRefusal, "交付拒收", "deliveries that are refused"),
    Family(DefectCode, "记录缺陷", "records that cannot be split into their fields"),
    Family(RuleKind, "质量规则种类", "kinds of quality rules"),
    Family(DueRule, "时效规则", "rules of due times"),
    Family(MismatchPattern, "不一致的样式", "how a referred value differs from its source"),
    Family(Uncompared, "未能比对", "why a referred item was not compared"),
    Family(DecisionReason, "授权裁定", "why a grant is in force or not"),
    Family(ShareWithdrawal, "收回共享数据", "shares that are taken away"),
    Family(AnswerRefusal, "不予答复", "what is asked of a grant and not answered"),
    Family(RefusalCode, "拒绝开放", "open sets that are not released"),
    Family(WithdrawalCode, "撤回开放", "releases that are withdrawn"),
    Family(TableDifference, "表与目录的差异", "tables that differ from the catalogue"),
    Family(EvolutionRefusal, "不能演进", "differences that cannot be evolved"),
    Family(HomeDifference, "目录外的资源", "what belongs to no resource at work"),
    Family(ViolationKind, "违规情形", "the ten violations of 十(一)"),
    Family(HomeFinding, "主目录检查", "what `quanshu doctor` finds"),
    Family(BackupFault, "备份与恢复", "backups that cannot be made, are damaged, or not restored"),
    Family(StoreFault, "对象存储", "object stores that cannot be used as they are"),
    Family(ErrorCode, "错误与故障", "errors and failures"),
)
"""In the order of the page, which is the way of the data."""
