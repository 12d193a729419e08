"""Codes of errors: operations that failed, whether through data, catalogue or machine.

Belongs here: the codes that errors and failures of a run carry, and their words. Keep out: the
errors themselves (`catalog_specs.errors`), setting failures apart (`flow.failures`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["ErrorCode"]


class ErrorCode(Worded):
    """What went wrong when something could not be done; the message says where."""

    CATALOG = (
        "CAT-000",
        "目录未通过编译",
        "the catalogue does not compile",
        "运行 `quanshu check`，按每条问题的处理办法修改",
        "run `quanshu check` and follow the remedy beside each problem",
    )
    CATALOG_LOOKUP = (
        "CAT-404",
        "目录中没有所指的名称",
        "something was asked for by a name that the catalogue does not know",
        "核对名称，提示中列有相近的名称",
        "correct the name; the message lists those that are near",
    )
    SETTINGS = (
        "SET-001",
        "缺少运行所需的设置，或设置有误",
        "the installation lacks a setting it cannot work without, or has a wrong one",
        "按提示设置环境变量或命令选项",
        "set the variable or option that the message names",
    )
    CHECK = (
        "GATE-500",
        "质量规则无法执行；这不说明数据有错",
        "a rule could not be evaluated, or two counts disagree: this says nothing of the data",
        "按提示修改资源 `quality` 中的规则，或报告故障",
        "correct the rule in the resource's `quality` section, or report the fault",
        "三(六)",
    )
    PULL = (
        "PULL-001",
        "来源数据库或接口的应答与申报不符",
        "a source does not answer as its resource declares; trying again changes nothing",
        "与来源单位核对接口，修改资源的 `feed.pull`",
        "compare the source with `feed.pull` of the resource, and correct one of them",
    )
    REPAIR = (
        "REP-001",
        "修复文件无法收回",
        "a file of repaired records names what is not in quarantine, or cannot be read",
        "重新导出修复文件，只改值，不改 `_delivery` 和 `_row`",
        "export it again and edit nothing but values",
    )
    TABLE = (
        "TAB-001",
        "存储的表与目录要求不符，或无法读取",
        "a stored table is not as the catalogue asks, or cannot be read",
        "按提示处理；目录有变更的运行 `quanshu evolve`",
        "do as the message says; after a change of the catalogue run `quanshu evolve`",
    )
    FOREIGN_COMMIT = (
        "TAB-002",
        "表中有本平台以外写入的提交，尚未决定是否接受",
        "somebody else committed to a table, and nobody has decided about it yet",
        "用 `quanshu tables list` 查看，凭文件用 `quanshu tables accept` 接受，或移走该表再运行",
        "look with `quanshu tables list`; then `quanshu tables accept`, or move it aside and run",
        "八(二)",
    )
    UNREADABLE = (
        "HOME-001",
        "主目录中的表、台账、交付或文件夹损坏、残缺或无权读取",
        "what the home holds is damaged, incomplete or forbidden; the line names it once",
        "检查权限和磁盘，或从备份恢复；authoritative、shares 下的可移走，再运行即重建",
        (
            "see to rights and disk, or restore it from a backup; what lies in authoritative/ or "
            "shares/ may also be moved away and is made again by the next run"
        ),
    )
    CASE = (
        "CASE-001",
        "问题单的状态不允许所要求的操作，或纠错申请不完整",
        "a case is not in a state in which that can be done, or a report cannot be taken as it is",
        "按提示补齐，或先用 `quanshu case show` 查看",
        "complete what the message names, or look at the case with `quanshu case show` first",
        "七(二)",
    )
    GRANT = (
        "GRANT-001",
        "申请不能受理，或授权的状态、办理人不允许所要求的操作",
        "an application cannot be filed, or a grant's state or the account does not allow the act",
        "按提示更正，或先用 `quanshu grant show` 查看",
        "correct what the message names, or look at the grant with `quanshu grant show` first",
        "五(四)",
    )
    ACCESS = (
        "ACC-001",
        "授权、脱敏或密钥不允许所要求的操作",
        "a grant, a mask or a key forbids what was asked",
        "按提示补齐授权、脱敏规则或密钥；不确定的一律不提供",
        "complete the grant, the mask or the key; what is unknown is denied",
        "二(二)",
    )
    AUDIT = (
        "AUD-001",
        "审计日志无法登记或已损坏，未执行任何操作",
        "an act cannot be entered in the audit log, or the log is damaged; the act was not done",
        "按提示补齐或恢复日志后重新执行；日志可用 `quanshu audit verify` 核验",
        "complete what the message names, or restore the log, which `quanshu audit verify` checks",
        "八(四)",
    )
    DISCLOSURE = (
        "DIS-001",
        "发布可能识别到个人，已拒绝",
        "a release would let somebody be recognised, and was refused",
        "加强泛化或减少列后重新发布",
        "generalise more or release fewer columns",
        "六(一)",
    )
    SECOND_ENGINE = (
        "ENG-001",
        "第二引擎无应答、中断或执行失败，交付等待下次运行",
        "the second engine does not answer, broke off or failed; the delivery waits",
        "启动或检查第二引擎（见 docs/scaling.md）后重新运行，或把资源改为 `engine: duckdb`",
        "start it or see to it (docs/scaling.md) and run again, or set `engine: duckdb`",
    )
    UNSAYABLE = (
        "ENG-002",
        "资源的类型转换或规则尚不能由第二引擎执行，未开始处理",
        "a cast or a rule of the resource cannot be said to the second engine; nothing was begun",
        "按提示修改该规则，或把资源改为 `engine: duckdb`",
        "change what the message names, or set `engine: duckdb` in the resource",
    )
    TRANSIENT = (
        "TRY-001",
        "暂时冲突，可原样重试",
        "a conflict that a fresh attempt may well win",
        "重新运行",
        "run again",
    )
    UNFORESEEN = (
        "RUN-001",
        "未预见的故障",
        "nobody foresaw this: class and place are told, never a vendor's words",
        "报告故障类名和位置；全文在 `logs/` 下的文件中，其中可能引用数据值",
        "report class and place; the whole stands in a file below `logs/`, which may quote values",
    )
    NO_MEMORY = (
        "RUN-002",
        "内存限额不足",
        "the memory limit is too small",
        "调高 QUANSHU_MEMORY 后重新运行",
        "raise QUANSHU_MEMORY and run again",
    )
    PUT_OFF = (
        "RUN-003",
        "所引用的资源中断，本资源等待下次运行",
        "a resource waits for one that it refers to and that broke off",
        "重新运行",
        "run again",
    )
    DISK_FULL = (
        "DISK-001",
        "磁盘已满或配额用尽",
        "the disk is full or a quota is used up",
        "释放空间后重新运行：已完成的保留，其余届时继续",
        "free space and run again: what was finished stays, everything else is done then",
    )
