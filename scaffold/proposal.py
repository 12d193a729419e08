"""The proposal: from a sample's looks to a resource, item by item.

Belongs here: types, keys, owners, steps and warnings. Keep out: YAML (`pages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog_specs.catalog import Catalog
from catalog_specs.spec import is_code
from catalog_specs.vocabulary import NUMBERS, ItemType
from scaffold.looks import Look
from scaffold.matching import SURE, Match, match, names_of
from scaffold.quoting import quoted
from scaffold.sampling import Sample

__all__ = ["Proposal", "Proposed", "propose"]

CERTAIN = 0.5
"""Confidence from which an element is proposed and not merely named."""
_KINDS = {
    "resident_id": ("string", "identity", "公民身份号码 / resident id"),
    "credit_code": ("string", "public", "统一社会信用代码 / credit code"),
    "mobile": ("string", "contact", "手机号码 / mobile phone"),
    "landline": ("string", "contact", "固定电话 / landline"),
    "email": ("string", "contact", "电子邮箱 / e-mail"),
}


@dataclass(frozen=True)
class Proposed:
    """One column: the item it becomes, the element it is or may be, and what is said of it."""

    look: Look
    code: str
    match: Match | None
    source: str | None
    """The item that owns the element already; the column then refers to it."""
    type: ItemType
    steps: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A resource file before it is written: items, the key and subject found, and warnings."""

    department: str
    resource: str
    sample: Sample
    items: tuple[Proposed, ...]
    key: tuple[str, ...]
    subject: str | None
    nulls: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=())


def propose(
    catalog: Catalog, department: str, resource: str, sample: Sample, looks: tuple[Look, ...]
) -> Proposal:
    """Return the proposal for a sample's columns, in the file's order."""
    names, taken = names_of(catalog), set[str]()
    items: list[Proposed] = []
    for place, look in enumerate(looks, start=1):
        found = match(catalog, names, look, taken)
        if found is not None and found.confidence >= CERTAIN:
            taken.add(found.element.code)
        items.append(_proposed(catalog, look, found, place, {one.code for one in items}))
    key, subject = _key(catalog, items)
    return Proposal(
        department=department,
        resource=resource,
        sample=sample,
        items=tuple(items),
        key=key,
        subject=subject,
        nulls=tuple(dict.fromkeys(["", *(null for look in looks for null in look.nulls)])),
        warnings=tuple(_warnings(sample, looks)),
    )


def _proposed(
    catalog: Catalog, look: Look, found: Match | None, place: int, codes: set[str]
) -> Proposed:
    certain = found if found is not None and found.confidence >= CERTAIN else None
    code = _free(certain.element.code if certain else _code(look.header, place), place, codes)
    owner = catalog.owner_of(certain.element.code) if certain else None
    kind = certain.element.type if certain else _type(look)
    return Proposed(
        look=look,
        code=code,
        match=found,
        source=f"{owner[0].ref}.{owner[1].code}" if owner else None,
        type=kind,
        steps=tuple(_steps(look, certain, kind)),
        notes=tuple(_notes(look, certain)),
    )


def _code(header: str, place: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")
    return plain if is_code(plain) else f"column_{place}"


def _free(code: str, place: int, codes: set[str]) -> str:
    """Return a code that no column before has, with its place as often as that takes."""
    while code in codes:
        longer = f"{code}_{place}"
        code = longer if is_code(longer) else f"column_{place}"
    return code


def _type(look: Look) -> ItemType:
    if look.given:
        if _dated(look):
            return ItemType.DATE
        if max(look.moments.values(), default=0) / look.given >= SURE:
            return ItemType.DATETIME
        if look.share("integer") >= SURE and look.longest < 10:  # noqa: PLR2004 - longer ones name things
            return ItemType.INTEGER
        broken = look.share("decimal")  # without any, what is too long for a number is a name
        if (broken and broken + look.share("integer") >= SURE) or look.share("money") >= SURE:
            return ItemType.DECIMAL
    return ItemType.STRING


def _dated(look: Look) -> tuple[str, ...]:
    """Return the date formats that together fit the column, most frequent first."""
    fitting = sorted((form for form, n in look.dates.items() if n), key=lambda f: -look.dates[f])
    total = sum(look.dates[form] for form in fitting)
    return tuple(fitting) if look.given and total / look.given >= SURE else ()


def _steps(look: Look, certain: Match | None, kind: ItemType) -> Iterator[str]:
    if look.tests.get("spaces"):
        yield "trim"
    if look.tests.get("fullwidth") and kind is not ItemType.STRING:
        yield "halfwidth"
    yield from _time_steps(look, kind)
    if kind in NUMBERS and look.tests.get("money"):
        yield "{number: {units: true, currency: true}}"
    if kind is ItemType.BOOLEAN:
        yield "booleans"
    code_list = certain.element.code_list if certain else None
    if code_list and look.lists.get((code_list, "name"), 0) > look.lists.get(
        (code_list, "code"), 0
    ):
        yield f"{{translate: {{code_list: {code_list}}}}}"


def _time_steps(look: Look, kind: ItemType) -> Iterator[str]:
    if kind is ItemType.DATE and (dates := _dated(look)) and dates != ("%Y-%m-%d",):
        yield f"{{dates: {{formats: [{', '.join(map(quoted, dates))}]}}}}"
    if kind is ItemType.DATETIME:
        forms = [form for form, n in look.moments.items() if n]
        if forms and forms != ["%Y-%m-%d %H:%M:%S"]:
            yield f"{{moments: {{formats: [{', '.join(map(quoted, forms))}]}}}}"


def _notes(look: Look, certain: Match | None) -> Iterator[str]:
    for test, (_, sensitivity, name) in _KINDS.items():
        if look.share(test) >= SURE:
            yield f"取值像{name}，敏感级别可能为 {sensitivity}"
    lists = {code for (code, _), n in look.lists.items() if look.given and n / look.given >= SURE}
    if certain is None and lists:
        yield "取值属于 / values are in: " + "、".join(sorted(lists))
    if certain is not None:
        yield f"敏感级别 / sensitivity: {certain.element.sensitivity}"


def _key(catalog: Catalog, items: list[Proposed]) -> tuple[tuple[str, ...], str | None]:
    """Return the key items and the subject they identify, where a subject's key was found whole."""
    by_element = {
        one.match.element.code: one
        for one in items
        if one.match is not None and one.match.confidence >= CERTAIN
    }
    for code, subject in catalog.subjects.items():
        if all(element in by_element for element in subject.key):
            key = tuple(by_element[element].code for element in subject.key)
            unique = len(key) > 1 or next(o for o in items if o.code == key[0]).look.unique
            if unique:
                return key, code
    first = next((one.code for one in items if one.look.unique), None)
    return ((first,) if first else ()), None


def _warnings(sample: Sample, looks: tuple[Look, ...]) -> Iterator[str]:
    if sample.header == "none":
        yield "首条像数据，按没有表头处理，列名按次序 / no header found: columns are named by place"
    for code, count in sample.defects.items():
        yield f"{count} 条记录无法拆分（{code}） / records that cannot be split"
    for look in looks:
        name = quoted(look.header)
        if look.tests.get("damaged"):
            yield f"{name}：{look.tests['damaged']} 个值像受损的编号 / damaged identifiers"
        if look.tests.get("mojibake"):
            yield f"{name}：{look.tests['mojibake']} 个值像乱码 / mojibake"
        if look.rows and look.given / look.rows < 0.05:  # noqa: PLR2004 - nearly empty
            yield f"{name}：几乎为空（{look.given}/{look.rows}） / nearly empty"
        elif look.rows > 1 and look.distinct == 1:
            yield f"{name}：所有取值相同 / constant"
