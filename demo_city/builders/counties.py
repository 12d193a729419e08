"""Registers of counties: what a county pays to the firms of its own area.

Belongs here: what counties keep by elements of their own. Keep out: registers of the city.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import all_of, emptied, numbered
from demo_city.society.calendar import days_between, to_workday
from demo_city.society.world import Register, World

__all__ = ["jinjiang_support", "licheng_support"]

KINDS = ("技术改造补助", "首次上规奖励", "稳岗补贴", "出口信用保险补助", "专精特新奖励")
LEAST = 60


def jinjiang_support(world: World) -> Register:
    """晋江市惠企奖补信息."""
    return enterprise_support(world, "350582")


def licheng_support(world: World) -> Register:
    """鲤城区惠企奖补信息."""
    return enterprise_support(world, "350502")


def enterprise_support(world: World, region: str) -> Register:
    """Return what a county paid: one payment for four of its firms, and some firms got several."""
    dice = world.dice(f"enterprise_support {region}")
    here = world.known_firms.filter(pl.col("county") == region)
    # A very small city may have no firm in this county: then a neighbour's got the money.
    firms = here if here.height else world.known_firms
    size = max(LEAST, firms.height // 4)
    paid = firms[dice.whole(0, firms.height - 1, size)]
    opened = paid["registered_on"].to_numpy().astype("datetime64[D]")
    first = np.maximum(opened, np.datetime64("2015-01-05"))
    frame = paid.select(
        "credit_code",
        support_no=all_of(f"JB{region}", size) + numbered(size, 7),
        kind=pl.Series(dice.pick(KINDS, size)),
        amount=emptied(dice, 0.02, np.round(dice.skewed(1, 800, size), 2)),
        paid_on=pl.Series(to_workday(days_between(dice, first, np.full(size, world.today)))),
    )
    return Register(frame, (("amount",),))
