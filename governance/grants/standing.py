"""The standing of a grant: what the store says of it now, beside what the catalogue says.

Belongs here: the value, and whether what was approved covers what the catalogue asks for. Keep out:
whether a grant holds (`decisions`), changing anything (`governance.applications`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from catalog_specs.masks.mask import Remains
from catalog_specs.models.sharing import Grant, GrantedResource
from governance.grants.life import GrantEvent, GrantState, Life, lived
from governance.grants.log import Log, read_log
from storage.digests import sha256_of_facts
from storage.layout import Layout

__all__ = [
    "Standing",
    "approval_of",
    "asks_for_more",
    "content_of",
    "digest_of",
    "lives_in",
    "standings",
    "standings_in",
]

_COMPARED = frozenset(
    {"name", "status", "approvals", "batch_reason", "valid_from", "valid_to", "resources"}
)
"""Fields of a grant that may differ, or are compared in their own way; all others are the same."""
_COMPARED_OF_RESOURCE = frozenset({"items", "where", "masks", "mark_disputed"})


@dataclass(frozen=True)
class Standing:
    """How a grant stands, what was approved of it, and by whom; `decisions` counts what holds."""

    grant: str
    state: GrantState
    approved_digest: str = ""
    content: Grant | None = None
    """What was granted; None while nothing was, or when it can no longer be read."""
    decisions: tuple[GrantEvent, ...] = ()
    """The approvals of what is granted; before that, those of what waits."""
    pending: Grant | None = None
    """What waits for decisions."""

    @property
    def valid_to(self) -> date | None:
        """Return the last day that was approved; None while nothing was."""
        return self.content.valid_to if self.content else None

    @classmethod
    def of(cls, grant: str, life: Life, contents: Mapping[int, Mapping[str, Any]]) -> Standing:
        """Return how a grant stands by its life and the contents of its applications."""
        granted = contents.get(life.granted or 0)
        return cls(
            grant,
            life.state,
            sha256_of_facts(granted) if granted is not None else "",
            _read(granted),
            life.held if life.granted is not None else life.given,
            _read(contents.get(life.pending or 0)),
        )


def approval_of(standing: Standing | None) -> str:
    """Return the documents by which a grant was approved; what needs none says so."""
    decisions = standing.decisions if standing else ()
    documents = dict.fromkeys(one.document for one in decisions if one.document)
    return "；".join(documents) or "无条件共享"


def standings(layout: Layout, address: str = "") -> dict[str, Standing]:
    """Return how every grant stands that was ever applied for; nothing where there is no store.

    Raises:
        SettingsError: the store does not answer, or cannot be read: then nothing is known.
    """
    return standings_in(read_log(layout, address))


def standings_in(log: Log) -> dict[str, Standing]:
    """Return how every grant of a log stands."""
    return {grant: standing for grant, (_, standing) in lives_in(log).items()}


def lives_in(log: Log) -> dict[str, tuple[Life, Standing]]:
    """Return the life of every grant of a log, and how it stands."""
    events, contents = log
    each: dict[str, list[GrantEvent]] = {}
    for one in events:
        each.setdefault(one.grant, []).append(one)
    lives = ((grant, lived(found)) for grant, found in each.items())
    return {grant: (life, Standing.of(grant, life, contents)) for grant, life in lives if life}


def content_of(grant: Grant) -> dict[str, Any]:
    """Return what a grant asks for, as it is kept; neither its state nor typed-in approvals."""
    return grant.model_dump(mode="json", exclude={"approvals", "status"})


def digest_of(grant: Grant) -> str:
    """Return the digest of what a grant asks for."""
    return sha256_of_facts(content_of(grant))


def asks_for_more(approved: Grant, now: Grant) -> str | None:
    """Return where a grant of the catalogue goes beyond what was approved; None where it does not.

    Fewer items, further conditions, a shorter term and dropped columns are less, and need nobody.
    """
    # both as they are kept: a day in a condition comes back from JSON as text
    approved, now = (Grant.model_validate(content_of(one)) for one in (approved, now))
    for name in sorted(Grant.model_fields.keys() - _COMPARED):
        if getattr(approved, name) != getattr(now, name):
            return name
    if now.valid_from < approved.valid_from:
        return "valid_from"
    if now.valid_to > approved.valid_to:
        return "valid_to"
    of = {one.resource: one for one in approved.resources}
    for one in now.resources:
        before = of.get(one.resource)
        if before is None:
            return one.resource
        more = _more_of(before, one)
        if more is not None:
            return f"{one.resource}.{more}"
    return None


def _more_of(approved: GrantedResource, now: GrantedResource) -> str | None:
    for code in now.items:
        mask = now.masks.get(code)
        if code not in approved.items or (
            mask != approved.masks.get(code)
            and (mask is None or mask.remains is not Remains.ABSENT)
        ):
            return code
    if any(one not in now.where for one in approved.where):
        return "where"
    if now.match not in {None, approved.match}:
        return "match"
    if now.mark_disputed and not approved.mark_disputed:
        return "mark_disputed"
    others = GrantedResource.model_fields.keys() - _COMPARED_OF_RESOURCE
    return next(
        (n for n in sorted(others) if getattr(now, n) not in {None, getattr(approved, n)}), None
    )


def _read(content: Mapping[str, Any] | None) -> Grant | None:
    """Return a kept grant; None when today's program cannot read it, which covers nothing."""
    if content is None:
        return None
    try:
        return Grant.model_validate(content)
    except ValidationError:
        return None
