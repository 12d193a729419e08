"""Person values that exist nowhere else, put into what departments deliver.

Belongs here: making such values, planting them upstream in good and bad records, in refused and in
unreadable files, and every form in which one could turn up again. Keep out: looking for them.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from demo_city.identifiers import break_check_digit, credit_codes, resident_ids

__all__ = ["Garden", "plant", "plant_refused"]

BIRD = "鸑鷟"
"""Characters that no name, address or code of the demo city holds."""
Record = dict[str, Any]


@dataclass
class Garden:
    """An inbox to plant in, every value planted, and those that one grant and one set do see."""

    inbox: Path
    values: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Ids among the values that stand on the population register."""
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self, what: str = "") -> str:
        """Return a name, an address, a remark."""
        return self._kept(f"{BIRD}{next(self._count):04}{what}")

    def serial(self, form: str, base: int) -> str:
        """Return a number of some register: phone, household, certificate, amount."""
        return self._kept(form.format(base + next(self._count)))

    def resident(self) -> str:
        """Return a resident id with a right check digit."""
        return self._kept(self._id())

    def broken(self) -> str:
        """Return a resident id with a wrong check digit."""
        return self._kept(str(break_check_digit(pl.Series([self._id()]))[0]))

    def firm(self) -> str:
        """Return a credit code, which is no person value."""
        serial = np.array([70_000_000 + next(self._count)])
        return str(credit_codes("91", np.array([350502]), serial)[0])

    def company(self) -> str:
        """Return a firm's name, which a grant and an open set do see."""
        self.granted.append(f"{BIRD}{next(self._count):04}有限公司")
        return self.granted[-1]

    def _id(self) -> str:
        number = next(self._count)
        place, order = np.array([350_582 + number]), np.array([200 + number % 799])
        return str(resident_ids(place, np.array([np.datetime64("1903-04-05")]), order)[0])

    def _kept(self, value: str) -> str:
        self.values.append(value)
        return value

    def file(self, ref: str) -> Path:
        """Return the file that waits for a resource."""
        return next((self.inbox / ref).iterdir())

    def lines(self, ref: str, encoding: str, records: Sequence[Record | str]) -> None:
        """Add records to a waiting CSV file: cells by header, or the text of a broken line."""
        text = self.file(ref).read_bytes().decode(encoding)
        headers = next(csv.reader(io.StringIO(text)))
        end = "\r\n" if "\r\n" in text else "\n"
        for record in records:
            cells = record if isinstance(record, str) else _line(record, headers)
            text += cells + end
        self.file(ref).write_bytes(text.encode(encoding))

    def objects(self, ref: str, records: Sequence[Record | str]) -> None:
        """Add records to a waiting JSON lines file: objects, or the text of a broken line."""
        with self.file(ref).open("a", encoding="utf-8") as file:
            for record in records:
                text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
                file.write(text + "\n")

    def put(self, ref: str, name: str, content: bytes) -> None:
        """Put one more file into an inbox."""
        place = self.inbox / ref
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


def _line(record: Record, headers: Sequence[str]) -> str:
    return ",".join(str(record.get(header, "")) for header in headers)


def plant(garden: Garden) -> None:
    """Plant in files that wait for the first run: records that pass and records that do not."""
    garden.lines("public_security/resident", "gb18030", _residents(garden))
    garden.lines("market_supervision/enterprise", "gb18030", _firms(garden))
    garden.lines("civil_affairs/marriage", "gb18030", _marriages(garden))
    garden.lines("social_security/insured_person", "gb18030", _insured(garden))
    garden.lines("medical_security/enrolment", "utf-8-sig", _enrolled(garden))
    garden.objects("health/infectious_case", _cases(garden))
    garden.objects("public_security/vehicle", _vehicles(garden))
    payments = garden.file("social_security/payment")
    frame = pl.read_parquet(payments)
    more = pl.DataFrame(_payments(garden), schema=frame.schema, orient="row")
    pl.concat([frame, more]).write_parquet(payments)


def _person(garden: Garden, **changes: str) -> Record:
    return {
        "公民身份号码": garden.resident(),
        "姓名": garden.text(),
        "性别": "1",
        "民族": "01",
        "出生日期": "19030405",
        "户籍所在地区划": "350582112",
        "户籍地址": garden.text("巷某号"),
        "户号": garden.serial("3505{}", 73_100_000),
        "文化程度": "40",
        "户籍状态": "10",
        "更新时间": "20200101000000",
    } | changes


def _residents(garden: Garden) -> list[Record | str]:
    inside = [_person(garden) for _ in range(8)]
    garden.people += [record["公民身份号码"] for record in inside]
    twin = _person(garden)
    return [
        *inside,
        *(_person(garden, 户籍所在地区划="350503008") for _ in range(4)),
        *(_person(garden, 户籍状态="30") for _ in range(3)),
        _person(garden, 出生日期="19110405", 户籍所在地区划="350524104"),  # alone in its class
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
        twin,
        twin,
        ",".join([*_person(garden).values(), garden.text("多一列")]),
        garden.text("半行"),
        '"' + garden.text("引号不闭合"),
    ]


def _firms(garden: Garden) -> list[Record | str]:
    def firm(**changes: str) -> Record:
        return {
            "统一社会信用代码": garden.firm(),
            "企业名称": "某有限公司",
            "市场主体类型": "10",
            "法定代表人": garden.text("代表"),
            "法定代表人身份号码": garden.resident(),
            "注册资本（万元）": "88.00",
            "成立日期": "2020-01-02",
            "行业门类": "I",
            "住所区划": "350502001",
            "住所": "福建省泉州市鲤城区某路一号",
            "登记状态": "1",
            "联系电话": garden.serial("199{}", 73_100_000),
        } | changes

    return [
        *(firm(企业名称=garden.company()) for _ in range(4)),
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
        return {
            "变更序号": str(next(sequence)),
            "操作类型": "新增",
            "结婚证字号": garden.serial("J350503-2009-{}", 731_000),
            "男方身份证件号": garden.resident(),
            "女方身份证件号": garden.resident(),
            "男方登记前婚姻状况": "10",
            "女方登记前婚姻状况": "10",
            "登记日期": "2009年09月30日",
            "登记机关区划": "350503",
            "登记状态": "1",
        } | changes

    return [
        *(marriage() for _ in range(3)),
        marriage(操作类型=garden.text("操作")),
        marriage(变更序号=garden.text("序号")),
        marriage(登记日期=garden.text("登记日")),
        marriage(男方登记前婚姻状况=garden.text("婚况")),
        marriage(登记日期="2009年09月30日", 登记状态="2", 解除日期="1999年01月01日"),
    ]


def _insured(garden: Garden) -> list[Record | str]:
    def insured(who: str, **changes: str) -> Record:
        return {
            "社会保障号码": who,
            "姓名": garden.text("异名"),  # differs from the source: a finding of reconciliation
            "性别": "1",
            "出生日期": "1903-04-05",
            "参保状态": "1",
            "参保地": "350582",
            "首次参保日期": "2001-11-30",
            "手机号码": garden.serial("198{}", 73_100_000),
        } | changes

    return [
        *(insured(who) for who in garden.people[:4]),
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
        return {
            "card_no": garden.serial("IDC2026{}", 73_100_000),
            "patient_id": garden.resident(),
            "disease_code": "C01",
            "onset_date": "2024-03-26",
            "diagnosed_at": "2024-04-03 10:49:35",
            "reporting_institution": "350525Y0001",
            "residence_region": "350503008",
        } | changes

    return [
        *(case() for _ in range(3)),
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
        return {
            "seq": next(sequence),
            "op": "I",
            "hphm": garden.serial("闽C{}", 73_100),
            "cllx": "10",
            "syr_sfzh": garden.people[0],
            "clpp": garden.text("牌"),
            "ccdjrq": "2020-10-28",
            "zt": "A",
        } | changes

    return [*(vehicle() for _ in range(3)), vehicle(op=garden.text("op")), vehicle(seq="x")]


def _payments(garden: Garden) -> list[list[Any]]:
    def payment(who: str, form: str, base: int) -> list[Any]:
        amount = Decimal(garden.serial(form, base))
        name, paid = garden.text("缴"), date(2026, 8, 10)
        return [who, name, "202607", "110", Decimal(9000), amount, Decimal(1), paid]

    good = [payment(who, "1{}.37", 3_000) for who in garden.people[:3]]
    return [*good, payment(garden.people[3], "{}.37", 73_100_000)]  # out of range


def plant_refused(garden: Garden) -> None:
    """Plant files that are refused whole, for every reason there is, and one that passes."""
    rows = [_person(garden) for _ in range(3)]
    headless = "".join(_line(row, list(row)) + "\r\n" for row in rows)
    garden.put("public_security/resident", "z无表头.csv", headless.encode("gb18030"))
    lacking = f"certno,psn_name,备注\n{garden.resident()},{garden.text()},{garden.text('备注')}\n"
    garden.put("medical_security/enrolment", "z缺列.csv", lacking.encode("utf-8-sig"))
    named = "统一社会信用代码,企业名称," + garden.text("法定代表人") + "\n1,2,3\n"
    garden.put("market_supervision/enterprise", "z错列.csv", named.encode("gb18030"))
    broken = f"社会保障号码,姓名\n{garden.resident()},".encode("gb18030") + b"\xff\xff"
    broken += garden.text("坏码").encode("gb18030")
    garden.put("social_security/insured_person", "z坏码.csv", broken)
    wide = f"变更序号,操作类型\n1,{garden.text('宽')}\n".encode("utf-16")
    garden.put("civil_affairs/marriage", "z宽.csv", wide)
    torn = b"PAR1" + garden.text("残").encode() + garden.resident().encode() + b"PAR1"
    garden.put("social_security/payment", "z残缺.dat", torn)
    garden.put("health/medical_institution", "z非表.xlsx", garden.text("非表").encode())
    garden.put("health/infectious_case", "z杂.jsonl", f"{garden.text('杂')}\n[1]\n".encode())
    headers = "许可证编号,经营者统一社会信用代码,主体业态,经营场所区划,经营场所,发证日期,"
    headers += "有效期至,是否网络经营,备注"
    cells = "JY13505020009901,x,1,350502001,某路,2020-01-01,2027-01-01,是," + garden.text("注")
    extra = f"{headers}\n{cells}\n"
    garden.put("market_supervision/food_licence", "z多列.csv", extra.encode("utf-8-sig"))
