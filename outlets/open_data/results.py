"""Results of a release: a release, or a refusal with its reason.

Belongs here: the two values and the codes of refusals. Keep out: how they come about
(`outlets.open_data.release`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog_specs.vocabulary import Term

__all__ = ["Refusal", "RefusalCode", "Release"]


class RefusalCode(Term):
    """Why a set was not released."""

    NOT_MASKED = ("DIS-101", "脱敏规则缺失、不适用或开放范围不符")
    UNMEASURED = ("DIS-102", "涉及个人或受保护信息，而来源资源中没有可据以计数的标识")
    NOT_AGGREGATED = ("DIS-103", "来源资源尚未汇聚")
    SMALL_CLASSES = ("DIS-104", "存在小于阈值的等价类，可能识别到个体")
    NOTHING_LEFT = ("DIS-105", "没有可以发布的行")
    MASK_UNDONE = ("DIS-106", "脱敏后的值仍与原值一一对应，等于没有脱敏")
    FREE_TEXT = ("DIS-107", "文字中含有证件号、手机号、账号或个人标识")
    TOO_CLOSE = ("DIS-108", "与上次发布相差不足阈值人数，发布周期未到，暂缓发布")
    WITHDRAWN = ("DIS-120", "最近的版本已按决定撤回，来源与条款未变，不再发布")


@dataclass(frozen=True)
class Release:
    """One immutable release; `created` is False when the last one still stands.

    It does while nothing changed, and while its set's cadence does not allow another: then `held`.
    `suppressed` is how many rows were left out at most; the very number would tell how large the
    cells are that are missing.
    """

    dataset: str
    release: str
    rows: int
    suppressed: int
    created: bool
    held: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class Refusal:
    """A release that does not exist, and why: counts and column names, never a value.

    `combination` is the smallest set of columns that fails, `classes` and `rows` how many classes
    of them are too small and how many rows stand in those; `detail` says what else is known.
    """

    dataset: str
    code: RefusalCode
    explanation: str
    combination: tuple[str, ...] = ()
    classes: int = 0
    rows: int = 0
    detail: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)
