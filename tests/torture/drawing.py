"""Tables that are drawn: items of every type, domain, writing and rule, and what stands in them.

Belongs here: a resource and the file that is delivered to it, both of a number alone. Keep out:
what becomes of them, assertions. Records are sound, or hold texts that only look like what a domain
asks for, or like nothing at all.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.domains.shapes import Shape
from catalog_specs.models.element import Element
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item, Resource
from tests.city import REGION
from tests.city.records import csv_of, person_id
from tests.city.resources import catalog_of, fed, item, resource
from tests.torture.drawn_rules import Pools, named_rules
from tests.torture.test_corpus import credit_code
from tests.unit.storage.engines.spark.test_expressions import FORMS, NUMBERS, PARTS, WORDS, YEARS
from tests.unit.storage.engines.spark.test_text_functions import SIGNS, STEPS
from tests.unit.storage.engines.spark.test_text_functions import TEXTS as WRITTEN

__all__ = ["Drawn", "catalog_with", "drawn"]

SOUND = ("01", "02", "12")
"""Parts of a day or moment, whichever it is."""
DAYS, MOMENTS = FORMS[:7], FORMS[8:]
"""Formats of days, and of moments."""
REGIONS = ("350501", "350502", "350503")
FILLERS = (None, None, "", "无", "N/A", "?", "0", "张三", "\u3000", "１２", "null", "1.23", "-1")
FILLERS = (*FILLERS, "a\x00b", "3.50502E+17", '="1"', "#N/A", "__debezium_unavailable_value")
PATTERNS: Mapping[str, Sequence[str]] = {
    "[A-Z]{2}[0-9]{3,}": ("AB123", "XY0000", "AB12", "ab123", "AB１２３", "AB123\n"),
    r"\d{4}-\w+": ("2024-a_1", "2024-", "２０２４-a", "2024-é", "2024-张"),
    r"[\p{Han}·]+": ("张三", "张·三", "張", "Zhang", "张 三", "〇", "𠮷"),
    r"(?:\s|[^\s,])*": ("a b", "a\x0bb", "a\u3000b", "a\u00a0b"),
    "(?i:kg|ms)": ("KG", "kg", "\u212ag", "ms", "mſ"),
    ".+": ("a", "\r", "a\nb", "𠮷", "\u2028", "\u0085"),
}
SHAPES: Mapping[Shape, Sequence[str]] = {
    Shape.PHONE: ("0595-22123456", "12345", "13800138000", "0595-1", "400-123-4567"),
    Shape.MOBILE: ("13800138000", "１３８００１３８０００", "12800138000", "1380013800"),
    Shape.LANDLINE: ("059522123456", "010-62345678", "0591-1234567", "0595－22123456"),
    Shape.POSTAL_CODE: ("362000", "999077", "082000", "36200", "36200０"),
    Shape.LICENCE_PLATE: ("闽C12345", "闽CD12345", "闽C1234I", "粤Z1234港", "使123456"),
    Shape.PERSON_NAME: ("张三", "买买提·艾力", "O'Neil", "张3", "·张", "张"),
    Shape.ORGANISATION_NAME: ("泉州市第五中学", "某（泉州）公司", "某（公司", "A", "3M中国"),
}


@dataclass(frozen=True)
class Drawn:
    """A resource with the elements of its own, and the file that is delivered to it."""

    resource: Resource
    elements: Mapping[str, Element]
    text: str


@dataclass
class _Table:
    """A table while it is drawn: items, the texts that may stand in each, what its feed says."""

    draw: random.Random
    number: int
    items: list[Item] = field(default_factory=list)
    elements: dict[str, Element] = field(default_factory=dict)
    texts: dict[str, tuple[Sequence[str], Sequence[str | None]]] = field(default_factory=dict)
    pools: Pools = field(default_factory=dict)
    feed: dict[str, Any] = field(default_factory=dict)
    normalise: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, kind: str, good: Sequence[str], bad: Sequence[str | None], **said: Any) -> str:
        """Add an item of an element of its own; returns its code."""
        code = f"{kind}_{len(self.items)}"
        domain = {k: v for k, v in said.items() if k in Element.model_fields}
        element = f"drawn_{self.number}_{code}"
        self.elements[element] = Element.model_validate(
            {"code": element, "name": code, "subject": "natural_person", "sensitivity": "public"}
            | {"type": kind, **domain}
        )
        more = {k: v for k, v in said.items() if k not in domain}
        self.known(item(code, element, **more), kind, good, bad)
        return code

    def known(self, one: Item, kind: str, good: Sequence[str], bad: Sequence[str | None]) -> None:
        """Add an item as it is, and what may stand in it."""
        self.items.append(one)
        self.texts[one.code] = good, (*bad, *FILLERS)
        self.pools[one.code] = kind, good


def drawn(number: int) -> Drawn:
    """Draw the table of a number: the same whoever asks."""
    draw = random.Random(number)
    table = _Table(draw, number)
    table.feed = {
        "date_format": draw.choice(DAYS),
        "datetime_format": draw.choice(MOMENTS),
        "nulls": draw.choice((("",), ("", "无"), ("", "N/A", "null"))),
        "true": draw.choice((("1", "true"), ("是",))),
        "false": draw.choice((("0", "false"), ("否",))),
    }
    serial = table.add("integer", ["1"], [])
    for _ in range(draw.randint(2, 6)):
        draw.choice(_ITEMS)(table)
    for group in draw.sample(_GROUPS, draw.choice((0, 0, 1, 1, 2))):
        group(table)
    _steps(table)
    kind = draw.choice(("snapshot", "snapshot", "upsert", "changes"))
    key = [serial, *draw.sample([*table.texts][1:], draw.choice((0, 0, 1, 2)))]
    table.items = [
        one.model_copy(update={"required": one.code in key or draw.random() < 0.2})
        for one in table.items
    ]
    ref = f"data_office/drawn_{number}"
    feed = table.feed | {"columns": {code: code for code in table.texts}}
    made = fed(resource(ref, kind, key, table.items), **feed, normalise=table.normalise)
    rules = tuple(map(QualityRule.model_validate, named_rules(draw, table.pools, REGION)))
    made = made.model_copy(update={"quality": rules})
    return Drawn(made, table.elements, _file(table, made))


def catalog_with(tables: Sequence[Drawn]) -> Catalog:
    """Return a catalogue in which these tables are resources."""
    found = catalog_of(*(one.resource for one in tables))
    elements = {code: one for table in tables for code, one in table.elements.items()}
    return replace(found, elements={**found.elements, **elements})


def _whole(table: _Table) -> None:
    span = table.draw.choice(({}, {"max": 9}, {"min": -5, "max": 5}))
    table.add("integer", [str(n) for n in range(-9, 12)], NUMBERS, range=span)


def _decimal(table: _Table) -> None:
    scale = table.draw.choice((0, 1, 2, 6))
    span = table.draw.choice(({}, {"min": "0.10"}, {"min": "-1", "max": "1000"}))
    good = [f"{n / 7:.{scale}f}" for n in range(-20, 40)]
    table.add("decimal", good, NUMBERS, scale=scale, range=span)


def _truth(table: _Table) -> None:
    table.add("boolean", [*table.feed["true"], *table.feed["false"]], WORDS)


def _day(table: _Table) -> None:
    _time(table, "date", table.feed["date_format"])


def _moment(table: _Table) -> None:
    _time(table, "datetime", table.feed["datetime_format"])


def _time(table: _Table, kind: str, form: str) -> None:
    """Add an item of a time: good ones of some years, bad ones of any parts and in other forms."""
    draw = table.draw
    window = draw.choice(({}, {"not_after": "today"}, {"not_before": "1900-01-01"}))
    good = [_put(draw, form, ("1949", "1999"), SOUND) for _ in range(12)]
    bad = [_put(draw, form, YEARS, SOUND) for _ in range(12)]
    bad += [_put(draw, draw.choice((form, *FORMS)), YEARS, PARTS) for _ in range(12)]
    table.add(kind, good, bad, window=window)


def _put(draw: random.Random, form: str, years: Sequence[str], parts: Sequence[str]) -> str:
    for sign in "YmdHMS":
        form = form.replace(f"%{sign}", draw.choice(years if sign == "Y" else parts))
    return form


def _text(table: _Table) -> None:
    bounds = table.draw.choice(({}, {"min": 2}, {"max": 3}, {"min": 1, "max": 2}))
    table.add("string", ["张", "张三", "欧阳夏", "a", "ab", "𠮷𠮷"], _signs(table), length=bounds)


def _pattern(table: _Table) -> None:
    pattern = table.draw.choice([*PATTERNS])
    good, *bad = PATTERNS[pattern]
    table.add("string", [good], [*bad, *_signs(table)], pattern=pattern)


def _shape(table: _Table) -> None:
    shape = table.draw.choice([*SHAPES])
    table.add("string", SHAPES[shape][:1], [*SHAPES[shape][1:], *_signs(table)], shape=shape)


def _code(table: _Table) -> None:
    listed = table.draw.choice(("sex", "outcome"))
    table.add("string", ["1"], ["2", "3", "1 ", "１", "男", *_signs(table)], code_list=listed)


def _firm(table: _Table) -> None:
    good = [credit_code(n) for n in range(9)]
    bad = [good[0].lower(), good[1][:-1], good[2][::-1], good[3] + "\n", good[4][:-1] + "I"]
    table.add("string", good, bad, check="credit_code")


def _person(table: _Table) -> None:
    good = [person_id(n) for n in range(9)]
    bad = [good[0].lower(), good[1][:-1] + "0", "350502199002301234", "35050219900101001x"]
    table.add("string", good, bad, check="resident_id")


def _division(table: _Table) -> None:
    bad = ("350504", "35", "350501\n", "３５０５０１")
    table.add("string", REGIONS, bad, references=f"{REGION}.code")


def _signs(table: _Table) -> list[str]:
    return ["".join(table.draw.choices(SIGNS, k=table.draw.randint(1, 5))) for _ in range(6)]


_ITEMS = (_whole, _decimal, _truth, _day, _moment, _text, _text, _pattern, _pattern, _shape)
_ITEMS = (*_ITEMS, _code, _firm, _person, _division)


_OTHER = ("2001",), ("02",)


def _born(table: _Table) -> None:
    """Add a number of a person, and what it says: birth, sex, division; and the age."""
    form, number = table.feed["date_format"], f"number_{len(table.items)}"
    good = [person_id(n) for n in (1, 1003, 2001)]  # men, as the last digit but one says
    or_later = table.draw.random() < 0.5
    born = f"born_{number}"
    division = {"on": born, "or_later": or_later} if table.draw.random() < 0.7 else {}
    bad = ["x" * 18, person_id(2), good[0][:-1] + "0"]
    table.known(item(number, "resident_id", division=division), "string", good, bad)
    day, other = (_put(table.draw, form, *parts) for parts in ((("1990",), ("01",)), _OTHER))
    by = {"by_number": {"item": number, "part": "birth_date"}}
    table.known(item(born, "birth_date", **by), "date", [day], [other])
    by = {"by_number": {"item": number, "part": "sex"}}
    table.known(item(f"sex_{number}", "sex", **by), "string", ["1"], ["2", "9"])
    age = {"born": born, "on": "today", "within": table.draw.choice((0, 1))}
    table.known(item(f"age_{number}", "age", age=age), "integer", ["36"], ["35", "25", "-1", "x"])


def _place(table: _Table) -> None:
    """Add a longitude and a latitude, near the borders of an area."""
    latitude = f"latitude_{len(table.items)}"
    within = {"latitude": latitude, "area": table.draw.choice(("city", "bay"))}
    bad = ["117.5", "118.500001", "119", "-118.5", "24", "24.3", "24.499999", "26", *NUMBERS]
    east, north = ["118.000001", "118.25", "118.75"], ["24.5", "24.999999", "24.75"]
    table.known(item(f"east_{latitude}", "longitude", within=within), "decimal", east, bad)
    table.known(item(latitude, "latitude"), "decimal", north, bad)


_GROUPS = (_born, _place)


def _steps(table: _Table) -> None:
    """Let some parts be written otherwise first; then what stands in them looks otherwise too."""
    draw = table.draw
    for one in [*table.items]:
        kind, good = table.pools[one.code]
        steps = [step for step in STEPS if step.step in _FITTING.get(kind, _ANYWHERE)]
        if draw.random() < 0.3:
            one_each = {step.step: step for step in draw.sample(steps, draw.choice((1, 2)))}
            chosen = [step.model_dump() for step in one_each.values()]
            table.normalise[one.code] = [_with_currency(table, step) for step in chosen]
            table.items.remove(one)
            table.known(one, kind, good, WRITTEN)


def _with_currency(table: _Table, step: dict[str, Any]) -> dict[str, Any]:
    """Give the currency of an amount an item to be written into, where the step tells one."""
    if step.get("currency_item") is None:
        return step
    code = f"currency_{len(table.items)}"
    table.items.append(item(code, "firm_name"))
    table.pools[code] = "string", ["CNY", "USD"]
    return step | {"currency_item": code}


_ANYWHERE = frozenset({"trim", "collapse_spaces", "halfwidth", "nulls"})
_FITTING = {
    "string": _ANYWHERE | {"translate"},
    "integer": frozenset({"trim", "halfwidth", "number"}),
    "decimal": frozenset({"trim", "halfwidth", "number"}),
    "boolean": frozenset({"trim", "booleans"}),
    "date": frozenset({"trim", "halfwidth", "dates"}),
    "datetime": frozenset({"trim", "moments"}),
}


def _file(table: _Table, made: Resource) -> str:
    """Write the records of a table; keys come twice, some lines are no records."""
    draw, records = table.draw, list[dict[str, str | None]]()
    care = draw.choice((0.3, 0.6, 0.9))
    for place in range(draw.randint(5, 40)):
        sound = draw.random() < care
        record = {
            code: draw.choice(good if sound or draw.random() < care else bad)
            for code, (good, bad) in table.texts.items()
        }
        record[made.key[0]] = str(place) if draw.random() < 0.95 else draw.choice(FILLERS)
        if records and draw.random() < 0.15:
            same = draw.choice(records)
            again = made.key if draw.random() < 0.6 else [*record]
            record |= {code: same[code] for code in again}
        record["_op"] = draw.choice("IUD" if sound else ("I", "x", None))
        record["_seq"] = str(place) if sound else draw.choice(("0", "5", "", "1.5"))
        records.append(record)
    broken = ("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o\n", "一\n", '"a" b\n', "")
    return csv_of(made, records) + draw.choice(broken)
