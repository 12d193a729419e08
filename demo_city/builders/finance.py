"""Registers of taxation, development and reform, and agriculture: what firms owe and are worth."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import all_of, emptied, numbered, sample
from demo_city.society.calendar import add_years, days_between, to_workday
from demo_city.society.dice import Dice
from demo_city.society.firms import COOPERATIVE
from demo_city.society.world import Register, World, free

__all__ = ["cooperative", "credit_rating", "penalty", "tax_payment", "taxpayer"]

TAXES = ("10101", "10104", "10109", "10111")
FACTS = (
    "未按规定公示年度报告",
    "销售标签不符合规定的预包装食品",
    "未按规定落实进货查验，情节轻微",
    "超限运输, 超出核定载质量",
    '未按照"三同时"要求建设污染防治设施',
    "未按规定办理变更登记；\n责令改正后仍未办理",
)
"""With a comma, quotes and a line end among them: a feed's text is not always tame."""
BASES = (
    "《企业信息公示暂行条例》第十七条",
    "《中华人民共和国食品安全法》第一百二十六条",
    "《公路安全保护条例》第六十四条",
    "《中华人民共和国市场主体登记管理条例》第四十六条",
)
ISSUED_BY = ("市场监督管理局", "交通运输局", "生态环境局", "应急管理局")


def taxpayer(world: World) -> Register:
    """纳税人登记信息: nine firms in ten."""
    dice = world.dice("taxpayer")
    firms = sample(dice, world.known_firms, round(world.firms.height * 0.88))
    size = firms.height
    opened = firms["registered_on"].to_numpy().astype("datetime64[D]")
    soon = np.minimum(
        to_workday(opened + dice.whole(3, 40, size).astype("timedelta64[D]")), world.today
    )
    frame = firms.select(
        "credit_code",
        taxpayer_type=pl.Series(dice.weighted({"1": 35, "2": 65}, size)),
        tax_credit=emptied(
            dice, 0.08, dice.weighted({"A": 12, "B": 50, "M": 28, "C": 6, "D": 4}, size)
        ),
        tax_authority=firms["county_name"] + all_of("税务局第一税务分局", size),
        tax_registered_on=pl.Series(
            np.maximum(np.maximum(soon, opened), np.datetime64("1994-09-01"))
        ),
    )
    return Register(frame, (("tax_credit",), ("taxpayer_type",)))


def tax_payment(world: World) -> Register:
    """纳税申报入库信息: one month in each round."""
    dice = world.dice("tax_payment")
    firms = free(taxpayer(world).frame).select("credit_code")
    firms = sample(dice, firms, max(60, firms.height * 2 // 3))
    return Register(pl.concat([month_of_tax(world, dice, firms, one) for one in (1, 2, 3)]))


def month_of_tax(world: World, dice: Dice, firms: pl.DataFrame, one: int) -> pl.DataFrame:
    """Return what was declared for one month, paid in the month after."""
    size = firms.height
    month = world.today.astype("datetime64[M]") - 5 + one
    declared = np.round(dice.skewed(200, 400_000, size), 2)
    share = np.where(dice.chance(0.93, size), 1.0, dice.generator.uniform(0, 1, size))
    # From the 9th on: no holiday is so long that the last working day before was last month.
    paid = (month + 1).astype("datetime64[D]") + dice.whole(8, 18, size).astype("timedelta64[D]")
    return firms.select(
        "credit_code",
        tax_period=pl.lit(str(month).replace("-", "")),
        tax_type=pl.Series(dice.pick(TAXES, size)),
        declared=pl.Series(declared),
        paid=pl.Series(np.floor(declared * share * 100) / 100),
        paid_on=emptied(dice, 0.03, to_workday(paid)),
        _arrival=pl.lit(one),
    )


def credit_rating(world: World) -> Register:
    """公共信用综合评价: a grade that fits the score."""
    dice = world.dice("credit_rating")
    firms = sample(dice, world.known_firms, round(world.firms.height * 0.9))
    size = firms.height
    score = np.round(np.clip(dice.generator.normal(760, 110, size), 330, 1000), 1)
    grade = np.asarray(["D", "C", "B", "A"])[np.searchsorted([520, 660, 820], score, side="right")]
    first = world.today.astype("datetime64[M]").astype("datetime64[D]") - 20
    frame = firms.select(
        "credit_code",
        grade=pl.Series(grade),
        score=pl.Series(score),
        evaluated_on=pl.lit(to_workday(np.asarray([first]))[0]),
        model=pl.lit(f"QZ{str(first)[:4]}-01"),
    )
    return Register(frame, (("grade", "score"),))


def penalty(world: World) -> Register:
    """行政处罚公示信息: decisions of the last years, published for three."""
    dice = world.dice("penalty")
    firms = world.known_firms
    size = max(80, firms.height // 8)
    firms = firms[dice.whole(0, firms.height - 1, size)]
    opened = firms["registered_on"].to_numpy().astype("datetime64[D]")
    first = np.maximum(opened, np.datetime64("2019-01-04"))
    decided = np.maximum(to_workday(days_between(dice, first, np.full(size, world.today))), opened)
    years = pl.Series(decided).dt.year().cast(pl.String)
    frame = firms.select(
        decision_no=pl.lit("泉市监罚〔") + years + "〕" + numbered(size, 5) + "号",
        party="credit_code",
        category=pl.Series(dice.weighted({"1": 20, "2": 66, "3": 6, "4": 5, "9": 3}, size)),
        fact=pl.Series(dice.pick(FACTS, size)),
        basis=pl.Series(dice.pick(BASES, size)),
        amount=emptied(dice, 0.2, np.round(dice.skewed(200, 300_000, size))),
        decided_on=pl.Series(decided),
        publish_until=emptied(dice, 0.05, add_years(decided, 3)),
        authority=firms["county_name"] + pl.Series(dice.pick(ISSUED_BY, size)),
    )
    return Register(frame, (("amount",), ("category",)))


def cooperative(world: World) -> Register:
    """农民专业合作社信息: farmers' cooperatives among the firms."""
    dice = world.dice("cooperative")
    firms = world.known_firms.filter(pl.col("entity_type") == COOPERATIVE)
    size = firms.height
    products = {"01": 35, "02": 8, "03": 20, "04": 18, "05": 4, "06": 7, "07": 5, "08": 2, "09": 1}
    frame = firms.select(
        "credit_code",
        members=pl.Series(np.round(dice.skewed(5, 320, size)).astype(np.int64)),
        product=pl.Series(dice.weighted(products, size)),
        grade=emptied(dice, 0.6, dice.weighted({"1": 3, "2": 15, "3": 40, "4": 42}, size)),
        area=emptied(dice, 0.1, np.round(dice.skewed(20, 6000, size), 1)),
    )
    return Register(frame, (("members",), ("area",)))
