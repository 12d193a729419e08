"""Sharing: types and methods, and the approvals that they ask for (五(三)、五(四)).

Belongs here: those rules, of one resource and one grant. Keep out: finding faults in a catalogue
(`catalog_specs.laws`), whether a grant holds today (`governance.grants`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from catalog_specs.models.organisation import Department
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Exit, Grant
from catalog_specs.vocabulary import ApprovalRole, Method, ShareType

__all__ = [
    "Signature",
    "approvals_missing",
    "granted_twice",
    "lacks_reason",
    "may_ask_specially",
    "may_hand_out",
    "share_type_of",
    "signatures_needed",
    "strictest",
    "touched",
]

_STRICTNESS = (ShareType.UNCONDITIONAL, ShareType.CONDITIONAL, ShareType.NOT_YET)


class Signature(NamedTuple):
    """Whose approval it is, and in which capacity."""

    by: str
    role: ApprovalRole


def touched(source: Exit) -> tuple[str, ...]:
    """Return the items of which something leaves: handed out, or what rows are chosen by."""
    asked = () if source.match is None else (source.match,)
    return tuple(dict.fromkeys((*source.items, *(one.item for one in source.where), *asked)))


def share_type_of(resource: Resource, code: str) -> ShareType:
    """Return the sharing type of an item: its own, or its resource's."""
    own = next((item.share for item in resource.items if item.code == code), None)
    return own or resource.share.type


def strictest(resource: Resource, source: Exit) -> ShareType:
    """Return the strictest sharing type of all that is touched."""
    kinds = {share_type_of(resource, code) for code in touched(source)}
    return max(kinds, key=_STRICTNESS.index)


def may_hand_out(method: Method, kind: ShareType) -> bool:
    """Say whether a method may be used on a sharing type: 暂不共享 only answers (五(四))."""
    return kind is not ShareType.NOT_YET or not method.materialised


def lacks_reason(grant: Grant) -> bool:
    """Say whether a batch exchange does not say why nothing less suffices (五(三))."""
    return grant.method is Method.BATCH and not grant.batch_reason


def granted_twice(grant: Grant) -> Iterator[int]:
    """Yield the places of resources that the grant names a second time."""
    refs = [granted.resource for granted in grant.resources]
    return (index for index, ref in enumerate(refs) if ref in refs[:index])


def may_ask_specially(grant: Grant, consumer: Department | None) -> bool:
    """Say whether a grant asks by no special procedure, or its consumer may ask so (五(九))."""
    return grant.procedure is None or (consumer is not None and consumer.special)


def approvals_missing(
    authority: str,
    resource: Resource,
    kind: ShareType,
    given: Iterable[Signature],
    *,
    special: bool = False,
) -> tuple[Signature, ...]:
    """Return whose approval a sharing type asks for and nobody gave (五(四)).

    Unconditional sharing asks for none; anything else for the authority's and the producer's. What
    is asked for by a special procedure, the authority alone decides, whatever its type (五(九)).
    """
    of_authority = Signature(authority, ApprovalRole.AUTHORITY)
    if special:
        needed: tuple[Signature, ...] = (of_authority,)
    elif kind is ShareType.UNCONDITIONAL:
        needed = ()
    else:
        needed = (of_authority, Signature(resource.provider, ApprovalRole.PRODUCER))
    there = frozenset(given)
    return tuple(one for one in needed if one not in there)


def signatures_needed(
    authority: str, resources: Mapping[str, Resource], grant: Grant
) -> tuple[Signature, ...]:
    """Return everybody who must approve a grant: the authority, and every producer it touches."""
    found = (
        one
        for granted in grant.resources
        if (resource := resources.get(granted.resource)) is not None
        for one in approvals_missing(
            authority,
            resource,
            strictest(resource, granted),
            (),
            special=grant.procedure is not None,
        )
    )
    return tuple(dict.fromkeys(found))
