"""Answers of grants: why a list or a question is not answered.

Belongs here: the codes and their words. Keep out: answering (`outlets.answers`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["AnswerRefusal"]


class AnswerRefusal(Worded):
    """Why what a consumer asked of its grant is not answered."""

    NOT_IN_FORCE = (
        "not_in_force",
        "授权当日不成立",
        "the grant does not hold on the day",
        "运行 `quanshu explain` 查看原因",
        "run `quanshu explain` to see why",
        "五(四)",
    )
    METHOD = (
        "method",
        "授权的共享方式不包括此项服务",
        "the grant's method does not include this service",
        "按授权的共享方式使用，或另行申请",
        "use what was granted, or apply for it",
        "五(三)",
    )
    RESOURCE = (
        "resource",
        "授权不含该信息资源，或含多个而未指明",
        "the grant does not cover the resource, or covers several and none was named",
        "用 --resource 指明授权范围内的一个信息资源",
        "name one resource of the grant with --resource",
        "五(三)",
    )
    NO_KEY = (
        "no_key",
        "授权未写明按哪个信息项匹配",
        "the grant names no item to match by",
        "在授权的信息资源中填写 `match` 并经审批",
        "name it in the grant's `match`, and have that approved",
        "五(三)",
    )
    ITEM = (
        "item",
        "所列的列不是可用的授权信息项",
        "a column is no granted item that can be used so",
        "只使用授权的信息项，列名用代码或中文名",
        "use granted items alone, headed by their codes or names",
        "五(三)",
    )
    LIST = (
        "list",
        "名单无法读取",
        "the list cannot be read",
        "提供 UTF-8 或 GB18030 的 CSV、Parquet 或 XLSX，并用 --column 指明标识列",
        "give CSV in UTF-8 or GB18030, Parquet or XLSX, and name the column of ids with --column",
    )
    FORM = (
        "written_form",
        "结果无法写成所要求的格式",
        "the answer cannot be written in that format",
        "用 --out 指明 .csv、.parquet 或 .xlsx 文件",
        "name a .csv, .parquet or .xlsx file with --out",
    )
    DAILY = (
        "daily",
        "超过当日可查询的标识数量",
        "more ids than may be asked on one day",
        "次日再查；长期不足的，申请调整额度",
        "ask the rest tomorrow; apply for another way if that never suffices",
        "五(三)",
    )
    REGULAR = (
        "regular",
        "标识按固定间隔递增，疑似枚举",
        "the ids follow one another at one distance, as if they were made up",
        "只查询因办理业务而取得的标识",
        "ask for ids that you hold because of your duties, and for no others",
        "五(三)",
    )
    REPEATED = (
        "repeated",
        "同一标识重复出现，疑似试探取值",
        "an id is asked about more than once, as if its value were being guessed",
        "每个标识只写一行",
        "write one line for each id",
        "五(三)",
    )
    COVERAGE = (
        "coverage",
        "名单覆盖了过多的授权记录，等同于批量交换",
        "the list covers so much of what is granted that it is a batch exchange",
        "确需全量的，申请批量交换并说明理由",
        "apply for a batch exchange, with its reason, if all is needed",
        "五(三)",
    )
    FEW = (
        "few",
        "统计单元过小，无法在保护个体的前提下给出",
        "the cells are too small to be told without telling of somebody",
        "减少 --by 的信息项，或放宽授权中的分组",
        "ask by fewer items, or by coarser ones",
        "五(四)",
    )
    FINE = (
        "fine",
        "分组过细，不构成统计",
        "there are so many groups that this is no statistic",
        "减少 --by 的信息项，或放宽授权中的分组",
        "ask by fewer items, or by coarser ones",
        "五(四)",
    )
