"""Grants and open sets: what may leave, for whom, for what purpose, and how masked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from catalog_specs.masks.registry import AnyMask
from catalog_specs.models.condition import Condition
from catalog_specs.models.sensitivity import Way
from catalog_specs.spec import Code, ResourceRef, Spec, Text
from catalog_specs.vocabulary import (
    ApprovalRole,
    GrantStatus,
    Medium,
    Method,
    OpenType,
    SmallClasses,
    UpdateCycle,
)

__all__ = ["Approval", "Exit", "Grant", "GrantedResource", "OpenSet"]


class Approval(Spec):
    """Who approved, as an earlier version kept it in the catalogue: brought into the store once."""

    by: Code
    role: ApprovalRole
    post: Text
    on: date
    reference: Text


class GrantedResource(Spec):
    """The columns and rows of one resource that a grant covers."""

    resource: ResourceRef
    items: tuple[Code, ...] = Field(min_length=1)
    where: tuple[Condition, ...] = ()
    masks: dict[Code, AnyMask] = Field(default_factory=dict)
    """Item → mask, where it differs from the element's."""
    match: Code | None = None
    """The item by which the consumer may ask for its own ids, one list at a time (五(三)、五(四));
    None where it may not: then there are neither matching extracts nor verifications."""
    mark_disputed: bool = False
    """Whether a column `_disputed` names, row by row, which of these items somebody reported as
    wrong and nobody has settled yet (七(二))."""

    way: ClassVar[Way] = "share"

    @property
    def to_everybody(self) -> bool:
        """Say whether anybody may take it: a grant names one consumer."""
        return False


class Grant(Spec):
    """What one consumer applies for: scenario, basis, columns, rows, method, term (二(二))."""

    code: Code
    name: Text
    consumer: Code
    scenario: Text
    purpose: Text
    legal_basis: tuple[Text, ...] = Field(min_length=1)
    method: Method
    batch_reason: Text | None = None
    """Why interface or verification does not suffice; needed for batch (五(三))."""
    medium: Medium = Medium.PLATFORM
    procedure: Text | None = None
    """Number of the document of the prescribed procedure by which a special department asks
    (五(九)): the authority alone decides. None for everybody else."""
    valid_from: date
    valid_to: date
    """Last day of validity, inclusive."""
    status: GrantStatus = GrantStatus.ACTIVE
    approvals: tuple[Approval, ...] = ()
    """Of an earlier version: a home that it made takes them over once; else they count for nothing.
    Decisions are made with `quanshu grant decide` (五(四))."""
    terms: Text
    resources: tuple[GrantedResource, ...] = Field(min_length=1)

    def scope(self, refs: Collection[str] | None = None) -> str:
        """Return in words which resources and items it covers, of some resources or of all."""
        return "；".join(
            f"{one.resource}（{'、'.join(one.items)}）"
            for one in self.resources
            if refs is None or one.resource in refs
        )

    @model_serializer(mode="wrap")
    def _without_empty_procedure(self, others: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a procedure that is none: digests of before, which know no such word, hold."""
        said: dict[str, Any] = others(self)
        if said.get("procedure", "") is None:
            del said["procedure"]
        return said

    @model_validator(mode="after")
    def _term_rises(self) -> Grant:
        if self.valid_to < self.valid_from:
            raise ValueError("`valid_to` lies before `valid_from`")
        return self


class OpenSet(Spec):
    """One open-data set: a masked projection of one resource, checked before every release."""

    code: Code
    name: Text
    summary: Text
    resource: ResourceRef
    type: Literal[OpenType.UNIVERSAL, OpenType.AUTHORISED]
    theme: Text
    keywords: tuple[Text, ...] = ()
    licence: Text
    items: tuple[Code, ...] = Field(min_length=1)
    where: tuple[Condition, ...] = ()
    masks: dict[Code, AnyMask] = Field(default_factory=dict)
    quasi_identifiers: tuple[Code, ...] = ()
    """Further items that count towards k; those that tell of a person always do (六(一))."""
    cadence: UpdateCycle | None = None
    """How often a set in which persons are counted is released at most; a change in between waits,
    so that no two releases differ by a single person."""
    sample: int | None = Field(default=None, ge=1, le=99)
    """Per cent of the persons (or firms, or rows) that are in the set: drawn by a key, so that
    nobody can tell who, and the same ones in every release."""
    sole_traders: Text | None = None
    """The law by which data of sole traders (个体工商户) are published; without one their rows are
    left out, because such a firm is a natural person."""
    small_classes: SmallClasses = SmallClasses.REFUSE
    """What happens to rows whose quasi-identifier class is smaller than the profile's k."""

    way: ClassVar[Way] = "open"
    match: ClassVar[None] = None
    """Nobody asks open data for ids."""

    @property
    def to_everybody(self) -> bool:
        """Say whether anybody may take it (普遍开放)."""
        return self.type is OpenType.UNIVERSAL


Exit = GrantedResource | OpenSet
"""One way out: items and rows of one resource that a grant or an open set covers."""
