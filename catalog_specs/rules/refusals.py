"""Refusals of deliveries: why a delivery is not taken as it came, and what its department does.

Belongs here: the codes and their words. Keep out: finding out that one applies (`feeds`, `landing`,
`register`, `authoritative`).
Standard library only: a reading process imports it too.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["LOOK_INSIDE", "NOT_KEPT", "DeliveryRefusal"]


class DeliveryRefusal(Worded):
    """Why a delivery was refused as a whole."""

    UNREADABLE = (
        "GATE-101",
        "文件无法读取或编码不符",
        "the file cannot be read: another kind of file than declared, another encoding, or damaged",
        "按目录申报的格式和编码重新导出，交付完整文件",
        "deliver the whole file again, in the format and encoding that the resource declares",
        "四(二)",
    )
    COLUMNS = (
        "GATE-102",
        "缺少申报的列，或同一列出现两次",
        "a declared column or sheet is missing, or a column is there twice",
        "按目录申报的列名补齐表头，每列只出现一次；来源系统已变更的，先更新目录",
        "deliver every declared column once, under its own header; or correct the catalogue",
        "四(二)",
    )
    HOSTILE = (
        "GATE-103",
        "文件含有危险内容或超出限度",
        "the file is beyond a limit or could harm who reads it",
        "检查文件来源，按程序正常保存的样子重新交付；附件和图片与记录分开",
        "look at the file with care and deliver one as its program saves it, records alone",
        "八(一)",
    )
    EMPTY = (
        "GATE-104",
        "空交付",
        "the file has no header row, an archive has no file that is taken, or a snapshot no record",
        "交付完整资源；资源确已清空的，与数据管理机构商定",
        "deliver the whole resource",
        "四(一)",
    )
    LATE = (
        "GATE-105",
        "交付所属日期早于已入库的交付",
        "it stands for an earlier day than what was applied before",
        "交付最新一期；旧数据也要入库的，在目录中申报 `late: apply`",
        "deliver the newest; where old days count, declare `late: apply`",
        "三(六)",
    )
    MARKED = (
        "GATE-106",
        "文件带有密级标识",
        "a secrecy marking (密级标志) was found; nothing of the file was kept",
        "涉密数据不得进入本平台，按保密规定处理该文件",
        "state secrets stay off this platform: handle the file by the rules for them",
        "一(二)",
    )
    UNDATED = (
        "GATE-107",
        "文件名缺少申报的日期",
        "the file's name does not hold the day it stands for",
        "按目录 `feed.as_of` 申报的样式命名文件",
        "name the file as `feed.as_of` says",
        "三(六)",
    )
    MANY_DELETIONS = (
        "GATE-108",
        "全量交付将删除的行数超过限额，未获批准",
        "the snapshot would delete more rows than the profile allows, and that is not approved",
        "核对交付是否完整，凭文件用 `quanshu approve` 批准或驳回",
        "look whether the delivery is whole, then decide on a document with `quanshu approve`",
        "八(二)",
    )
    CUT_OFF = (
        "GATE-109",
        "快照文件在末条记录中间中断",
        "the snapshot breaks off in its last record: nobody knows what it lacks",
        "重新交付完整文件",
        "deliver the whole file",
        "四(一)",
    )
    UNSEEN = (
        "GATE-110",
        "文件无法查看内容，未予留存",
        "nobody can look into the file, and it may hold what may not be kept",
        "以普通文件或压缩包交付数据本身，不加密、不嵌套",
        "deliver the data itself, in a plain file or archive",
        "一(二)",
    )


LOOK_INSIDE = f"nothing of it was kept: {DeliveryRefusal.UNSEEN.remedy}"
"""What a department is told of a file that nobody can look into."""
NOT_KEPT = frozenset({DeliveryRefusal.MARKED, DeliveryRefusal.UNSEEN})
"""Refusals of files of which the digest, the place and the time are kept, and nothing else."""
