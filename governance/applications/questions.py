"""Questions: what an official should ask before approving, for least privilege (二(二)、五(三)).

Belongs here: what can be seen of an application by itself. Keep out: what makes it unlawful
(`governance.grants.decisions`). Whether a scenario needs a column nobody can compute; a column that
neither scenario nor purpose names is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.masks.mask import Remains
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.leaving.persons import is_protected
from catalog_specs.vocabulary import Method
from governance.masks.columns import mask_of

__all__ = ["Question", "questions"]

LONG_YEARS = 3
"""A term beyond so many years is questioned."""


@dataclass(frozen=True)
class Question:
    """One question: about what, in both languages, and by which clause."""

    where: str
    zh: str
    en: str
    clause: str = "二(二)"

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape."""
        return {"where": self.where, "zh": self.zh, "en": self.en, "clause": self.clause}


def questions(catalog: Catalog, grant: Grant) -> tuple[Question, ...]:
    """Return what to ask about an application, whole grant first, then column by column."""
    return (*_of_grant(grant), *_of_resources(catalog, grant))


def _of_grant(grant: Grant) -> Iterator[Question]:
    if grant.method is Method.BATCH:
        said = grant.batch_reason or "未说明 / not said"
        yield Question(
            grant.code,
            f"批量交换：接口或核验为何不能满足（所述理由：{said}）",
            f"batch: why does an interface or verification not do (the reason given: {said})",
            "五(三)",
        )
    if grant.procedure is not None:
        yield Question(
            grant.code,
            f"特殊程序：文书 {grant.procedure} 是否有效、范围是否相符",
            f"special procedure: is {grant.procedure} valid, and does it cover this",
            "五(九)",
        )
    if grant.valid_to.year - grant.valid_from.year > LONG_YEARS:
        yield Question(grant.code, "授权期限较长，是否必要", "a long term: is it needed")


def _of_resources(catalog: Catalog, grant: Grant) -> Iterator[Question]:
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is None:
            continue
        yield from _of_scope(resource, granted)
        yield from _of_scenario(catalog, grant, resource, granted)
        for code in granted.items:
            yield from _of_item(catalog, grant, (resource, granted), code)


def _of_scope(resource: Resource, granted: GrantedResource) -> Iterator[Question]:
    stored = {item.code for item in resource.stored}
    if stored and stored <= set(granted.items):
        yield Question(resource.ref, "申请了全部信息项，是否都需要", "every column: are all needed")
    if not granted.where:
        yield Question(resource.ref, "未限定行范围，是否需要全部记录", "every row: are all needed")


def _of_scenario(
    catalog: Catalog, grant: Grant, resource: Resource, granted: GrantedResource
) -> Iterator[Question]:
    """Ask about the columns that scenario and purpose do not name, in one question a resource.

    The key, what is matched and what rows are chosen by need no words: without them there is no
    record to tell of. A column that is dropped or constant tells nothing.
    """
    needed = {*resource.key, granted.match, *(one.item for one in granted.where)}
    said = f"{grant.name} {grant.scenario} {grant.purpose}"
    unnamed = [
        catalog.name_of(item)
        for item in resource.stored
        if item.code in granted.items
        and item.code not in needed
        and not _hidden(granted, item.code)
        and catalog.name_of(item) not in said
    ]
    if unnamed:
        names = "、".join(unnamed)
        yield Question(
            resource.ref,
            f"场景和用途未提及：{names}，是否需要",
            f"neither scenario nor purpose names: {names}; are they needed",
        )


def _hidden(granted: GrantedResource, code: str) -> bool:
    mask = granted.masks.get(code)
    return mask is not None and mask.remains.hidden


def _of_item(
    catalog: Catalog, grant: Grant, place: tuple[Resource, GrantedResource], code: str
) -> Iterator[Question]:
    resource, granted = place
    item = next((one for one in resource.stored if one.code == code), None)
    if item is None or not is_protected(catalog, catalog.element_of(item)):
        return
    where = f"{resource.ref}.{code}"
    try:
        bare = mask_of(catalog, resource, item, granted).remains is Remains.AS_IS
    except AccessError:
        yield Question(where, "没有可用的脱敏方式", "no mask fits", "六(一)")
        return
    if bare and grant.method.materialised:
        yield Question(where, "敏感信息项未脱敏", "sensitive, and not masked", "六(一)")
    if grant.method is Method.VERIFY and code in resource.key:
        yield Question(
            where,
            "核验的主键：只比对，不返回",
            "the key of a verification: compared, never returned",
            "五(四)",
        )
