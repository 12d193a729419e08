"""Acts: what the regulation wants on record of everything that is done with the city's data.

Belongs here: the nine operations of 八(四), the seven fields of 八(二), and refusing an act that
lacks one. Keep out: entering acts (`audit.log`). No field holds a cell value or a person's name:
posts, service accounts, names of resources and columns, counts and digests only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from catalog_specs.errors import AuditError
from catalog_specs.vocabulary import Term

__all__ = ["MANDATORY", "Act", "Entry", "Operation", "canonical"]

VERSION = 1
"""Of the shape of an entry."""
LONGEST = 0xFFFF
"""Bytes of an entry: a bundle writes its length in two bytes."""


class Operation(Term):
    """What is done with data: the nine operations that are logged (八(四))."""

    AGGREGATE = ("aggregate", "汇聚")
    CLEAN = ("clean", "清洗")
    SHARE = ("share", "共享")
    QUERY = ("query", "查询")
    COMPARE = ("compare", "比对")
    DOWNLOAD = ("download", "下载")
    ANALYSE = ("analyse", "分析研判")
    ACCESS = ("access", "访问")
    MAINTAIN = ("maintain", "更新维护")


@dataclass(frozen=True)
class Act:
    """One act, as it is entered before it happens.

    The first eight fields are the operation and what 八(二) asks of every record; none is empty.
    `facts` are names and counts that tell more of it; `at` is ISO 8601 with offset.

    Raises:
        AuditError: a mandatory field is empty, or `at` is no moment.
    """

    operation: Operation
    purpose: str
    """具体用途."""
    user: str
    """使用人员: a post or a service account."""
    approver: str
    """批准人员: the post, department or document that allows it."""
    content: str
    """数据内容: resources and columns, never their values."""
    at: str
    """获取时间."""
    way: str
    """获取方式."""
    medium: str
    """介质类型."""
    resource: str = ""
    department: str = ""
    """The department whose data it is about: its digest of a day has the act (八(四))."""
    grant: str = ""
    rows: int | None = None
    procedure: str = ""
    """The special procedure by which it is done (五(九)): then the log has a commitment alone."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an act that does not say what the regulation wants said."""
        empty = [name for name in MANDATORY if not str(getattr(self, name)).strip()]
        if empty:
            raise AuditError(
                f"an act does not say {', '.join(empty)}",
                where=self.resource or self.grant or str(self.operation),
                remedy="say it: without all seven fields of 八(二) nothing is done",
            )
        if _moment(self.at) is None:
            raise AuditError(
                "the moment of an act is none, or names no offset",
                where=self.resource or self.grant or str(self.operation),
                remedy="give it in ISO 8601 with its offset, as `City.clock` does",
            )

    @property
    def departments(self) -> tuple[str, ...]:
        """Return the departments whose data it is about: their digests have it (八(四))."""
        named = (str(ref).partition("/")[0] for ref in self.facts.get("resources", ()))
        return tuple(dict.fromkeys(one for one in (self.department, *named) if one))

    @property
    def is_use(self) -> bool:
        """Say whether a consumer took or asked something: no refusal is that, and no look at it."""
        return self.operation in _USES and not _NO_USE & self.facts.keys()


_USES = frozenset(
    {
        Operation.QUERY,
        Operation.COMPARE,
        Operation.DOWNLOAD,
        Operation.ANALYSE,
        Operation.ACCESS,
    }
)
"""Operations of a consumer; deciding about a grant, and making its share, are none."""
_NO_USE = frozenset({"refused", "denied", "act", "stranger"})
"""Facts of what was refused, of what is done to a grant instead of under it, and of a look at what
it allows."""
MANDATORY = ("purpose", "user", "approver", "content", "at", "way", "medium")
"""The seven fields of 八(二), in its order."""


@dataclass(frozen=True)
class Entry:
    """An act in the log, and its place there: `index` counts from zero."""

    index: int
    act: Act

    def octets(self) -> bytes:
        """Return the bytes that are hashed and kept: JSON with sorted keys, without blanks."""
        said: dict[str, Any] = {"v": VERSION, "operation": self.act.operation.value}
        for one in fields(self.act)[1:]:
            value = getattr(self.act, one.name)
            said |= {} if value in ("", None, {}) else {one.name: value}
        octets = canonical(said)
        if len(octets) > LONGEST:
            raise AuditError(
                f"an entry of {len(octets):,} bytes is longer than one may be ({LONGEST:,})",
                where=self.act.resource or self.act.grant,
                remedy="enter it as several acts",
            )
        return octets

    @classmethod
    def of(cls, index: int, octets: bytes) -> Entry:
        """Read an entry back; AuditError when it is none of ours."""
        try:
            said = json.loads(octets)
            version = said.pop("v")
            act = Act(**{**said, "operation": Operation(said["operation"])})
        except (ValueError, TypeError, KeyError, AttributeError):
            version, act = None, None
        if version != VERSION or act is None:
            raise AuditError(
                "an entry of the audit log cannot be read",
                where=f"audit entry {index}",
                remedy="check the log with `quanshu audit verify`; restore it from a backup",
            )
        return cls(index, act)


def canonical(said: Mapping[str, Any]) -> bytes:
    """Return what an entry says as the bytes that are hashed: JSON in its one spelling."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
