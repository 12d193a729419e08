"""References: every named department, element, resource, item, … exists.

Belongs here: unknown names with a suggestion, and what `references` may point to. Keep out:
`source` and ownership (`ownership`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.normalisation import Translate
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Exit
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["LAWS"]

_WORDS = {
    "departments": "department",
    "subjects": "subject",
    "elements": "element",
    "code_lists": "code list",
    "sensitivities": "sensitivity class",
    "resources": "resource",
    "profiles": "profile",
}
Mention = tuple[str, str, str, str]
"""Where (`<kind>:<key>`, path), the kind that is mentioned, and the name."""


def _known(declared: Declared) -> Iterator[Fault]:
    for at, path, kind, name in _mentions(declared):
        if declared.lacks(kind, name):
            known = declared.names(kind)
            remedy = did_you_mean(name, known, f"declare it, or use one of {one_of(known)}")
            yield Fault(at, path, f"there is no {_WORDS[kind]} `{name}`", remedy)
    yield from _known_items(declared)
    yield from _known_related(declared)


def _mentions(declared: Declared) -> Iterator[Mention]:
    if declared.city is not None:
        yield "catalog:city", "profile", "profiles", declared.city.profile
        yield "catalog:city", "authority", "departments", declared.city.authority
    for county in declared.counties.values():
        yield f"counties:{county.catalog}", "authority", "departments", county.authority
    for subject in declared.subjects.values():
        for index, code in enumerate(subject.key):
            yield f"subjects:{subject.code}", f"key[{index}]", "elements", code
    for element in declared.elements.values():
        at = f"elements:{element.code}"
        yield at, "subject", "subjects", element.subject
        yield at, "sensitivity", "sensitivities", element.sensitivity
        if element.code_list is not None:
            yield at, "code_list", "code_lists", element.code_list
    for resource in declared.resources.values():
        yield from _resource_mentions(resource)
    yield from _sharing_mentions(declared)
    yield from _legacy_mentions(declared)


def _resource_mentions(resource: Resource) -> Iterator[Mention]:
    at = resource_at(resource.ref)
    yield at, "provider", "departments", resource.provider
    yield at, "subject", "subjects", resource.subject
    for index, item in enumerate(resource.items):
        yield at, f"items[{index}].element", "elements", item.element
    for path, link in _links(resource):
        yield at, path, "resources", link.rpartition(".")[0]
    for part, steps in resource.feed.normalise.items():
        for place, step in enumerate(steps):
            if isinstance(step, Translate):
                path = f"feed.normalise.{part}[{place}].code_list"
                yield at, path, "code_lists", step.code_list


def _sharing_mentions(declared: Declared) -> Iterator[Mention]:
    for grant in declared.grants.values():
        at = f"grants:{grant.code}"
        yield at, "consumer", "departments", grant.consumer
        for index, approval in enumerate(grant.approvals):
            yield at, f"approvals[{index}].by", "departments", approval.by
        for index, granted in enumerate(grant.resources):
            yield at, f"resources[{index}].resource", "resources", granted.resource
    for opened in declared.open_sets.values():
        yield f"open_sets:{opened.code}", "resource", "resources", opened.resource
    for exception in declared.exceptions.values():
        yield f"exceptions:{exception.code}", "resource", "resources", exception.resource


def _legacy_mentions(declared: Declared) -> Iterator[Mention]:
    for one in declared.legacy.values():
        at = f"legacy:{one.code}"
        yield at, "owner", "departments", one.owner
        for index, partner in enumerate(one.partners):
            yield at, f"partners[{index}]", "departments", partner
        for index, ref in enumerate(one.resources):
            if ref not in declared.retired:  # another law says that
                yield at, f"resources[{index}]", "resources", ref


def _known_items(declared: Declared) -> Iterator[Fault]:
    for at, path, ref, code in _item_mentions(declared):
        resource = declared.resources.get(ref)
        if resource is None:
            continue
        codes = [item.code for item in resource.items]
        if code not in codes:
            remedy = did_you_mean(code, codes, f"use one of {one_of(codes)}")
            yield Fault(at, path, f"`{ref}` has no item `{code}`", remedy)


def _item_mentions(declared: Declared) -> Iterator[Mention]:
    """Yield where, path, the resource, and the item's code."""
    for resource in declared.resources.values():
        for path, link in _links(resource):
            ref, _, code = link.rpartition(".")
            yield resource_at(resource.ref), path, ref, code
    for grant in declared.grants.values():
        for index, granted in enumerate(grant.resources):
            for path, code in _named_items(granted):
                yield f"grants:{grant.code}", f"resources[{index}].{path}", granted.resource, code
    for opened in declared.open_sets.values():
        for path, code in _named_items(opened):
            yield f"open_sets:{opened.code}", path, opened.resource, code


def _links(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield path and value of every `source` and `references`."""
    for index, item in enumerate(resource.items):
        if item.source is not None:
            yield f"items[{index}].source", item.source
        if item.references is not None:
            yield f"items[{index}].references", item.references


def _named_items(leaving: Exit) -> Iterator[tuple[str, str]]:
    yield from ((f"items[{i}]", code) for i, code in enumerate(leaving.items))
    yield from ((f"where[{i}].item", one.item) for i, one in enumerate(leaving.where))
    yield from ((f"masks.{code}", code) for code in leaving.masks)


def _known_related(declared: Declared) -> Iterator[Fault]:
    if not declared.complete("resources"):
        return
    known = {resource.code for resource in declared.resources.values()}
    for resource in declared.resources.values():
        for index, code in enumerate(resource.related):
            if code not in known and code not in declared.resources:
                yield Fault(
                    resource_at(resource.ref),
                    f"related[{index}]",
                    f"there is no resource with the code `{code}`",
                    did_you_mean(code, known, "use the 信息资源代码 of a declared resource"),
                )


def _references_a_key(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, item in enumerate(resource.items):
            target = declared.item_at(item.references or "")
            if target is None:
                continue
            other, key = target
            at, path = resource_at(resource.ref), f"items[{index}].references"
            if other.key != (key.code,):
                yield Fault(
                    at,
                    path,
                    f"`{item.references}` is not the key of its resource, which is "
                    f"{', '.join(f'`{code}`' for code in other.key)}",
                    "reference an item that alone is the key of its resource",
                )
            yield from _same_type(declared, at, path, (item.element, key.element))


def _same_type(
    declared: Declared, at: str, path: str, elements: tuple[str, str]
) -> Iterable[Fault]:
    mine, theirs = (declared.elements.get(code) for code in elements)
    if mine is not None and theirs is not None and mine.type is not theirs.type:
        yield Fault(
            at,
            path,
            f"`{mine.code}` is {mine.type.value}, `{theirs.code}` is {theirs.type.value}: values "
            "of different types never match",
            "give both elements the same type",
        )


LAWS = (
    Law(
        "CAT-003",
        "引用的名称必须存在",
        "every department, subject, element, code list, sensitivity class, resource, item and "
        "profile that is mentioned is declared",
        "",
        "correct the name (the message suggests the nearest), or declare it",
        _known,
    ),
    Law(
        "CAT-025",
        "references 必须指向单一主键",
        "`references` points to an item that alone is the key of its resource, of the same type",
        "三(六)",
        "reference the key of a resource with a one-item key",
        _references_a_key,
    ),
)
