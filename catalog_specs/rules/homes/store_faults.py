"""Faults of the object store: why tables cannot lie there, or cannot be reached where they lie.

Belongs here: the codes and their words. Keep out: finding them (`storage.places`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["StoreFault"]


class StoreFault(Worded):
    """What is wrong with the object store of a home, or with how it is named."""

    ADDRESS = (
        "OBJ-101",
        "对象存储地址有误",
        "the address of the object store is none",
        "写为 `s3://存储桶/前缀`，前缀只用字母、数字和 `._-/`",
        "write it as s3://BUCKET/PREFIX, the prefix of letters, digits and ._-/ alone",
    )
    NO_EXTRA = (
        "OBJ-102",
        "未安装对象存储组件",
        "the packages for object storage are not installed, or not for this version of DuckDB",
        "安装 `quanshu[s3]`",
        "install quanshu[s3]",
    )
    NO_BUCKET = (
        "OBJ-103",
        "存储桶不存在",
        "the bucket is not there",
        "请管理员建立存储桶，或更正 QUANSHU_OBJECT_STORE；程序从不自行建立存储桶",
        "have the bucket made, or correct QUANSHU_OBJECT_STORE; no bucket is ever made by itself",
    )
    FORBIDDEN = (
        "OBJ-104",
        "对象存储拒绝访问：密钥错误或权限不足",
        "the object store refuses: the keys are wrong, or they may not do that",
        "核对 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 及其对该前缀的读写删权限",
        "see to the keys in AWS_*: they must be allowed to read, write and delete there",
        "八(一)",
    )
    UNREACHABLE = (
        "OBJ-105",
        "对象存储无法连接",
        "the object store does not answer",
        "检查网络和 AWS_ENDPOINT_URL（http:// 地址另设 AWS_ALLOW_HTTP=true）后重新运行",
        "see to the network and AWS_ENDPOINT_URL (http:// needs AWS_ALLOW_HTTP=true); run again",
    )
    FAILED = (
        "OBJ-106",
        "对象存储应答异常",
        "the object store answered with an error",
        "查看对象存储的日志后重新运行：已完成的保留",
        "look at the store's own log and run again: what was finished stays",
    )
    UNSAFE = (
        "OBJ-107",
        "对象存储不支持条件写入",
        "the store ignores conditional writes: two runners would overwrite each other",
        "换用支持 If-None-Match 和 If-Match 的对象存储",
        "use a store that honours If-None-Match and If-Match",
    )
    ELSEWHERE = (
        "OBJ-201",
        "主目录的数据表不在所设位置",
        "the tables of this home do not lie where the setting says",
        "恢复原来的 QUANSHU_OBJECT_STORE；本机磁盘上的数据表用 `quanshu store move` 迁入对象存储",
        "set QUANSHU_OBJECT_STORE as it was; `quanshu store move` moves tables from the disk there",
    )
    OTHER_HOME = (
        "OBJ-202",
        "该前缀属于另一个主目录",
        "the prefix belongs to another home",
        "另用一个前缀；同一主目录的多台机器共用一个主目录文件夹",
        "use a prefix of its own; machines that serve one home share its folder",
        "八(二)",
    )
    NOT_YET = (
        "OBJ-203",
        "数据表在对象存储上时不能执行该操作",
        "this cannot be done yet where the tables lie on an object store",
        "见 docs/object_storage.md",
        "see docs/object_storage.md",
    )
    LEASE_LOST = (
        "OBJ-204",
        "锁未及时续期，已由另一台机器接管",
        "a lock was not renewed in time, and another runner has taken it over",
        "检查网络后重新运行：已提交的保留，不会重复",
        "see to the network and run again: what was committed stays and is not done twice",
    )
    MOVING = (
        "OBJ-205",
        "数据表正在迁往对象存储",
        "the tables of this home are being moved to an object store",
        "迁移完成后设好 QUANSHU_OBJECT_STORE 再运行",
        "wait until it is done, then run again with QUANSHU_OBJECT_STORE set",
    )
    IN_USE = (
        "OBJ-206",
        "主目录一直有作业在进行，数据表未迁移",
        "others are at work in this home all the time: its tables stay where they are",
        "停下其他作业（如 `quanshu ui`）后再迁移：已复制的不再复制",
        "stop what runs there, `quanshu ui` say, and move again: what is copied stays copied",
    )
    ANOTHER_STORE = (
        "OBJ-207",
        "数据表已在另一个对象存储上，不能直接迁往别处",
        "the tables lie on another object store, and are not moved from one to the next",
        "依次 `quanshu backup create`、`quanshu restore` 到新目录、`quanshu store move`",
        "`quanshu backup create`, `quanshu restore` to a folder, `quanshu store move` of that one",
    )
