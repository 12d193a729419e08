"""Findings about a home: faults that `quanshu doctor` reports.

Belongs here: the codes and their words. Keep out: looking (`flow.upkeep.doctor`).
The hundreds are 1 rights, 2 keys, 3 remains, 4 space, 5 logs, 6 clockwork, 7 versions, 8 backups.
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["HomeFinding"]


class HomeFinding(Worded):
    """One thing in a home that is not as it should be."""

    RIGHTS = (
        "DOC-101",
        "文件权限与要求不符",
        "files have other rights than they should",
        "运行 `quanshu doctor --fix`",
        "run `quanshu doctor --fix`",
        "八(一)",
    )
    FOREIGN_OWNER = (
        "DOC-102",
        "文件属于其他账号",
        "files belong to another account",
        "用 chown 交给运行泉数的账号",
        "give them to the account that runs Quanshu (chown)",
        "八(一)",
    )
    KEY = (
        "DOC-201",
        "主密钥缺失、过弱或权限过宽",
        "the master key is missing and needed, weak, or open to others",
        "按提示处理",
        "do as the line says",
        "八(一)",
    )
    KEY_OLD = (
        "DOC-202",
        "主密钥超过更换期限",
        "the master key is older than the profile allows",
        "运行 `quanshu key rotate`",
        "run `quanshu key rotate`",
        "八(一)",
    )
    LEFT_BEHIND = (
        "DOC-301",
        "被中止的运行留有工作文件夹",
        "a killed run left its working folder",
        "下次运行自动清除",
        "the next run removes it",
    )
    DAMAGED = (
        "DOC-302",
        "共享文件或分析视图损坏，或为旧版格式",
        "a share or the analysts' file is damaged, or in the format of an earlier version",
        "运行 `quanshu run` 重新生成",
        "run `quanshu run`: it is made again",
    )
    ORPHANED_TABLE = (
        "DOC-303",
        "存有目录中没有的表",
        "no resource of the catalogue has this table",
        "按法定期限保留，期满后移走文件夹",
        "keep it as long as the law asks, then move the folder away",
        "八(四)",
    )
    UNREADABLE = (
        "DOC-304",
        "表的日志无法读取",
        "a table's log cannot be read",
        "检查权限和磁盘，或从备份恢复",
        "as `HOME-001`: see to rights and disk, or restore the folder from a backup",
    )
    NO_RECEIPT = (
        "DOC-305",
        "落地文件夹没有回执",
        "a landed delivery has no receipt",
        "从备份恢复该文件夹；没有备份时移走并请部门重新交付",
        "restore the folder from a backup; without one move it away and ask for the delivery again",
        "八(四)",
    )
    STRAY_SHARE = (
        "DOC-306",
        "存有没有授权的共享数据",
        "shared data lie here that no grant has",
        "核对来历后移走：本系统收回授权时会自行删除",
        "find out where they are from, then move them away: what ends is removed by itself",
        "五(四)",
    )
    DEAD_LOCK = (
        "DOC-307",
        "锁由已消失进程的子进程占用",
        "a lock is held by what a dead process left running",
        "用 `fuser` 查看锁文件的占用者并结束它",
        "see with `fuser` who has the lock file open, and end that process",
    )
    NO_BACKUP = (
        "DOC-801",
        "最近一次完好的备份过旧",
        "the last good backup is too old",
        "运行 `quanshu backup create`；检查备份计划为何未执行",
        "run `quanshu backup create`, and see why its schedule did not",
        "八(四)",
    )
    NO_DRILL = (
        "DOC-802",
        "备份久未经恢复演练",
        "no backup was restored for a trial for too long",
        "运行 `quanshu backup drill`",
        "run `quanshu backup drill`",
        "八(一)",
    )
    LITTLE_SPACE = (
        "DOC-401",
        "可用空间不足",
        "little space is free",
        "释放空间：磁盘满会中断一切运行",
        "free space: a full disk stops every run",
    )
    NO_HOME = (
        "DOC-402",
        "没有数据主目录",
        "there is no home",
        "核对 `--home`，或先运行 `quanshu run`",
        "run `quanshu run`, or check `--home`",
    )
    GIVE_BACK = (
        "DOC-403",
        "旧版本文件占用大量空间",
        "dead files take much room",
        "运行 `quanshu upkeep`，或启用每日维护计划",
        "run `quanshu upkeep`, or let its nightly schedule run",
    )
    FULL_SOON = (
        "DOC-404",
        "按当前增速磁盘将满",
        "the disk will soon be full at this growth",
        "扩容，或运行 `quanshu upkeep` 释放空间",
        "get more room, or run `quanshu upkeep`",
    )
    LONG_LOG = (
        "DOC-501",
        "数据表日志过长",
        "a table's log has a long tail",
        "运行 `quanshu upkeep`",
        "run `quanshu upkeep`",
    )
    MANY_FILES = (
        "DOC-502",
        "数据表小文件过多",
        "a table has many small files",
        "运行 `quanshu upkeep`",
        "run `quanshu upkeep`",
    )
    AUDIT_LOG = (
        "DOC-503",
        "审计日志的检查点缺失或损坏",
        "the audit log's checkpoint is missing or damaged",
        "运行 `quanshu audit verify`，按提示处理",
        "run `quanshu audit verify`, and do as it says",
        "八(四)",
    )
    UNWITNESSED = (
        "DOC-504",
        "审计日志久未经见证",
        "no witness has seen the audit log for long",
        "请见证方签署新的检查点",
        "ask a witness to sign the newest checkpoint",
        "八(四)",
    )
    STANDSTILL = (
        "DOC-601",
        "调度进程没有运行，定时任务全部停止",
        "the process behind sensors and schedules does not run: nothing goes off",
        "启动 `quanshu ui`",
        "start `quanshu ui`",
    )
    TICK_FAILED = (
        "DOC-602",
        "传感器或计划最近一次触发失败",
        "a sensor or schedule failed the last time it went off",
        "在 `quanshu ui` 中查看该次触发",
        "see that tick in `quanshu ui`",
    )
    STOPPED = (
        "DOC-603",
        "传感器或计划被人停用",
        "somebody stopped a sensor or schedule",
        "确认原因；用 `quanshu ui --write` 重新启用",
        "find out why; start it again in `quanshu ui --write`",
    )
    RUN_FAILED = (
        "DOC-604",
        "计划启动的最近一次运行失败",
        "the newest run that a schedule started failed",
        "在 `quanshu ui` 中查看该次运行",
        "see that run in `quanshu ui`",
    )
    LATE = (
        "DOC-605",
        "传感器或计划未按时触发",
        "a sensor or schedule is late",
        "在 `quanshu ui` 中查看代码位置是否加载成功，必要时重启",
        "see in `quanshu ui` whether the code location loads, or start it again",
    )
    NEWER = (
        "DOC-701",
        "主目录由更新版本的泉数写过",
        "a newer version of Quanshu has written to this home",
        "改用该新版本，或恢复升级前的备份",
        "use that version, or restore the backup of before its upgrade",
    )
    STORE_BEHIND = (
        "DOC-702",
        "治理库尚未迁移",
        "the governance store waits for a migration",
        "备份后运行 `quanshu evolve`",
        "make a backup, then run `quanshu evolve`",
    )
    EVOLVE = (
        "DOC-703",
        "数据表或台账与目录、程序不一致",
        "a table or ledger is as an earlier catalogue or version had it",
        "备份后运行 `quanshu evolve`",
        "make a backup, then run `quanshu evolve`",
    )
    SHARE_WAITS = (
        "DOC-704",
        "目录、授权或来源在上次运行后有变化",
        "the catalogue, a grant or a source changed since the share was made",
        "运行 `quanshu run`",
        "run `quanshu run`",
    )
    UNCHECKED = (
        "DOC-901",
        "有一项检查未能完成",
        "one of the checks could not be made",
        "先处理其余问题再检查；仍有则报告",
        "see to the other findings and look again; report it if it stays",
    )
