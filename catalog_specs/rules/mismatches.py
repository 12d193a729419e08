"""Mismatches: how a referred value differs from its one source, and why nothing was compared.

Belongs here: the codes and their words. Keep out: finding out that one applies
(`quality.reconciliation`).
A pattern says how two values differ and never what they are: one systematic cause leaves one
pattern. Of several that fit, the first in this order stands.
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["MismatchPattern", "Uncompared"]


class MismatchPattern(Worded):
    """How a value differs from its source; kinds of values that a pattern is about are named."""

    NO_SOURCE_ROW = (
        "no_source_row",
        "来源中无此主体",
        "the source has no row of this subject",
        "核对主体标识；确属漏登的，由来源部门补登后重新交付",
        "check the identifier; if the source lacks the subject, its department adds it",
        "三(三)",
    )
    SOURCE_EMPTY = (
        "source_empty",
        "来源该项为空",
        "the source's value is empty",
        "由来源部门补齐后重新交付",
        "the department of the source completes it and delivers again",
        "三(三)",
    )
    RENEWED_CODE = (
        "renewed_code",
        "同一区划的新旧代码不同",
        "an earlier and a later code of the same division",
        "按现行区划代码更新",
        "write the code that is in force",
        "三(六)",
    )
    FORM = (
        "form",
        "仅空格、全半角或大小写不同",
        "only spaces, full or half width, or case differ",
        "统一录入方式，或在目录 `feed.normalise` 申报规范化",
        "write it one way, or declare a step in `feed.normalise`",
        "三(六)",
    )
    PUNCTUATION = (
        "punctuation",
        "仅标点符号不同",
        "only punctuation and symbols differ",
        "统一括号、间隔号等符号的写法",
        "write brackets, dots and other signs one way",
        "三(六)",
    )
    PART = (
        "part",
        "一方是另一方的开头",
        "one is the beginning of the other",
        "检查字段长度是否截断，或代码的级别是否一致",
        "look for a field that cuts texts off, or codes of another level",
        "三(六)",
    )
    TRANSPOSED = (
        "transposed",
        "相邻两位颠倒",
        "two neighbouring characters or digits are exchanged",
        "多为手工录入错误，对照原件更正",
        "mostly typed wrongly: correct it by the original",
        "三(六)",
    )
    ONE_CHARACTER = (
        "one_character",
        "仅一位不同",
        "one character or digit is another",
        "多为手工录入错误，对照原件更正",
        "mostly typed wrongly: correct it by the original document",
        "三(六)",
    )
    DAY_MONTH = (
        "day_month",
        "日与月颠倒",
        "day and month of a date are exchanged",
        "在目录 `feed.normalise` 申报正确的日期格式",
        "declare the right date format in `feed.normalise`",
        "三(六)",
    )
    NEXT_DAY = (
        "next_day",
        "相差一天",
        "dates are one day apart",
        "检查导出程序的时区换算",
        "look for a time zone in the program that exports",
        "三(六)",
    )
    YEAR = (
        "year",
        "仅年份不同",
        "only the year of a date differs",
        "对照原件更正年份",
        "correct the year by the original",
        "三(六)",
    )
    MAGNITUDE = (
        "magnitude",
        "数值相差十的整数次幂",
        "numbers differ by a power of ten",
        "检查计量单位（如元与万元）是否一致",
        "look for another unit, such as yuan and ten thousand yuan",
        "三(六)",
    )
    OTHER = (
        "other",
        "其他差异",
        "any other difference",
        "由双方部门核对，以来源部门为准",
        "both departments look; the source decides",
        "三(三)",
    )


class Uncompared(Worded):
    """Why a referred item of a delivery was compared with nothing."""

    NO_SOURCE = (
        "source_missing",
        "来源尚无数据",
        "the source has no table yet",
        "无须处理：来源首次交付后自动补比对",
        "nothing has to be done: it is compared once the source has delivered",
        "三(三)",
    )
    NO_KEY = (
        "key_not_carried",
        "本资源不含来源的主键",
        "the resource does not carry the key of the source",
        "在目录中为该资源补充来源的主键信息项",
        "add an item with the element of the source's key",
        "三(三)",
    )
    NO_VALUE = (
        "no_value",
        "没有可比对的记录",
        "no record has both a value and the key of the source",
        "核对该项是否应当填报",
        "check whether the item should be filled in",
        "三(三)",
    )
