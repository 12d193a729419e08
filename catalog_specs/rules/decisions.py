"""Decisions on grants: why one is in force or not, and why what it had on disk was taken away.

Belongs here: the codes and their words. Keep out: deciding (`governance.grants`), taking away
(`outlets.shares`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["DecisionReason", "ShareWithdrawal"]


class DecisionReason(Worded):
    """Why a grant is in force on a day, or is not."""

    GRANTED = (
        "granted",
        "授权有效，范围、方式与审批均符合规定",
        "the grant holds: scope, method, term and approvals are in order",
        "无需处理",
        "nothing has to be done",
        "二(二)",
    )
    CONSUMER_UNKNOWN = (
        "consumer_unknown",
        "目录中没有该数据应用单位",
        "the catalogue knows no such consumer",
        "在目录中登记该单位，或更正授权",
        "declare the department, or correct the grant",
        "二(一)",
    )
    CONSUMER_ROLE = (
        "consumer_role",
        "该单位不是数据应用单位",
        "the department is not a consumer",
        "为该单位登记数据应用单位的角色，或更正授权",
        "give the department this role, or correct the grant",
        "二(一)",
    )
    CONSUMER_STEWARD = (
        "consumer_steward",
        "数据应用单位没有备案的数据管理员",
        "the consumer has no data steward on record",
        "请该单位报备现任数据管理员",
        "have the department report the steward who is in office now",
        "九(二)",
    )
    NOT_APPLIED = (
        "not_applied",
        "该授权尚未提出申请",
        "nobody has applied for the grant",
        "由数据应用单位的数据管理员用 `quanshu grant apply` 提出申请",
        "have the consumer's steward apply with `quanshu grant apply`",
        "五(四)",
    )
    REFUSED = (
        "refused",
        "申请未获同意",
        "the application was refused",
        "按审批意见修改后重新申请",
        "change it as the decision says, and apply again",
        "五(四)",
    )
    CHANGED_SINCE_APPROVAL = (
        "changed_since_approval",
        "目录中的授权超出已批准的内容",
        "the catalogue asks for more than was approved",
        "用 `quanshu grant apply` 重新申请，或改回已批准的内容",
        "apply again with `quanshu grant apply`, or take back the change",
        "二(二)",
    )
    SUSPENDED = (
        "suspended",
        "授权已暂停",
        "the grant is suspended",
        "待暂停原因消除后恢复授权",
        "set it active again once the cause is gone",
        "五(十)",
    )
    REVOKED = (
        "revoked",
        "授权已终止",
        "the grant is revoked",
        "如仍需要，重新申请授权",
        "apply for a new grant if it is still needed",
        "五(十)",
    )
    STATUS_UNKNOWN = (
        "status_unknown",
        "授权状态不明",
        "the grant's status is unknown",
        "更正授权的状态",
        "correct the status of the grant",
        "五(十)",
    )
    NOT_YET_VALID = (
        "not_yet_valid",
        "授权尚未生效",
        "the grant's term has not begun",
        "待有效期开始",
        "wait for the first day of its term",
        "二(二)",
    )
    EXPIRED = (
        "expired",
        "授权已过期",
        "the grant's term is over",
        "如仍需要，延长有效期并重新审批",
        "extend the term and have it approved again if it is still needed",
        "二(二)",
    )
    RESOURCE_UNKNOWN = (
        "resource_unknown",
        "目录中没有该信息资源",
        "the catalogue knows no such resource",
        "更正授权中的资源",
        "correct the resource in the grant",
        "二(二)",
    )
    ITEM_UNKNOWN = (
        "item_unknown",
        "信息项不在该资源的权威数据中",
        "the item is not stored in the resource's authoritative table",
        "从该信息项的来源资源授权",
        "grant the item from the resource that owns it",
        "二(二)",
    )
    METHOD_NOT_OFFERED = (
        "method_not_offered",
        "该资源不提供此共享方式",
        "the resource is not shared by this method",
        "改用该资源提供的共享方式",
        "use a method that the resource offers",
        "五(七)",
    )
    NOT_SPECIAL = (
        "not_special",
        "该单位不适用特殊程序",
        "the consumer may not ask by a special procedure",
        "删去 `procedure`，按一般程序申请",
        "take `procedure` out and apply as everybody does",
        "五(九)",
    )
    NEVER_LEAVES = (
        "never_leaves",
        "暂不共享的数据可用不可见，只能核验或统计",
        "what is not shared yet only answers verification and statistics",
        "改用核验或统计，或不授权该信息项",
        "use verification or statistics, or leave the item out",
        "五(四)",
    )
    BATCH_WITHOUT_REASON = (
        "batch_without_reason",
        "批量交换未说明接口与核验不能满足的理由",
        "batch exchange needs a reason why nothing less suffices",
        "填写批量交换的理由，或改用其他方式",
        "say the reason, or use another method",
        "五(三)",
    )
    AUTHORITY_APPROVAL = (
        "authority_approval",
        "缺少数据管理机构的同意",
        "the authority's approval is missing",
        "由数据管理机构的数据管理员审批",
        "have the authority's steward decide with `quanshu grant decide`",
        "五(四)",
    )
    PRODUCER_APPROVAL = (
        "producer_approval",
        "缺少数据生产单位的同意",
        "the producer's approval is missing",
        "由数据生产单位的数据管理员审批",
        "have the producer's steward decide with `quanshu grant decide`",
        "五(四)",
    )
    UNDECIDED = (
        "undecided",
        "申请尚未办结",
        "the application is not decided yet",
        "待审批办结",
        "wait for the decision",
        "五(四)",
    )


class ShareWithdrawal(Worded):
    """Why what a grant had on disk was taken away, where the grant's own decision is not why."""

    NOT_IN_CATALOGUE = (
        "not_in_catalogue",
        "目录中已没有该授权",
        "the grant is no longer in the catalogue",
        "如属误删，恢复授权文件",
        "put the grant's file back if it was removed by mistake",
        "五(十)",
    )
    UNREADABLE = (
        "unreadable",
        "目录中的该授权无法读取",
        "the grant's file cannot be read",
        "按目录检查的提示更正授权文件",
        "correct the file as `quanshu check` says",
        "五(十)",
    )
    NO_ROWS = (
        "no_rows",
        "此共享方式不提供明细数据",
        "the method hands out no rows",
        "如需明细数据，改用检索查询或批量交换并重新审批",
        "use `query` or `batch` if rows are needed, and have that approved",
        "五(四)",
    )
    UNMASKED = (
        "unmasked",
        "无法脱敏",
        "what is granted cannot be masked",
        "为所列信息项指定适用的脱敏规则",
        "name a fitting mask for the item, or leave it out",
        "六(一)",
    )
    OUTDATED = (
        "outdated",
        "授权内容已变更，而新的共享数据未能生成",
        "the grant was changed, and its share could not be made anew",
        "消除失败原因后重新运行",
        "remove the cause of the failure and run again",
        "五(十)",
    )
