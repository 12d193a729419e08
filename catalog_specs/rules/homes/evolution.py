"""Evolution of tables: how a stored table differs from the catalogue, and what forbids a change.

Belongs here: the codes and their words. Keep out: finding and mending differences
(`storage.evolution`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["EvolutionRefusal", "HomeDifference", "TableDifference"]


class TableDifference(Worded):
    """How a stored table differs from the present catalogue."""

    ADDED = (
        "EVO-101",
        "新增信息项",
        "the catalogue has a new item; stored rows read null there",
        "无须处理，下次交付填入",
        "nothing has to be done: the next delivery fills it",
        "四(二)",
    )
    RENAMED = (
        "EVO-102",
        "信息项更名",
        "an item has another code than its column",
        "运行 `quanshu evolve`",
        "run `quanshu evolve`",
        "四(二)",
    )
    RETYPED = (
        "EVO-103",
        "信息项类型变更",
        "an item has another type than its column; every stored value must fit it unchanged",
        "运行 `quanshu evolve`",
        "run `quanshu evolve`",
        "四(二)",
    )
    KEYED = (
        "EVO-104",
        "主键变更",
        "another key identifies a row; stored rows must be unique under it",
        "运行 `quanshu evolve`",
        "run `quanshu evolve`",
        "四(二)",
    )
    RETIRED = (
        "EVO-105",
        "信息项停用，或改由其他来源提供",
        "an item is retired, or now owned elsewhere: its column goes, on a document's authority",
        "凭文件运行 `quanshu evolve --document 文号`",
        "run `quanshu evolve --document NUMBER`",
        "八(二)",
    )
    PARTITIONED = (
        "EVO-108",
        "分区方式变更",
        "the table is parted otherwise: all rows are written again, none changes",
        "运行 `quanshu evolve`",
        "run `quanshu evolve`",
        "四(二)",
    )
    GONE = (
        "EVO-201",
        "已存储的列不再是信息项，目录未说明原因",
        "a column is an item no longer, and the catalogue does not say why: refused",
        "在新信息项写明 `formerly`，或列入 `retired_items`",
        "say `formerly` on the item it is now, or list it under `retired_items`",
        "四(二)",
    )


class EvolutionRefusal(Worded):
    """Why a difference cannot be evolved."""

    UNFIT = (
        "EVO-202",
        "已存储的值不符合新类型",
        "stored values do not fit the new type",
        "恢复目录；或移走该表的文件夹后运行，由落地数据重建",
        "put the catalogue back; or move the table's folder aside and run",
        "四(二)",
    )
    INDISTINCT = (
        "EVO-203",
        "新主键不能区分已存储的行",
        "the key does not identify the stored rows",
        "恢复目录；或移走该表的文件夹后运行，由落地数据重建",
        "put the catalogue back; or move the table's folder aside and run",
        "四(二)",
    )
    UNDOCUMENTED = (
        "EVO-204",
        "将删除已存储的值，却没有批准文件",
        "stored values would go, and no document says so",
        "写明文号：`quanshu evolve --document 文号`",
        "name the document: `quanshu evolve --document NUMBER`",
        "八(二)",
    )


class HomeDifference(Worded):
    """What a home holds of no resource at work, or where an earlier version kept it."""

    RETIRED = (
        "EVO-106",
        "信息资源停用",
        "a resource is retired: its tables and landing stay as they are, and nothing leaves",
        "无须处理",
        "nothing has to be done",
        "四(二)",
    )
    FORMER_RESULTS = (
        "EVO-107",
        "规则结果仍存于早期版本的判定台账列",
        "an earlier version kept rule results in its verdicts: views and checks do not show them",
        "运行 `quanshu evolve`，转入规则结果台账",
        "run `quanshu evolve`: they are entered in the ledger `rule_results`",
        "三(五)",
    )
    ORPHANED = (
        "EVO-205",
        "存有目录中没有的信息资源",
        "the home holds a resource that the catalogue does not have",
        "恢复其资源文件；不再采集或已更名的，写明 `retired`，新名称按新资源重新交付",
        (
            "put its file back, with `retired` if nothing is collected any more; a resource under "
            "a new name is a new one: retire the old, deliver to the new"
        ),
        "四(二)",
    )
