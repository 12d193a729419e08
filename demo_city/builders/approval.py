"""Registers of administrative approval: cases handled and certificates issued."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, moments, numbered, workdays_since
from demo_city.society.calendar import add_years
from demo_city.society.persons import of_age
from demo_city.society.world import Register, World

__all__ = ["ROAD_LICENCE", "approval_case", "certificate"]

ROAD_LICENCE = "0201"
TO_FIRMS = {ROAD_LICENCE: 30, "0502": 8, "0701": 14, "0801": 12}
TO_PERSONS = {"0301": 30, "0401": 40, "0501": 8, "0601": 22}
ISSUERS = {
    ROAD_LICENCE: "交通运输局",
    "0502": "卫生健康委员会",
    "0701": "住房和城乡建设局",
    "0801": "生态环境局",
    "0301": "自然资源和规划局",
    "0401": "人力资源和社会保障局",
    "0501": "卫生健康委员会",
    "0601": "教育局",
}
MATTERS = (
    "企业设立登记",
    "食品经营许可核发",
    "不动产转移登记",
    "社会保障卡申领",
    "道路运输经营许可",
    "建筑工程施工许可证核发",
    "教师资格认定",
    "公共场所卫生许可",
    "灵活就业人员参保登记",
)
OFFICES = (
    "泉州市行政服务中心",
    "晋江市行政服务中心",
    "南安市行政服务中心",
    "石狮市行政服务中心",
    "丰泽区行政服务中心",
    "安溪县行政服务中心",
)
COUNTIES = ("350502", "350582", "350583", "350581", "350503", "350524")


def approval_case(world: World) -> Register:
    """行政审批办件信息: cases of the last two years, accepted on working days."""
    dice = world.dice("approval_case")
    size = max(120, world.people // 7)
    accepted = workdays_since(dice, str(world.today - 700), world.today - 30, size)
    closed = accepted + dice.whole(1, 25, size).astype("timedelta64[D]")
    open_still = pl.Series(dice.chance(0.06, size))
    office = dice.whole(0, len(OFFICES) - 1, size)
    days = pl.Series(accepted).dt.strftime("%Y%m%d")
    frame = pl.DataFrame(
        {
            "case_no": pl.Series(np.asarray(COUNTIES)[office]) + days + numbered(size, 6),
            "matter": dice.pick(MATTERS, size),
            "applicant_type": dice.weighted({"1": 62, "2": 38}, size),
            "department": np.asarray(OFFICES)[office],
            "channel": emptied(
                dice, 0.01, dice.weighted({"1": 40, "2": 30, "3": 25, "4": 5}, size)
            ),
            "accepted_at": moments(dice, accepted),
            "closed_at": pl.Series(moments(dice, closed)).set(open_still, None),
            "result": pl.Series(dice.weighted({"1": 91, "2": 3, "3": 4, "4": 2}, size)).set(
                open_still, None
            ),
            "satisfaction": emptied(dice, 0.3, dice.whole(3, 5, size)),
        }
    )
    return Register(frame, (("satisfaction",), ("channel",)))


def certificate(world: World) -> Register:
    """电子证照目录信息: certificates of firms and of persons."""
    dice = world.dice("certificate")
    firms = world.known_firms
    firms = firms[dice.whole(0, firms.height - 1, max(150, world.people // 40))]
    grown = of_age(world.persons, 18, 80)
    people = grown[dice.whole(0, grown.height - 1, max(90, world.people // 11))]
    both = pl.concat(
        [
            firms.select(
                "county", holder="credit_code", holder_name="name", holder_type=pl.lit("2")
            ),
            people.select(
                "county", holder="resident_id", holder_name="name", holder_type=pl.lit("1")
            ),
        ]
    )
    size = both.height
    kind = np.concatenate(
        [dice.weighted(TO_FIRMS, firms.height), dice.weighted(TO_PERSONS, people.height)]
    )
    issued = workdays_since(dice, "2014-01-06", world.today, size)
    issuers = np.asarray([ISSUERS[code] for code in sorted(ISSUERS)])
    years = pl.Series(issued).dt.year().cast(pl.String)
    frame = both.select(
        "holder",
        "holder_name",
        "holder_type",
        certificate_no=pl.Series(kind)
        + "-"
        + pl.col("county")
        + "-"
        + years
        + "-"
        + numbered(size, 6),
        certificate_type=pl.Series(kind),
        issuer=pl.lit("泉州市") + pl.Series(issuers[np.searchsorted(sorted(ISSUERS), kind)]),
        issued_on=pl.Series(issued),
        valid_until=pl.Series(add_years(issued, 8) - 1).set(
            pl.Series(np.isin(kind, ("0401", "0501", "0601"))), None
        ),
        state=pl.Series(dice.weighted({"1": 90, "2": 1, "3": 6, "4": 1, "5": 2}, size)),
    )
    return Register(frame, (("state",), ("issuer",)))
