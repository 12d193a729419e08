"""Disclosure: why an open set was not released, and why a release was withdrawn.

Belongs here: the codes and their words. Keep out: measuring (`governance`), releasing and
withdrawing (`outlets.open_data`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["RefusalCode", "WithdrawalCode"]


class RefusalCode(Worded):
    """Why a set was not released."""

    NOT_MASKED = (
        "DIS-101",
        "脱敏规则缺失、不适用或开放范围不符",
        "a mask is missing or does not fit, an item may not be opened, or a filter tells too much",
        "补齐脱敏规则，或不开放该列",
        "complete the masks, or leave the column out",
        "六(一)",
    )
    UNMEASURED = (
        "DIS-102",
        "涉及个人或受保护信息，而来源资源中没有可据以计数的标识",
        "somebody is visible who cannot be counted",
        "在来源资源中加入可计数的标识，或不开放相关列",
        "add an identifier to count by to the source, or leave those columns out",
        "六(一)",
    )
    NOT_AGGREGATED = (
        "DIS-103",
        "来源资源尚未汇聚",
        "the resource holds nothing yet",
        "待首次交付通过后自动发布",
        "nothing has to be done: it is released after the first delivery that passes",
        "四(一)",
    )
    SMALL_CLASSES = (
        "DIS-104",
        "存在小于阈值的等价类，可能识别到个体",
        "fewer than k persons are alike; the message names the fewest columns that show it",
        "加强泛化、减少列，或改为抑制后发布",
        "generalise more, open fewer columns, or declare `suppress`",
        "六(一)",
    )
    NOTHING_LEFT = (
        "DIS-105",
        "没有可以发布的行",
        "no row is left",
        "检查行条件和抑制范围",
        "look at the row condition and at what is suppressed",
        "六(一)",
    )
    MASK_UNDONE = (
        "DIS-106",
        "脱敏后的值仍与原值一一对应，等于没有脱敏",
        "a mask masks nothing: there are as many masked values as originals",
        "换用更强的脱敏规则",
        "choose a stronger mask",
        "六(一)",
    )
    FREE_TEXT = (
        "DIS-107",
        "文字中含有证件号、手机号、账号或个人标识",
        "words hold numbers that belong to persons",
        "在来源中更正，或不开放该列",
        "correct it at the source, or leave the column out",
        "六(一)",
    )
    TOO_CLOSE = (
        "DIS-108",
        "与上次发布相差不足阈值人数，发布周期未到，暂缓发布",
        "it is too close to the last release, and its cadence has not passed",
        "待发布周期届满或差异足够后自动发布",
        "nothing has to be done: it is released when the cadence has passed or enough has changed",
        "六(一)",
    )
    WITHDRAWN = (
        "DIS-120",
        "最近的版本已按决定撤回，来源与条款未变，不再发布",
        "its last release was withdrawn, and neither the source nor the terms have changed since",
        "来源或条款更正后自动发布",
        "correct the source or the terms",
        "六(一)",
    )


class WithdrawalCode(Worded):
    """Why a release was withdrawn."""

    BY_COMMAND = (
        "DIS-201",
        "按决定撤回",
        "somebody decided to withdraw it",
        "无须处理",
        "nothing has to be done",
        "八(三)",
    )
    NOT_IN_CATALOGUE = (
        "DIS-202",
        "目录中已没有该开放数据集",
        "the catalogue no longer has the open set",
        "仍需开放的，恢复其文件",
        "put its file back if it is to be open",
        "六(一)",
    )
    CLOSED = (
        "DIS-203",
        "来源资源不再向社会开放",
        "its resource is no longer open",
        "仍需开放的，修改来源资源的开放类型",
        "change the resource's opening if it is to be open",
        "六(四)",
    )
