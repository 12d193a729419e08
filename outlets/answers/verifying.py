"""Verification: whether what a consumer claims of its ids is so, and never what is (五(四)).

Belongs here: comparing claimed values with stored ones. Keep out: lists and their patterns
(`lists`, `patterns`, `taking`). Both sides are compared under the grant's mask, so that a claim
cannot find out more than the mask would show. One result for all claims of a row: which of them is
wrong would tell of the others.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.vocabulary import ItemType
from governance.keys import DerivedKey
from governance.masks.columns import MaskedColumn
from outlets.answers.asking import Admitted, Request, admitted, answer_key, record, telling
from outlets.answers.lists import ID, PLACE, Given, claims
from outlets.answers.matching import RESULT, leave
from outlets.answers.taking import chosen, hold_found, key_of, take_list
from outlets.shares.plan import Part
from storage.delta.extracts import polars_type
from storage.delta.table_shape import column_type

__all__ = ["Verified", "verify"]

_TRUE, _FALSE = ("true", "1", "是"), ("false", "0", "否")


@dataclass(frozen=True)
class Verified:
    """How many rows of a list are so, are not, and were not found; `results` are by row number."""

    grant: str
    resource: str
    asked: int
    match: int
    mismatch: int
    not_found: int
    results: tuple[tuple[int, str], ...]

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape."""
        said = asdict(self)
        return {**said, "results": [{PLACE: n, RESULT: one} for n, one in self.results]}


def verify(request: Request, file: Path, column: str = "", place: Path | None = None) -> Verified:
    """Say of each row of a list whether all that it claims of its id is so.

    Further columns of the list are claims, headed by items' codes or names; an empty cell claims
    nothing. Without claims a row matches when its id is found.

    Raises:
        AccessError: it is refused; the refusal is on record.
        AuditError: the act cannot be entered; nothing is told.
    """
    with admitted(request) as asked:
        part = asked.part()
        given = take_list(asked, file, column, once=True)
        claimed = claims(given, _claimable(asked, part))
        rows = _judged(asked, part, given, claimed)
        counts = {value: rows.filter(pl.col(RESULT) == value).height for value in _RESULTS}
        found = counts["match"] + counts["mismatch"]
        hold_found(asked, part, found)
        if place is None:
            facts: dict[str, str | int] = {"asked": given.asked, "found": found}
            facts["by"] = "、".join(claimed.values())
            with telling(asked, rows.height, facts):
                record(asked, given.asked, found)
        else:
            told = given.rows.select(PLACE, given.column).join(rows, on=PLACE, how="left")
            leave(asked, told, (given.asked, found), place)
        results = tuple(rows.iter_rows())
        return Verified(request.grant, asked.ref, given.asked, **counts, results=results)


_RESULTS = ("match", "mismatch", "not_found")


def _claimable(asked: Admitted, part: Part) -> dict[str, str]:
    columns = [one for one in part.columns if one.code != asked.match]
    return {name: one.code for one in columns for name in (one.code, one.name)}


def _judged(asked: Admitted, part: Part, given: Given, claimed: dict[str, str]) -> pl.DataFrame:
    """Return row number and result; a row matches if one stored row of its id has all it claims."""
    key = answer_key(asked, part)
    columns = [one for one in part.columns if one.code in claimed.values()]
    some = replace(part, rows=part.rows & chosen(asked, given), columns=tuple(columns))
    some = replace(some, disputed=None)
    stored = some.frame(key, [key_of(asked).alias(ID)]).collect(engine="streaming")
    theirs = _claims(given, claimed, columns, key)
    same = [_same(one.code) for one in columns]
    pairs = theirs.join(stored.with_columns(_there=True), on=ID, how="left", suffix=_STORED)
    verdict = pl.all_horizontal(same) if same else pl.lit(value=True)
    return (
        pairs.group_by(PLACE, maintain_order=True)
        .agg(there=pl.col("_there").any(), so=(pl.col("_there") & verdict).any())
        .select(
            PLACE,
            pl.when(pl.col("so"))
            .then(pl.lit("match"))
            .when(pl.col("there"))
            .then(pl.lit("mismatch"))
            .otherwise(pl.lit("not_found"))
            .alias(RESULT),
        )
        .sort(PLACE)
    )


_STORED, _TEXT = "\0stored", "\0text"
"""Endings of columns that no item's code can have."""


def _same(code: str) -> pl.Expr:
    """Return whether a claim is so: its own words, or its value under the same mask, are stored."""
    stored, text = pl.col(f"{code}{_STORED}"), pl.col(f"{code}{_TEXT}")
    equal = (pl.col(code) == stored) | (text == stored.cast(pl.String))
    return text.is_null() | equal.fill_null(value=False)


def _claims(
    given: Given, claimed: dict[str, str], columns: list[MaskedColumn], key: DerivedKey | None
) -> pl.DataFrame:
    """Return the claims, each as its text and as its value under the mask of its item."""
    heads = {code: head for head, code in claimed.items()}
    typed = given.rows.select(
        PLACE,
        ID,
        *(pl.col(heads[one.code]).alias(f"{one.code}{_TEXT}") for one in columns),
        *(_typed(heads[one.code], one).alias(one.code) for one in columns),
    )
    texts = [f"{one.code}{_TEXT}" for one in columns]
    return typed.select(PLACE, ID, *texts, *(one.expression(key) for one in columns))


def _typed(head: str, column: MaskedColumn) -> pl.Expr:
    """Return a claimed text as its item's type; null where it is none."""
    text, kind = pl.col(head), column.element.type
    match kind:
        case ItemType.STRING:
            return text
        case ItemType.DATE:
            return text.str.to_date("%Y-%m-%d", strict=False)
        case ItemType.DATETIME:
            return text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        case ItemType.BOOLEAN:
            small = text.str.to_lowercase()
            truth = pl.when(small.is_in(_TRUE)).then(statement=True)
            return truth.when(small.is_in(_FALSE)).then(statement=False)
        case ItemType.INTEGER | ItemType.DECIMAL:
            return text.cast(polars_type(column_type(column.element)), strict=False)
    raise AnswerError(AnswerRefusal.ITEM, where=column.code)
