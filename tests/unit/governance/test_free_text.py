"""Free text that leaves: numbers of persons are found by form and check digit, and redacted."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

from catalog_specs.masks.kinds.keep import Keep
from catalog_specs.masks.kinds.redact import Redact
from catalog_specs.models.element import Element
from catalog_specs.rules.disclosure import RefusalCode
from governance.free_text import scan_text
from governance.masks.columns import MaskedColumn
from outlets.open_data.release import Refusal, Release, release
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, REGION
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill

TEXT = {
    "code": "t",
    "name": "文字",
    "subject": "division",
    "type": "string",
    "sensitivity": "public",
}
_RESIDENT = re.compile(r"(?<!\d)(\d{17}[\dX])(?!\d)")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def column(mask: Any = None, **more: Any) -> MaskedColumn:
    """Return a column of free text."""
    kept = mask or Keep(mask="keep")
    return MaskedColumn("t", "文字", Element.model_validate(TEXT | more), kept, protected=False)


def found(texts: list[str | None], key: str | None = None, **more: Any) -> dict[str, int]:
    """Return the counts of one column that holds these texts."""
    data = {"t": texts, "__key": [key] * len(texts)}
    frame = pl.LazyFrame(data, schema={"t": pl.String, "__key": pl.String})
    findings = scan_text(frame, [column(**more)], {"no": "__key"})
    return dict(findings[0].counts) if findings else {}


def resident(dice: random.Random) -> str:
    """Return a valid resident id."""
    born = date(1930, 1, 1) + timedelta(days=dice.randrange(30000))
    head = f"350{dice.choice('25')}{dice.randrange(100):02}{born:%Y%m%d}{dice.randrange(1000):03}"
    return head + ric.calc_check_digit(head + "0")


def account(dice: random.Random) -> str:
    """Return a bank account of 16 or 19 digits that satisfies its check."""
    head = "62" + "".join(dice.choice("0123456789") for _ in range(dice.choice([13, 16])))
    return head + luhn.calc_check_digit(head)


def trader(dice: random.Random) -> str:
    """Return the valid credit code of a sole trader."""
    head = "92350500" + "".join(dice.choice(_SIGNS) for _ in range(9))
    return head + uscc.calc_check_digit(head)


def spelled(number: str, dice: random.Random) -> str:
    """Return a number as people write it: spaced, wide, in brackets, in the middle of words."""
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    form = dice.choice(["plain", "wide", "small", "spaced"])
    if form == "wide":
        number = number.translate(wide)
    if form == "small":
        number = number.lower()
    if form == "spaced" and len(number) == 18 and number[:2] == "35":
        number = f"{number[:6]} {number[6:14]} {number[14:]}"
    left, right = dice.choice([("", ""), ("身份证：", "。"), ("A", "号"), ("(", ")"), ("1 ", " 2")])
    return f"当事人{left}{number}{right}"


def test_a_thousand_numbers_are_found_and_none_survives_redaction() -> None:
    """However it is spelled, a valid number in free text is counted, and `redact` leaves none."""
    dice = random.Random(11)
    makers = {
        "resident_id": resident,
        "account": account,
        "sole_trader": trader,
        "mobile": lambda d: f"1{d.choice('3456789')}{d.randrange(10**9):09}",
    }
    for kind, make in makers.items():
        texts = [spelled(make(dice), dice) for _ in range(300)]
        assert found(list(texts))[kind] == len(texts), kind
        masked = pl.DataFrame({"t": texts}).select(column(Redact(mask="redact")).expression(None))
        assert found(masked["t"].to_list()) == {}, kind
        assert masked["t"].str.contains("当事人").all()


def test_check_digits_decide_as_another_implementation_does() -> None:
    """Of a thousand numbers of 18 digits those are found whose check digit is right."""
    dice = random.Random(5)
    texts = [
        "".join(dice.choice("123456789") for _ in range(17)) + dice.choice("0123456789X")
        for _ in range(1000)
    ]

    def valid(text: str) -> bool:
        return all(ric.calc_check_digit(n) == n[17] for n in _RESIDENT.findall(text))

    expected = sum(valid(text) for text in texts)
    assert 50 < expected < 150
    assert found(list(texts)).get("resident_id") == expected


def test_signs_that_are_letters_only_as_capitals_hide_no_code() -> None:
    """A ligature is two letters of a code once it is written large."""
    dice = random.Random(8)
    made = (trader(dice) for _ in range(100_000))
    code = next(one for one in made if "FF" in one[2:])
    assert found([f"照{code.replace('FF', chr(0xFB00), 1)}号"]) == {"sole_trader": 1}


def test_what_looks_alike_is_left_alone() -> None:
    """Dates, document numbers, telephone lines and amounts are no numbers of persons."""
    harmless = [
        "2026-03-01 2026-03-02",
        "泉市监罚〔2026〕350502-0017号",
        "0595-22345678",
        "罚款 12000000 元",
        "110105194912310021",
        "编号 213800138000",
        None,
    ]
    assert found(harmless) == {}


def test_a_key_of_the_row_is_found_whatever_its_form() -> None:
    """A number that names the person of the same row is found without any check digit."""
    assert found(["见户号 QZ-77-X 档案"], key="QZ-77-X") == {"key:no": 1}
    assert found(["见户号 QZ-78-X 档案"], key="QZ-77-X") == {}
    assert found(["第 7 号"], key="7") == {}


def test_a_declared_form_is_no_free_text() -> None:
    """A column that is declared to hold telephone numbers may hold them, alone and not in words."""
    pattern = r"^.*$"
    assert found(["13800138000"], pattern=pattern) == {}
    assert found(["联系张某 13800138000"], pattern=pattern) == {"mobile": 1}


@pytest.mark.parametrize("mask", [None, {"mask": "redact"}])
def test_a_set_with_numbers_in_its_words_is_refused(tmp_path: Path, mask: Any) -> None:
    """A set whose text names a person is refused with counts and no value, unless redacted."""
    layout = Layout(tmp_path)
    masks = {"name": mask} if mask else {}
    catalog = compiled(
        **{
            OPEN_FILE: change(resource=REGION, items=["code", "name"], masks=masks),
            "resources/civil_affairs/region.yaml": change(open={"type": "universal"}),
        }
    )
    names = ["鲤城区", "丰泽区（联系人 11010519491231002X）", "洛江区 138 0013 8000"]
    rows = [{"code": f"35050{number}", "name": name} for number, name in enumerate(names)]
    fill(layout, catalog, REGION, rows)
    done = release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS, NOW)
    if mask:
        assert isinstance(done, Release)
        return
    assert isinstance(done, Refusal)
    assert done.code is RefusalCode.FREE_TEXT
    assert done.detail == {"columns": {"name": {"resident_id": 1, "mobile": 1}}}
    assert "1949" not in str(done.as_dict())
