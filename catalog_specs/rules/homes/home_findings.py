"""Findings about a home: faults that `quanshu doctor` reports.

Belongs here: the codes and their words. Keep out: looking (`flow.upkeep.doctor`).
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
