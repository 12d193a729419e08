"""Names that could belong to anybody: short lists of common characters and words.

Belongs here: names of persons and firms, numbers to be phoned on. Keep out: who bears them.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_city.society.dice import Dice

__all__ = ["firm_words", "given_names", "landlines", "mobiles", "surnames", "trades"]

Texts = NDArray[np.str_]

SURNAMES = {
    "陈": 12.4, "林": 9.8, "黄": 7.6, "王": 6.9, "吴": 6.4, "李": 5.6, "张": 5.2, "郑": 4.2,
    "许": 3.6, "苏": 3.4, "蔡": 3.3, "刘": 3.1, "洪": 2.6, "庄": 2.4, "杨": 2.3, "郭": 2.1,
    "谢": 1.9, "曾": 1.8, "叶": 1.7, "周": 1.5, "颜": 1.3, "潘": 1.1, "施": 1.1, "柯": 1.0,
    "邱": 0.9, "赖": 0.8, "傅": 0.8, "何": 0.7, "徐": 0.7, "高": 0.6, "连": 0.5, "欧阳": 0.2,
    "尤": 0.5, "丁": 0.5, "廖": 0.5, "卢": 0.4, "温": 0.3, "骆": 0.3, "留": 0.2, "粘": 0.1,
}  # fmt: skip
MALE = "伟强磊军勇杰涛明超鹏志建国辉文彬波宇浩凯俊峰龙斌毅宏海荣华东清源泽铭晨睿轩永福金水木火"
FEMALE = "芳娜敏静丽秀英霞燕玲婷雪梅慧琳颖洁珊雅倩萍红兰凤珍云莲真环荣爱香月莺媛艳瑞佳欣怡梓涵"
FIRM_FIRST = "恒泰鑫源盛兴隆安顺瑞福嘉宏德利达晟锦汇联万丰祥益诚信海天鸿远正中新华闽泉晋桐"
FIRM_SECOND = "达盛源泰丰隆兴瑞祥顺发昌通利德辉茂裕康宁成益和美信润邦科尚品创佳宝鼎"
TRADES = {
    "A": ("茶叶", "蔬菜", "果蔬", "水产"),
    "C": ("鞋服", "石材", "陶瓷", "机械", "食品", "纺织", "卫浴", "包袋", "雨具", "工艺品"),
    "E": ("建设工程", "装饰工程"),
    "F": ("贸易", "商贸", "电子商务", "进出口"),
    "G": ("物流", "运输", "供应链"),
    "H": ("餐饮管理", "酒店"),
    "I": ("信息科技", "软件", "网络科技"),
    "K": ("房地产开发", "物业管理"),
    "L": ("商务咨询", "企业管理", "广告"),
    "M": ("检测技术", "工程设计"),
    "O": ("家政服务", "汽车维修"),
    "P": ("教育咨询",),
    "Q": ("医疗器械", "健康管理"),
    "R": ("文化传播", "体育"),
}
MOBILE_HEADS = ("154", "160", "161", "163", "164", "168", "169")
"""Of the numbering plan's mobile numbers (13 to 19), and given to no operator: nobody answers."""


def surnames(dice: Dice, size: int) -> Texts:
    """Draw surnames about as often as they occur in southern Fujian."""
    return dice.weighted(SURNAMES, size)


def given_names(dice: Dice, female: NDArray[np.bool_]) -> Texts:
    """Draw given names of one or two characters that fit the sex."""
    size = len(female)
    parts = []
    for _ in range(2):
        drawn = np.where(female, dice.pick(tuple(FEMALE), size), dice.pick(tuple(MALE), size))
        parts.append(drawn)
    second = np.where(dice.chance(0.82, size), parts[1], "")
    return np.char.add(parts[0], second)


def firm_words(dice: Dice, size: int) -> Texts:
    """Draw the made-up word of a firm's name, two characters, seldom three."""
    word = np.char.add(dice.pick(tuple(FIRM_FIRST), size), dice.pick(tuple(FIRM_SECOND), size))
    third = np.where(dice.chance(0.35, size), dice.pick(tuple(FIRM_SECOND), size), "")
    return np.char.add(word, third)


def trades(dice: Dice, industry: Texts) -> Texts:
    """Draw a trade word that fits each firm's industry."""
    words = np.full(len(industry), "商贸", dtype="U8")
    for code, choices in TRADES.items():
        mine = industry == code
        words[mine] = dice.pick(choices, int(mine.sum()))
    return words


def mobiles(dice: Dice, size: int) -> pl.Series:
    """Draw mobile numbers of eleven digits."""
    tail = pl.Series(dice.whole(0, 99_999_999, size)).cast(pl.String).str.zfill(8)
    return pl.Series(dice.pick(MOBILE_HEADS, size)) + tail


def landlines(dice: Dice, size: int) -> pl.Series:
    """Draw Quanzhou landline numbers: area code 0595 and eight digits."""
    tail = pl.Series(dice.whole(0, 9_999_999, size)).cast(pl.String).str.zfill(7)
    return pl.Series(["0595-2"]).extend_constant("0595-2", size - 1).head(size) + tail
