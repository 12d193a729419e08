"""Faults of backups: why one cannot be made, is not what was made, or cannot be restored.

Belongs here: the codes and their words. Keep out: finding them (`flow.backup`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["BackupFault"]


class BackupFault(Worded):
    """What is wrong with a backup, with its folder, or with what was given to open it."""

    INSIDE = (
        "BAK-101",
        "备份目标位于数据主目录之内",
        "the backup's folder lies within the home, or the home within it",
        "另选一块磁盘上的文件夹：与主目录同失的备份没有用处",
        "name a folder on another disk: a backup that is lost with its home is none",
        "八(四)",
    )
    NOT_WRITABLE = (
        "BAK-102",
        "备份目标无法写入",
        "the backup's folder cannot be written",
        "检查该文件夹的权限和挂载方式后重试",
        "see that this account may write there and that it is not mounted read-only; run again",
    )
    FULL = (
        "BAK-103",
        "备份目标空间不足，本次备份未完成，以前各次不受影响",
        "the backup's disk is full; this generation was not made, earlier ones are as they were",
        "释放空间后重新运行，已复制的不再复制",
        "free space there and run again: what was copied is not copied again",
    )
    NO_BACKUP = (
        "BAK-104",
        "该文件夹不是备份，或没有完成的备份",
        "the folder holds no backup, or none that was finished",
        "核对路径；用 `quanshu backup list` 查看",
        "check the path; `quanshu backup list` shows what a folder holds",
    )
    FOREIGN_FILES = (
        "BAK-105",
        "备份目标中已有其他文件",
        "the folder for the backup holds something else",
        "换用空文件夹",
        "name an empty folder, or one that holds a backup already",
    )
    NEWER = (
        "BAK-106",
        "备份由更新版本的程序制作",
        "the backup was made by a newer version of the program",
        "用制作它的版本或更新版本读取",
        "read it with the version that made it, or a later one",
    )
    NO_RECIPIENT = (
        "BAK-107",
        "未指定接收方公钥，或公钥无效",
        "no recipient's public key was given, or what was given is none",
        "用 `--recipient 文件` 给出一行 `age1…`；确需明文的用 `--plain`",
        "give a file with one line `age1…` by --recipient; --plain copies without encryption",
        "八(一)",
    )
    WRONG_KEY = (
        "BAK-108",
        "所给私钥打不开该备份",
        "the secret key that was given does not open the backup, or none was given",
        "用 `--identity 文件` 给出制作时所用公钥对应的私钥",
        "give the secret key of the recipient that `quanshu backup list` names, by --identity",
    )
    SIGNATURE = (
        "BAK-201",
        "备份清单的签名不符",
        "a generation is not signed by the key of the home's audit log, or was changed since",
        "不要使用该次备份；用另一份副本",
        "do not use this generation; take another one, or another copy of the backup",
        "八(四)",
    )
    UNREADABLE_LIST = (
        "BAK-202",
        "备份清单残缺或无法读取",
        "the list of a generation is cut off or cannot be read",
        "不要使用该次备份；用另一份副本",
        "do not use this generation; take another one, or another copy of the backup",
    )
    MISSING = (
        "BAK-203",
        "备份缺少文件",
        "a file of the backup is missing",
        "从另一份副本补回该文件，或用另一次备份",
        "put it back from another copy of the backup, or use a generation without it",
    )
    CHANGED = (
        "BAK-204",
        "备份中的文件已被改动或损坏",
        "a file of the backup is not as it was written",
        "从另一份副本补回该文件；检查磁盘",
        "put it back from another copy of the backup; have the disk checked",
    )
    NOT_IN_ORDER = (
        "BAK-205",
        "备份的各次记录不相衔接",
        "a generation does not follow the one before it: one was taken out or put in its place",
        "从另一份副本补回缺少的记录",
        "put the generation that is missing back from another copy of the backup",
    )
    NOT_EMPTY = (
        "BAK-301",
        "恢复目标不是空文件夹",
        "the folder to restore into is not empty",
        "另选一个新文件夹：恢复从不覆盖已有数据",
        "name a new folder: a restore never writes over anything",
    )
    NONE_SO_EARLY = (
        "BAK-302",
        "没有该时刻或该编号的备份",
        "no generation has that number, or was made by that moment",
        "用 `quanshu backup list` 查看有哪些",
        "see `quanshu backup list` for those that there are",
    )
    STORE_IN_USE = (
        "BAK-303",
        "恢复目标的治理库中已有数据",
        "the governance store to restore into holds something already",
        "把 QUANSHU_GOVERNANCE_DB 指向空数据库，或不设该变量",
        "let QUANSHU_GOVERNANCE_DB name an empty database, or unset it: then it is a file",
    )
    OTHER_HOME = (
        "BAK-304",
        "所给密钥或备份属于另一个数据主目录",
        "the keys that were given, or the backup, belong to another home",
        "核对 `--keys` 与备份是否出自同一主目录",
        "see that --keys and the backup come from the same home",
    )
    NOT_AS_BEFORE = (
        "BAK-305",
        "恢复出的内容与备份时不一致",
        "what was restored is not what the home held when the backup was made",
        "不要使用；用另一次备份，并报告故障",
        "do not use it; take another generation, and report the fault",
    )
    HELD = (
        "BAK-306",
        "审计日志处于保全中，不得清除旧备份",
        "a legal hold is in force: no earlier generation is removed",
        "解除保全后再清除；用 `quanshu audit hold list` 查看",
        "wait until it is ended; `quanshu audit hold list` shows it",
        "八(四)",
    )
