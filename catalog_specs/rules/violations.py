"""The ten violations of 十(一): what the regulation calls each, and what is done about it.

Belongs here: the closed sets of kinds, of confidence and of states, with their words. Keep out:
suspecting one (`governance.violations`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded
from catalog_specs.vocabulary import Term

__all__ = ["Confidence", "ViolationKind", "ViolationState"]


class ViolationKind(Worded):
    """One of the ten violations for which a unit answers."""

    CATALOGUE = (
        "VIO-001",
        "未按要求编制或更新本单位数据资源目录",
        "the catalogue is not compiled, or not kept up to date",
        "更新目录文件，经 `quanshu check` 通过后生效",
        "bring the catalogue's files up to date; `quanshu check` tells whether they hold",
        "十(一)①",
    )
    SCOPE = (
        "VIO-002",
        "擅自扩大数据采集范围",
        "more is collected than the catalogue declares",
        "停止采集，或在目录登记，或办理三(二)的例外批准",
        "stop collecting it, declare it, or have an exception approved (三(二))",
        "十(一)②",
    )
    DUPLICATE = (
        "VIO-003",
        "重复采集数据",
        "data are collected that another unit is the source of",
        "改为引用唯一来源（`source`），通过共享获得",
        "refer to the one source (`source`) and obtain it by sharing",
        "十(一)③",
    )
    LATE = (
        "VIO-004",
        "未在规定期限内汇聚数据",
        "data are not aggregated within their term",
        "立即补齐逾期的交付；无法按周期汇聚的，向数据管理机构备案",
        "deliver what is overdue now; file a slower mode with the authority where it is needed",
        "十(一)④",
    )
    SHARED = (
        "VIO-005",
        "未按照规定使用共享数据",
        "shared data are used against the rules",
        "收回共享数据，核对授权的期限和范围",
        "take the extract away, and look at the grant's term and scope",
        "十(一)⑤",
    )
    PRIVATE = (
        "VIO-006",
        "违规使用涉及商业秘密、个人隐私的政务数据",
        "data of trade secrets or of persons are used against the rules",
        "撤回数据，补上脱敏规则后重新提供",
        "withdraw the data; hand them out again once masks cover them",
        "十(一)⑥",
    )
    CHANGED = (
        "VIO-007",
        "擅自更改或者删除政务数据",
        "data were changed or deleted without an approval",
        "用 `quanshu tables list` 查明；经批准的凭文件接受，其余恢复",
        "see `quanshu tables list`; accept on a document what was approved, restore the rest",
        "十(一)⑦",
    )
    COMMERCIAL = (
        "VIO-008",
        "违法违规对政务数据进行商业开发",
        "government data are exploited commercially against the rules",
        "核对授权用途和申请单位，必要时终止授权",
        "look at the purpose and who applied; end the grant if need be",
        "十(一)⑧",
    )
    CONTROLS = (
        "VIO-009",
        "未按要求落实安全保障或管理措施",
        "controls of security or of management are not in place",
        "补齐所列的保障或管理措施",
        "put the controls in place that are named",
        "十(一)⑨",
    )
    OTHER = (
        "VIO-010",
        "其他违反本规定行为",
        "another breach of the regulation",
        "按所列条款整改",
        "put right what the entry names",
        "十(一)⑩",
    )


class Confidence(Term):
    """How far what a detector sees can be trusted."""

    HIGH = ("high", "高")
    MEDIUM = ("medium", "中")
    LOW = ("low", "低")


class ViolationState(Term):
    """How far a violation has come: only from `confirmed` on does it count."""

    SUSPECTED = ("suspected", "疑似")
    CONFIRMED = ("confirmed", "已认定")
    RECTIFIED = ("rectified", "已整改")
    CIRCULATED = ("circulated", "已通报批评")
    REFERRED = ("referred", "已移送")
    DISMISSED = ("dismissed", "不予认定")

    @property
    def counts(self) -> bool:
        """Say whether a named post has confirmed it."""
        return self not in {ViolationState.SUSPECTED, ViolationState.DISMISSED}

    @property
    def over(self) -> bool:
        """Say whether nothing more is expected."""
        return self not in {ViolationState.SUSPECTED, ViolationState.CONFIRMED}
