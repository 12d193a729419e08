"""The rules of a resource, derived from its catalogue entry: pure values, no engine.

Belongs here: which rules a resource has, under which stable codes, at which level. Keep out: how a
rule is evaluated (`suite`, `expectations`), what becomes of a failing row (`gate`).
Every rule but `required` ignores nulls. A record that could not be split into its fields fails
`record:<why>` alone; a text that cannot be cast fails `castable` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element, Length, Range, Window
from catalog_specs.models.resource import Item, QualityRule, Resource
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import Dimension, IdentityCheck, ItemType, Level
from feeds.columns import OPERATION, SEQUENCE

__all__ = ["KINDS", "TODAY", "Rule", "named_rules", "rules_for"]

TODAY = "today"
"""Stands for the judging date in the arguments of a rule."""

KINDS: Mapping[str, Dimension] = MappingProxyType(
    {
        "record": Dimension.USABILITY,
        "castable": Dimension.USABILITY,
        "required": Dimension.COMPLETENESS,
        "unique": Dimension.ACCURACY,
        "length": Dimension.ACCURACY,
        "range": Dimension.ACCURACY,
        "pattern": Dimension.ACCURACY,
        "code_list": Dimension.ACCURACY,
        "resident_id": Dimension.ACCURACY,
        "credit_code": Dimension.ACCURACY,
        "date_window": Dimension.ACCURACY,
        "reference": Dimension.USABILITY,
    }
)
"""Every kind of rule the catalogue implies, with its quality dimension (三(六))."""

_TYPE_NAMES = {
    ItemType.INTEGER: "整数",
    ItemType.DECIMAL: "数值",
    ItemType.DATE: "日期",
    ItemType.DATETIME: "日期时间",
    ItemType.BOOLEAN: "逻辑值",
}
_CHECKS = {IdentityCheck.RESIDENT_ID: "公民身份号码", IdentityCheck.CREDIT_CODE: "统一社会信用代码"}


@dataclass(frozen=True)
class Rule:
    """One thing that must hold of every record (or, for some named expectations, of the delivery).

    `code` is stable and unique in its resource; `kind` is a key of `KINDS`, or `named` for an
    expectation that the catalogue names in YAML (then `arguments["expect"]` is its type).
    `columns` are columns of the typed feed; `description` is Chinese and holds no cell value.
    """

    code: str
    kind: str
    columns: tuple[str, ...]
    level: Level
    dimension: Dimension
    description: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def rules_for(catalog: Catalog, resource: Resource) -> tuple[Rule, ...]:
    """Return every rule of a resource, in the order they are reported.

    Referring items outside the key are only required and castable: their truth is the owner's, a
    difference is a reconciliation finding (一数一源). Key items carry every rule of their domain.
    """
    found = [_record_rule(code) for code in DefectCode]
    if resource.feed.changes is not None:
        found += [_operation_rule(), _sequence_rule()]
    found.append(_key_rule(catalog, resource))
    for item in resource.items:
        found += _item_rules(catalog, resource, item)
    types = {item.code: catalog.element_of(item).type for item in resource.items}
    return (*found, *named_rules(resource, types))


def named_rules(resource: Resource, types: Mapping[str, ItemType]) -> tuple[Rule, ...]:
    """Return the rules that a resource names in YAML; `types` of its items, as far as known."""
    return tuple(_named_rule(resource, rule, types) for rule in resource.quality)


def _record_rule(defect: DefectCode) -> Rule:
    return Rule(
        code=defect.stored,
        kind="record",
        columns=("_defect",),
        level=Level.QUARANTINE,
        dimension=KINDS["record"],
        description=defect.label,
        arguments={"defect": defect.value},
    )


def _operation_rule() -> Rule:
    return Rule(
        code="operation:code_list",
        kind="operation",
        columns=(OPERATION,),
        level=Level.QUARANTINE,
        dimension=Dimension.ACCURACY,
        description="变更类型应为申报的新增、更新或删除标识",
    )


def _sequence_rule() -> Rule:
    return Rule(
        code="sequence:castable",
        kind="sequence",
        columns=(SEQUENCE,),
        level=Level.QUARANTINE,
        dimension=KINDS["castable"],
        description="变更序号应为整数",
    )


def _key_rule(catalog: Catalog, resource: Resource) -> Rule:
    changes = resource.feed.changes is not None
    names = "、".join(catalog.name_of(resource.item(code)) for code in resource.key)
    levels = [resource.item(code).levels.get("unique") for code in resource.key]
    return Rule(
        code="key:unique",
        kind="unique",
        columns=(*resource.key, SEQUENCE) if changes else resource.key,
        level=Level.REJECT if Level.REJECT in levels else Level.QUARANTINE,
        dimension=KINDS["unique"],
        description=f"{names}{'与变更序号' if changes else ''}相同的记录在一次交付内内容应一致",
    )


def _item_rules(catalog: Catalog, resource: Resource, item: Item) -> Iterator[Rule]:
    element = catalog.element_of(item)
    name = catalog.name_of(item)
    in_key = item.code in resource.key
    typed = element.type is not ItemType.STRING

    def rule(kind: str, description: str, **arguments: Any) -> Rule:  # noqa: ANN401 - catalogue values
        return Rule(
            code=f"{item.code}:{kind}",
            kind=kind,
            columns=(item.code,),
            level=_level(item, kind, in_key=in_key),
            dimension=KINDS[kind],
            description=f"{name}{description}",
            arguments={"in_key": in_key, "typed": typed, **arguments},
        )

    if typed:
        yield rule("castable", f"应为{_TYPE_NAMES[element.type]}")
    if item.required or in_key:
        yield rule("required", "不得为空")
    if item.source is not None and not in_key:
        return
    for kind, description, arguments in _domain(catalog, item, element):
        yield rule(kind, description, **arguments)


Clause = tuple[str, str, dict[str, Any]]
"""Kind, what it says after the item's name, arguments."""


def _domain(catalog: Catalog, item: Item, element: Element) -> Iterator[Clause]:
    """Yield what the value domain asks; the item's own bounds replace the element's."""
    yield from _texts(item.length or element.length, item.pattern or element.pattern)
    yield from _bounds(item.range or element.range, item.window or element.window)
    if element.code_list is not None:
        codes = catalog.code_lists[element.code_list]
        yield "code_list", f"应为《{codes.name}》中的代码", {"code_list": codes.code}
    if element.check is not None:
        yield element.check.value, f"应符合{_CHECKS[element.check]}校验规则", {}
    if item.references is not None:
        target, target_item = catalog.target(item.references)
        arguments = {"resource": target.ref, "item": target_item.code}
        yield "reference", f"应存在于《{target.name}》", arguments


def _texts(length: Length | None, pattern: str | None) -> Iterator[Clause]:
    if length is not None:
        bounds = {"min": length.min, "max": length.max}
        yield "length", f"字数应在{_between(length.min, length.max)}", bounds
    if pattern is not None:
        yield "pattern", "应符合规定格式", {"regex": pattern}


def _bounds(numbers: Range | None, window: Window | None) -> Iterator[Clause]:
    if numbers is not None:
        bounds = {"min": numbers.min, "max": numbers.max}
        yield "range", f"应在{_between(numbers.min, numbers.max)}", bounds
    if window is not None:
        said = _between(_day(window.not_before), _day(window.not_after))
        yield "date_window", f"应在{said}", {"min": window.not_before, "max": window.not_after}


def _between(low: object, high: object) -> str:
    if low is None:
        return f"{high}以内" if high is not None else "任意范围"
    return f"{low}以上" if high is None else f"{low}至{high}之间"


def _day(day: object) -> object:
    return "交付当日" if day == TODAY else day


def _level(item: Item, kind: str, *, in_key: bool) -> Level:
    """Return the declared level; what identifies a row is never merely warned about."""
    level = item.levels.get(kind, Level.QUARANTINE)
    if in_key and kind in {"castable", "required"} and level is Level.WARN:
        return Level.QUARANTINE
    return level


def _named_rule(resource: Resource, rule: QualityRule, types: Mapping[str, ItemType]) -> Rule:
    arguments = rule.arguments
    columns = _named_columns(arguments)
    kept = {code: types[code] for code in columns if code in types}
    return Rule(
        code=rule.code,
        kind="named",
        columns=columns,
        level=rule.level,
        dimension=rule.dimension,
        description=rule.description,
        arguments={"expect": rule.expect, "arguments": arguments, "types": kept}
        | {"only_key": bool(columns) and set(columns) <= set(resource.key)},
    )


def _named_columns(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    single = (arguments.get(name) for name in ("column", "column_A", "column_B"))
    several = arguments.get("column_list") or ()
    return tuple(dict.fromkeys([*(name for name in single if name), *several]))
