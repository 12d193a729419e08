"""The shapes of texts against parsers that read the published rules character by character."""

from __future__ import annotations

import csv
import random
import string
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import ItemType
from quality.rules.derivation import rules_for
from quality.rules.kinds import kind_of
from quality.rules.rule import Words
from tests.city.resources import SHAPED, catalog_of, contact, element
from tests.unit.quality.rules.kinds.judging import good_rows

AREAS = Path(__file__).parents[3] / "data" / "area_codes" / "area_codes.csv"
VALUES = 3_000
DIGITS = string.digits
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
POSTAL = {
    *range(1, 8),
    *range(10, 14),
    15,
    16,
    *range(20, 28),
    *range(30, 37),
    *range(40, 48),
    *range(51, 58),
    *range(61, 68),
    *range(71, 76),
    81,
    83,
    84,
    85,
    86,
}
"""The first two digits of postal codes, as numbers."""
HAN = "泉州市鲤城区丰泽陈林黄张李王吴蔡杨许阿依古丽买提公司小学第一〇𠮷龥"
STRANGE = ("", " ", "０", "O", "I", "x", "-", "·", "・", "0", "(", "）", "\n", "某", "é", "\u3000")
"""What a value is spoilt with."""


def _areas() -> dict[str, set[int]]:
    with AREAS.open(encoding="utf-8") as file:
        return {row["area"]: set(map(int, row["digits"].split())) for row in csv.DictReader(file)}


AREA_DIGITS = _areas()


def _digits(text: str) -> bool:
    return bool(text) and all(sign in DIGITS for sign in text)


def _mobile(text: str) -> bool:
    return len(text) == 11 and _digits(text) and text[0] == "1" and text[1] in "3456789"


def _landline(text: str) -> bool:
    for area, lengths in AREA_DIGITS.items():
        if not text.startswith(area):
            continue
        rest = text.removeprefix(area).removeprefix("-")
        number, hyphen, extension = rest.partition("-")
        if not (_digits(number) and number[0] in "2345678" and len(number) in lengths):
            continue
        if not hyphen or (_digits(extension) and len(extension) <= 6):
            return True
    return False


def _service(text: str) -> bool:
    bare = text.replace("-", "")
    if len(bare) == 10 and _digits(bare) and bare[:3] in {"400", "800"}:
        return text in {bare, f"{bare[:3]}-{bare[3:6]}-{bare[6:]}", f"{bare[:3]}-{bare[3:]}"} | {
            f"{bare[:6]}-{bare[6:]}",
            f"{bare[:7]}-{bare[7:]}",
            f"{bare[:3]}-{bare[3:7]}-{bare[7:]}",
        }
    if not _digits(text):
        return False
    if len(text) == 3:
        return text in {"110", "119"} or text.startswith("12")
    return (len(text) == 5 and text[:3] in {"121", "123"}) or (
        len(text) in {5, 6} and text[:2] in {"95", "96"}
    )


def _postal(text: str) -> bool:
    if len(text) != 6 or not _digits(text):
        return False
    return int(text[:2]) in POSTAL or text in {"999077", "999078", "999079"}


def _plate(text: str) -> bool:
    signs = DIGITS + PLATE_LETTERS
    if text[:1] == "使":
        return len(text) == 7 and _digits(text[1:])
    if text[:1] not in PROVINCES or text[1:2] not in PLATE_LETTERS or not text[1:2]:
        return False
    rest = text[2:]
    if len(rest) == 5 and all(sign in signs for sign in rest[:4]):
        last = rest[4]
        return last in signs or last in "学挂警领" or (last in "港澳" and text[:2] == "粤Z")
    if len(rest) != 6:
        return False
    small = rest[0] in "ABCDEFGHJK" and rest[1] in signs and _digits(rest[2:])
    return small or (_digits(rest[:5]) and rest[5] in "ABCDEFGHJK")


def _han(sign: str) -> bool:
    name = unicodedata.name(sign, "")
    return name.startswith("CJK UNIFIED IDEOGRAPH") or sign == "〇"


def _person(text: str) -> bool:
    parts = text.split("·")
    if all(part and all(map(_han, part)) for part in parts):
        if len(parts) == 1:
            return 2 <= len(text) <= 20
        return len(parts) <= 6 and all(len(part) <= 15 for part in parts)
    words = text.replace("-", " ").replace("'", " ").split(" ")
    latin = all(word and all(sign in string.ascii_letters for sign in word) for word in words)
    return latin and len(words) <= 8


def _without_brackets(text: str) -> str | None:
    """Return a text with a bar for each pair of brackets; None where one is odd or empty."""
    outside, opened, inside = "", "", ""
    for sign in text:
        if opened and sign == {"（": "）", "(": ")"}[opened] and inside:
            outside, opened, inside = f"{outside}|", "", ""
        elif sign in "（()）":
            if opened or sign in ")）":
                return None
            opened = sign
        elif opened:
            inside += sign
        else:
            outside += sign
    return None if opened else outside


def _organisation(text: str) -> bool:
    plain = string.ascii_letters + DIGITS
    if not all(_han(sign) or sign in f"{plain}·、&.- （）()" for sign in text):
        return False
    outside = _without_brackets(text)
    if not outside:
        return False
    first, last = outside[0], outside[-1]
    ends = (_han(first) or first in plain) and (_han(last) or last in f"{plain}|")
    return ends and any(_han(a) and _han(b) for a, b in pairwise(outside))


def _some(chance: random.Random, signs: str, count: int) -> str:
    return "".join(chance.choices(signs, k=count))


def _a_mobile(chance: random.Random) -> str:
    return f"1{_some(chance, DIGITS, 10)}"


def _a_landline(chance: random.Random) -> str:
    area = chance.choice((*AREA_DIGITS, "0595", "0595", f"0{chance.randint(0, 999)}"))
    number = _some(chance, DIGITS, chance.choice((7, 8, 8)))
    extension = f"-{_some(chance, DIGITS, chance.randint(0, 7))}" if chance.random() < 0.2 else ""
    return f"{area}{chance.choice(('', '-'))}{number}{extension}"


def _a_phone(chance: random.Random) -> str:
    make = chance.choice((_a_mobile, _a_landline, None))
    if make:
        return make(chance)
    start = chance.choice(("400", "800-", "95", "96", "123", "121", "12", "11", "10"))
    return start + _some(chance, DIGITS + "-", chance.choice((1, 2, 3, 4, 7, 8)))


def _a_code(chance: random.Random) -> str:
    return chance.choice(("", "", "9990", "362")) + _some(chance, DIGITS, chance.choice((3, 6, 6)))


def _a_plate(chance: random.Random) -> str:
    signs = DIGITS + PLATE_LETTERS
    rest = chance.choice(
        (
            _some(chance, signs, 5),
            _some(chance, signs, 4) + chance.choice("学挂警领港澳使"),
            chance.choice(signs) + chance.choice(signs) + _some(chance, DIGITS, 4),
            _some(chance, DIGITS, 5) + chance.choice(signs),
            _some(chance, DIGITS, 6),
        )
    )
    front = chance.choice(PROVINCES + "军") + chance.choice(PLATE_LETTERS)
    return chance.choice((front, front, front, "粤Z", "使")) + rest


def _a_person(chance: random.Random) -> str:
    if chance.random() < 0.3:
        words = (_some(chance, string.ascii_letters, 4) for _ in range(chance.randint(1, 9)))
        return chance.choice(" -'").join(words)
    parts = (_some(chance, HAN, chance.randint(1, 6)) for _ in range(chance.choice((1, 1, 2, 7))))
    return "·".join(parts)


def _an_organisation(chance: random.Random) -> str:
    name = _some(chance, HAN, chance.randint(1, 12))
    place = chance.randint(0, len(name))
    more = chance.choice(
        ("", "（中国）", "(集团)", "（）", "(A）", "3M", "2", " ", "、", "（（甲））")
    )
    return name[:place] + more + name[place:]


CASES: dict[Shape, tuple[Callable[[random.Random], str], Callable[[str], bool]]] = {
    Shape.MOBILE: (_a_mobile, _mobile),
    Shape.LANDLINE: (_a_landline, _landline),
    Shape.PHONE: (_a_phone, lambda text: _mobile(text) or _landline(text) or _service(text)),
    Shape.POSTAL_CODE: (_a_code, _postal),
    Shape.LICENCE_PLATE: (_a_plate, _plate),
    Shape.PERSON_NAME: (_a_person, _person),
    Shape.ORGANISATION_NAME: (_an_organisation, _organisation),
}


def _kind(shape: Shape) -> RuleKind:
    among = {Shape.MOBILE, Shape.LANDLINE}
    return RuleKind.PHONE if shape in among else RuleKind(shape.value)


def _texts(make: Callable[[random.Random], str], chance: random.Random) -> Iterator[str]:
    """Yield made values, one in three with a character put in, taken out or replaced."""
    for _ in range(VALUES):
        text = make(chance)
        if chance.random() < 0.33:
            place = chance.randint(0, len(text))
            text = text[:place] + chance.choice(STRANGE) + text[place + chance.randint(0, 1) :]
        yield text


def _good(shape: Shape, texts: list[str]) -> list[int]:
    condition = kind_of(_kind(shape)).condition
    assert condition
    rows = pa.table({"_row": range(len(texts)), "t": pa.array(texts, pa.string())})
    return good_rows(condition, "t", rows, shape=shape.value)


@pytest.mark.parametrize("shape", Shape)
def test_a_shape_is_what_its_standard_says(shape: Shape) -> None:
    """Three thousand good, bad and spoilt values get the answer of a parser without expressions."""
    make, judge = CASES[shape]
    texts = [*_texts(make, random.Random(f"shape {shape.value}"))]
    good = _good(shape, texts)
    wanted = [place for place, text in enumerate(texts) if judge(text)]
    assert [texts[one] for one in {*good} ^ {*wanted}] == []
    assert 0.1 < len(good) / len(texts) < 0.9


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        (
            Shape.PHONE,
            ["13800138000", "0595-22345678", "059522345678-802", "12345", "96339", "400-6700-700"],
            ["2234567", "0595-2234567", "+8613800138000", "12800138000", "0595-12345678", "10086"],
        ),
        (Shape.MOBILE, ["19900000000"], ["0595-22345678", "1380013800", "138 0013 8000"]),
        (Shape.LANDLINE, ["010-82345678", "0599-2345678"], ["0596-22345678", "13800138000"]),
        (Shape.POSTAL_CODE, ["362000", "100000", "999077"], ["000000", "36200", "920000"]),
        (
            Shape.LICENCE_PLATE,
            ["闽C12345", "闽CD12345", "闽C12345F", "闽CA123学", "粤Z1234港", "使014578"],
            ["闽I12345", "闽CO1234", "闽C1234", "闽C·12345", "闽CL12345", "闽CA123港", "c12345"],
        ),
        (
            Shape.PERSON_NAME,
            ["张三", "阿依古丽·买买提", "Anna-Maria O'Neil", "欧阳娜娜", "𠮷田"],
            ["张", "张3", "张 三", "阿依古丽.买买提", "·买买提", "张三（男）", "買・提", "张·"],
        ),
        (
            Shape.ORGANISATION_NAME,
            ["泉州市第五中学", "3M中国有限公司", "泉州（国际）公司", "华侨大学(泉州校区)"],
            ["12345", "ACME", "泉州（国际公司", "泉州()公司", "泉州（国际)公司", " 泉州", "甲"],
        ),
    ],
)
def test_what_an_officer_meets(shape: Shape, good: list[str], bad: list[str]) -> None:
    """The forms of daily life are told apart, whatever the parsers above believe."""
    assert [(good + bad)[place] for place in _good(shape, good + bad)] == good


def test_an_element_that_declares_a_shape_is_asked_for_it() -> None:
    """The rule is called by its kind, says the shape's name, and asks for that shape alone."""
    made = contact()
    rules = {
        rule.columns[0]: rule
        for rule in rules_for(catalog_of(made), made)
        if rule.kind in {_kind(shape) for shape in Shape}
    }
    assert {rule.code for rule in rules.values()} == {
        f"{code}:{_kind(shape).value}" for code, shape in zip(SHAPED, Shape, strict=True)
    }
    assert {code: rule.arguments["shape"] for code, rule in rules.items()} == {
        code: shape.value for code, shape in zip(SHAPED, Shape, strict=True)
    }
    assert rules["landline"].wording == Words(
        "固定电话号码应符合固定电话号码格式",
        "`landline` must be a landline number with its area code",
    )


def test_only_a_text_has_a_shape() -> None:
    """A number that is declared to be a telephone number is refused with the catalogue."""
    with pytest.raises(ValueError, match="`shape` needs type string"):
        element("phone").model_validate(
            element("phone").model_dump(exclude_none=True) | {"type": ItemType.INTEGER}
        )
