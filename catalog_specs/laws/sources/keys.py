"""Keys: the items that identify a record, and codes that are unique in the city.

Belongs here: a resource's key against its subject's, unique codes and view names. Keep out: who
owns a key's elements (`ownership`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import one_of
from catalog_specs.vocabulary import ItemType

__all__ = ["LAWS"]

_KEY_TYPES = frozenset({ItemType.STRING, ItemType.INTEGER, ItemType.DATE, ItemType.DATETIME})


def _key_identifies(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        subject = declared.subjects.get(resource.subject)
        carried = {resource.item(code).element for code in resource.key}
        wanted = set(subject.key) - carried if subject is not None else set()
        missing = {code for code in wanted if not declared.lacks("elements", code)}
        if subject is not None and missing:
            yield Fault(
                resource_at(resource.ref),
                "key",
                f"the key lacks {one_of(missing)}, which identifies a `{subject.code}`",
                f"add the item with that element to `key` (more items may follow it), or name the "
                f"`subject` that {one_of(resource.key)} identifies",
            )
        yield from _key_items(declared, resource)


def _key_items(declared: Declared, resource: Resource) -> Iterator[Fault]:
    for index, item in enumerate(resource.items):
        if item.code not in resource.key:
            continue
        at, element = resource_at(resource.ref), declared.element_of(item)
        if not item.required:
            message = f"the key item `{item.code}` is not required: it could be empty"
            yield Fault(at, f"items[{index}]", message, "set `required: true`")
        if element is not None and element.type not in _KEY_TYPES:
            message = (
                f"the key item `{item.code}` is {element.type.value}, which identifies nothing"
            )
            yield Fault(at, f"items[{index}].element", message, "choose a text, number or date")


def _unique(declared: Declared) -> Iterator[Fault]:
    codes = ((resource_at(r.ref), "code", r.code) for r in declared.resources.values())
    yield from _doubles(declared, codes, "the 信息资源代码")
    views = ((f"subjects:{s.code}", "view", s.view) for s in declared.subjects.values() if s.view)
    yield from _doubles(declared, views, "the view name")


def _doubles(
    declared: Declared, named: Iterable[tuple[str, str, str]], what: str
) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for at, path, name in named:
        first = seen.setdefault(name.casefold(), at)  # as DuckDB compares names
        if first != at:
            place = declared.places[first]
            message = f"{what} `{name}` is already used in `{place.file}`{place.prefix}"
            yield Fault(at, path, message, "give it a code or name of its own")


LAWS = (
    Law(
        "CAT-018",
        "主键须能标识主体",
        "a resource's key carries its subject's key elements, and no part of it may be empty",
        "三(一)",
        "add the subject's key to `key` (a 1:n resource adds more items) and require its items",
        _key_identifies,
    ),
    Law(
        "CAT-021",
        "信息资源代码与主体视图名称不得重复",
        "resource codes and names of subject views are unique in the city",
        "",
        "give the second its own code or name",
        _unique,
    ),
)
