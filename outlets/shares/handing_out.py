"""Checks of a share: what its rows reveal beyond their masks, before and after writing.

Belongs here: refusing masks that mask nothing and numbers of persons in words, and how many rows
stand alone without their pseudonyms. Keep out: how either is found (`governance.masks.effect`,
`governance.free_text`), writing (`outlets.shares.project`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from catalog_specs.errors import AccessError
from governance.free_text import scan_text
from governance.keys import DerivedKey
from governance.masks.columns import MaskedColumn
from governance.masks.effect import may_be_chance, undone
from outlets.shares.plan import Part
from storage.delta.extracts import extract_files

__all__ = ["ENOUGH", "alone_text", "check_leaving", "rows_alone"]

ENOUGH = 4
"""How many times k different originals are needed before a mask that joins no two of them counts
as none: a dozen people may well have a dozen years of birth."""

_KINDS = {
    "resident_id": "公民身份号码",
    "mobile": "手机号码",
    "account": "银行账号",
    "sole_trader": "个体工商户信用代码",
}


def check_leaving(
    part: Part, key: DerivedKey | None, least: int, came: Sequence[Part] | None = None
) -> None:
    """Hold the rows of one granted resource to what their masks promise.

    Args:
        part: the granted rows and columns.
        key: the key of the grant; needed by pseudonyms only.
        least: how many different originals a mask must have left apart to be called none.
        came: the rows whose words nobody has read yet, where the others left before; else all.

    Raises:
        AccessError: masked values tell every original from every other, or words hold numbers of
            persons; it names columns and counts, never a value.
    """
    frame = part.judged(key)
    new = [one.judged(key) for one in came or ()]
    apart = undone(frame, part.columns, least, new)
    columns = [column for column in part.columns if column.code in apart]
    bare = [one.code for one in columns if not may_be_chance(frame, one, least // ENOUGH)]
    if bare:
        raise AccessError(
            "the masked values are as many as the originals: nothing is masked",
            where="、".join(f"{part.resource.ref}.{code}" for code in bare),
            remedy="generalise further, use a pseudonym, or leave the item out of the grant",
        )
    for one in (part,) if came is None else came:
        _check_words(one, key)


def _check_words(part: Part, key: DerivedKey | None) -> None:
    found = scan_text(part.judged(key), part.columns, part.key_columns)
    if found:
        raise AccessError(
            "free text holds numbers of persons",
            where="、".join(
                f"{part.resource.ref}.{one.column}（{_counted(one.counts)}）" for one in found
            ),
            remedy="correct the source, or mask the item with `redact`",
        )


def rows_alone(folder: Path, columns: Sequence[MaskedColumn]) -> int:
    """Return how many rows of an extract are the only ones with their values.

    Pseudonyms are left out: each of them is unique by itself. Rows are compared by a 64-bit hash of
    their values; a chance collision would make the count two too low.
    """
    open_columns = [pl.col(c.code) for c in columns if not c.needs_key]
    if not open_columns:
        return 0
    rows = pl.scan_parquet(extract_files(folder), glob=False, hive_partitioning=False)
    row = pl.struct(open_columns).hash().alias("row")
    counts = rows.select(row).group_by("row").agg(pl.len().alias("rows"))
    alone = counts.filter(pl.col("rows") == 1).select(pl.len())
    return int(alone.collect(engine="streaming").item())


def alone_text(rows: int, alone: int) -> str:
    """Return in Chinese how many rows can be told apart in spite of pseudonyms."""
    if not rows:
        return "没有记录"
    percent = alone * 100 / rows
    said = "不足1" if 0 < percent < 1 else f"{percent:.0f}"
    return f"除假名列外，{said}% 的行取值组合唯一；假名本身不能防止关联识别"


def _counted(counts: Mapping[str, int]) -> str:
    return "，".join(f"{_KINDS.get(kind, kind)} {count} 行" for kind, count in counts.items())
