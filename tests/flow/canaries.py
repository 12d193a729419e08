"""What is planted: a thousand person values and more in good, bad, broken and refused deliveries.

Belongs here: the records and files, one for each way in which a value may meet a rule or a reader.
Keep out: making values (`garden`), looking for them (`needles`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.flow.garden import Garden, Record, one_line

__all__ = ["plant", "plant_refused"]

MANY = 60
"""Good records of each register beside those that show one way each."""


def plant(garden: Garden) -> None:
    """Plant in files that wait for the first run: records that pass and records that do not."""
    garden.lines("public_security/resident", "gb18030", _residents(garden))
    garden.lines("market_supervision/enterprise", "gb18030", _firms(garden))
    garden.lines("civil_affairs/marriage", "gb18030", _marriages(garden))
    garden.lines("social_security/insured_person", "gb18030", _insured(garden))
    garden.lines("medical_security/enrolment", "utf-8-sig", _enrolled(garden))
    garden.objects("health/infectious_case", _cases(garden))
    garden.objects("public_security/vehicle", _vehicles(garden))
    _add(garden, "social_security/payment", _payments(garden))
    reports = pl.read_parquet(garden.file("market_supervision/annual_report"))
    _add(garden, "market_supervision/annual_report", _annual_reports(garden, reports))


def _add(garden: Garden, ref: str, rows: list[list[Any]]) -> None:
    """Add rows to a waiting Parquet file."""
    file = garden.file(ref)
    frame = pl.read_parquet(file)
    more = pl.DataFrame(rows, schema=frame.schema, orient="row")
    pl.concat([frame, more]).write_parquet(file)


def _record(made: Mapping[str, Any], changes: Record) -> Record:
    """Return a record; what is changed is not made first, so that every value made is planted."""
    kept = {name: value for name, value in made.items() if name not in changes}
    return {name: value() if callable(value) else value for name, value in kept.items()} | changes


def _person(garden: Garden, **changes: str) -> Record:
    made = {
        "公民身份号码": garden.resident,
        "姓名": garden.text,
        "性别": "1",
        "民族": "01",
        "出生日期": "19030405",
        "户籍所在地区划": "350582112",
        "户籍地址": lambda: garden.text("巷某号"),
        "户号": lambda: garden.serial("3505{}", 73_100_000),
        "文化程度": "40",
        "户籍状态": "10",
        "更新时间": "20200101000000",
    }
    return _record(made, changes)


def _residents(garden: Garden) -> list[Record | str]:
    inside = [_person(garden) for _ in range(8 + MANY)]
    garden.people += [record["公民身份号码"] for record in inside]
    twin, other = _person(garden), _person(garden)
    return [
        *inside,
        *(_person(garden, 户籍所在地区划="350503008") for _ in range(4)),
        *(_person(garden, 户籍状态="30") for _ in range(3)),
        _person(  # alone in its class
            garden,
            公民身份号码=garden.resident("1911-04-05"),
            出生日期="19110405",
            户籍所在地区划="350524104",
        ),
        _person(garden, 性别=garden.text("性")),
        _person(garden, 出生日期=garden.text("年")),
        _person(garden, 出生日期="29990101"),
        _person(garden, 更新时间=garden.text("时")),
        _person(garden, 户籍所在地区划=garden.text("镇")),
        _person(garden, 户号=garden.text("户")),
        _person(garden, 文化程度=garden.text("学")),  # a warning: it passes
        _person(garden, 公民身份号码=garden.broken()),
        _person(garden, 姓名=garden.text("长" * 60)),
        _person(garden, 姓名=""),
        twin,  # the very same record twice is one: it passes
        twin,
        other,
        other | {"姓名": garden.text("另名")},
        '"' + garden.text("引号不闭合"),
        ",".join([*_person(garden).values(), garden.text("多一列")]),
        ",".join(_person(garden, 更新时间=garden.text("引号") + '"').values()),
        garden.text("半行"),
    ]


def _firms(garden: Garden) -> list[Record | str]:
    def firm(**changes: str) -> Record:
        made = {
            "统一社会信用代码": garden.firm,
            "企业名称": "某有限公司",
            "市场主体类型": "10",
            "法定代表人": lambda: garden.text("代表"),
            "法定代表人身份号码": garden.resident,
            "注册资本（万元）": "88.00",
            "成立日期": "2020-01-02",
            "行业门类": "I",
            "住所区划": "350502001",
            "住所": "福建省泉州市鲤城区某路一号",
            "登记状态": "1",
            "联系电话": lambda: garden.serial("199{}", 73_100_000),
        }
        return _record(made, changes)

    return [
        *(firm(企业名称=garden.company()) for _ in range(4)),
        *(firm() for _ in range(MANY)),
        *(firm(登记状态="3", 住所=garden.text("吊销住所")) for _ in range(2)),
        firm(**{"注册资本（万元）": garden.text("万元")}),
        firm(成立日期=garden.text("成立")),
        firm(登记状态=garden.text("状态")),
        firm(联系电话=garden.text("电话"), 登记状态="4"),  # a warning: it passes
        firm(统一社会信用代码=garden.text("信用代码")),
    ]


def _marriages(garden: Garden) -> list[Record | str]:
    sequence = itertools.count(99_000_001)

    def marriage(**changes: str) -> Record:
        made = {
            "变更序号": lambda: str(next(sequence)),
            "操作类型": "新增",
            "结婚证字号": lambda: garden.serial("J350503-2009-{}", 731_000),
            "男方身份证件号": garden.resident,
            "女方身份证件号": garden.resident,
            "男方登记前婚姻状况": "10",
            "女方登记前婚姻状况": "10",
            "登记日期": "2009年09月30日",
            "登记机关区划": "350503",
            "登记状态": "1",
        }
        return _record(made, changes)

    return [
        *(marriage() for _ in range(3 + MANY)),
        marriage(操作类型=garden.text("操作")),
        marriage(变更序号=garden.text("序号")),
        marriage(登记日期=garden.text("登记日")),
        marriage(男方登记前婚姻状况=garden.text("婚况")),
        marriage(登记日期="2009年09月30日", 登记状态="2", 解除日期="1999年01月01日"),
    ]


def _insured(garden: Garden) -> list[Record | str]:
    def insured(who: str, **changes: str) -> Record:
        made = {
            "社会保障号码": who,
            "姓名": lambda: garden.text(
                "异名"
            ),  # differs from the source: a finding of reconciliation
            "性别": "1",
            "出生日期": "1903-04-05",
            "参保状态": "1",
            "参保地": "350582",
            "首次参保日期": "2001-11-30",
            "手机号码": lambda: garden.serial("198{}", 73_100_000),
        }
        return _record(made, changes)

    return [
        *(insured(who) for who in (*garden.people[:4], *garden.people[8:])),
        insured(garden.resident()),  # on no register
        insured(garden.people[4], 首次参保日期=garden.text("参保日")),
        insured(garden.people[5], 手机号码=garden.text("手机")),
        insured(garden.people[6], 出生日期=garden.text("生日")),
    ]


def _enrolled(garden: Garden) -> list[Record | str]:
    def enrolled(who: str, **changes: str) -> Record:
        known = {"insutype": "310", "insu_admdvs": "350582", "psn_insu_stas": "1", "gend": "1"}
        return {"certno": who, "psn_name": garden.text("别名"), **known, **changes}

    return [
        *(enrolled(who) for who in garden.people[:4]),
        enrolled(garden.people[4], begndate=garden.text("日")),
        enrolled(garden.people[5], insutype=garden.text("险")),
        enrolled(garden.broken()),
    ]


def _cases(garden: Garden) -> list[Record | str]:
    def case(**changes: Any) -> Record:
        made = {
            "card_no": lambda: garden.serial("IDC2026{}", 73_100_000),
            "patient_id": garden.resident,
            "disease_code": "C01",
            "onset_date": "2024-03-26",
            "diagnosed_at": "2024-04-03 10:49:35",
            "reporting_institution": "350525Y0001",
            "residence_region": "350503008",
        }
        return _record(made, changes)

    return [
        *(case() for _ in range(3 + MANY)),
        case(onset_date={garden.text("键"): [garden.text("值")]}),
        case(diagnosed_at=garden.text("诊断")),
        case(disease_code=garden.text("病")),
        case(reporting_institution=garden.text("院")),
        '{"patient_id": "' + garden.resident() + '", "note": ' + garden.text("坏行") + "}",
        '["' + garden.text("数组") + '"]',
    ]


def _vehicles(garden: Garden) -> list[Record | str]:
    sequence = itertools.count(99_000_001)

    def vehicle(**changes: Any) -> Record:
        made = {
            "seq": next(sequence),
            "op": "I",
            "hphm": lambda: garden.serial("闽C{}", 73_100),
            "cllx": "10",
            "syr_sfzh": garden.people[0],
            "clpp": lambda: garden.text("牌"),
            "ccdjrq": "2020-10-28",
            "zt": "A",
        }
        return _record(made, changes)

    return [*(vehicle() for _ in range(3)), vehicle(op=garden.text("op")), vehicle(seq="x")]


def _payments(garden: Garden) -> list[list[Any]]:
    def payment(who: str, form: str, base: int) -> list[Any]:
        amount = Decimal(garden.serial(form, base))
        name, paid = garden.text("缴"), date(2026, 8, 10)
        return [who, name, "202607", "110", Decimal(9000), amount, Decimal(1), paid]

    good = [payment(who, "1{}.37", 3_000) for who in garden.people[:3]]
    return [*good, payment(garden.people[3], "{}.37", 73_100_000)]  # out of range


def _annual_reports(garden: Garden, known: pl.DataFrame) -> list[list[Any]]:
    """Return reports of an earlier year, by firms that reported a later one."""

    def secret() -> Decimal:
        return Decimal(garden.serial("8{}.91", 1_300_000))

    firms = known.unique("uscc", maintain_order=True).head(20)
    changed = {"report_year": 2014, "filed_on": date(2015, 3, 1)}
    return [
        list((row | changed | {"total_assets": secret(), "revenue": secret()}).values())
        for row in firms.rows(named=True)
    ]


def plant_refused(garden: Garden) -> None:
    """Plant files that are refused whole, for every reason there is, and one that passes."""
    rows = [_person(garden) for _ in range(3)]
    headless = "".join(one_line(row, list(row)) + "\r\n" for row in rows)
    garden.put("public_security/resident", "z无表头.csv", headless.encode("gb18030"))
    whole = _person(garden)
    cut = f"{','.join(whole)}\r\n{one_line(whole, list(whole))}\r\n"
    cut += f'{garden.resident()},"{garden.text("中断")}'
    garden.put("public_security/resident", "z中断.csv", cut.encode("gb18030"))
    lacking = f"certno,psn_name,备注\n{garden.resident()},{garden.text()},{garden.text('备注')}\n"
    garden.put("medical_security/enrolment", "z缺列.csv", lacking.encode("utf-8-sig"))
    named = "统一社会信用代码,企业名称," + garden.text("法定代表人") + "\n1,2,3\n"
    garden.put("market_supervision/enterprise", "z错列.csv", named.encode("gb18030"))
    broken = f"社会保障号码,姓名\n{garden.resident()},".encode("gb18030") + b"\xff\xff"
    broken += garden.text("坏码").encode("gb18030")
    garden.put("social_security/insured_person", "z坏码.csv", broken)
    wide = f"变更序号,操作类型\n1,{garden.text('宽')}\n".encode("utf-16")
    garden.put("civil_affairs/marriage", "z宽.csv", wide)
    garden.lost = [garden.text("残"), garden.resident()]
    torn = b"PAR1" + "".join(garden.lost).encode() + b"PAR1"
    garden.put("social_security/payment", "z残缺.dat", torn)
    garden.put("health/medical_institution", "z非表.xlsx", garden.text("非表").encode())
    garden.put("health/infectious_case", "z杂.jsonl", f"{garden.text('杂')}\n[1]\n".encode())
    headers = "许可证编号,经营者统一社会信用代码,主体业态,经营场所区划,经营场所,发证日期,"
    headers += "有效期至,是否网络经营,备注"
    cells = "JY13505020009901,x,1,350502001,某路,2020-01-01,2027-01-01,是," + garden.text("注")
    extra = f"{headers}\n{cells}\n"
    garden.put("market_supervision/food_licence", "z多列.csv", extra.encode("utf-8-sig"))
