"""Matching extracts: the rows of the ids that a consumer brings, keyed as it keyed them (五(三)).

Belongs here: the join of list and granted rows, writing it as the consumer asked. Keep out: lists
and their patterns (`lists`, `patterns`, `taking`). The list stays in memory. The answer lies for a
moment in a working folder, which the next run removes even if this process is killed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from governance.masks.copied import copied_scope
from outlets.answers.asking import Admitted, Request, admitted, answer_key, record
from outlets.answers.lists import ID, PLACE, Given
from outlets.answers.taking import chosen, hold_found, key_of, take_list
from outlets.handover.copies import put, recorded, require_free
from outlets.open_data.workbooks import write_workbook
from outlets.shares.handing_out import ENOUGH, check_leaving
from register.copies import Copy, Form, new_copy_name
from storage.digests import sha256_of_file
from storage.working_folders import working_folder

__all__ = ["RESULT", "Matched", "leave", "match"]

RESULT = "_result"
"""The column that says of each row of the list what came of it."""
_FORMATS = (".csv", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Matched:
    """A matching extract: ids asked for, found and not, and the rows it has."""

    grant: str
    resource: str
    asked: int
    found: int
    not_found: int
    rows: int

    def as_dict(self) -> dict[str, str | int]:
        """Return the JSON shape."""
        return asdict(self)


def match(request: Request, file: Path, place: Path, column: str = "") -> Matched:
    """Write the granted rows of the ids in a list, masked, beside the consumer's own row numbers.

    Args:
        request: of which grant, and for whom.
        file: the list; it is read and left as it is.
        place: where the answer goes, a CSV, Parquet or XLSX file that does not exist yet.
        column: the header of the list's column of ids.

    Raises:
        AccessError: it is refused, or something lies at `place`; the refusal is on record.
        AuditError: the act cannot be entered; nothing was handed out.
    """
    with admitted(request) as asked:
        part = asked.part()
        given = take_list(asked, file, column, once=False)
        key = answer_key(asked, part)
        check_leaving(part, key, ENOUGH * request.catalog.profile.k_anonymity.value)
        some = replace(part, rows=part.rows & chosen(asked, given))
        stored = some.frame(key, [key_of(asked).alias(ID)]).collect(engine="streaming")
        ids = given.rows[ID].drop_nulls()
        hold_found(asked, part, stored[ID].n_unique())
        found = int(ids.is_in(stored[ID].unique().implode()).sum())
        rows = _joined(asked, given, stored)
        done = Matched(
            request.grant, asked.ref, ids.len(), found, given.rows.height - found, rows.height
        )
        # the ids are the consumer's own, so that they are none of what it was given
        left = copied_scope([(asked.ref, [c for c in part.columns if c.code != asked.match])])
        leave(asked, rows, (done.asked, done.found), place, left)
        return done


def leave(
    asked: Admitted, rows: pl.DataFrame, counted: tuple[int, int], place: Path, scope: str = ""
) -> None:
    """Hand an answer over as a file: recorded in ledgers and audit log, then put in its place.

    `counted` are the ids asked for and found, `scope` tells the items that leave and their masks.

    Raises:
        AnswerError: it cannot be written in that format.
        AccessError: something lies there.
        AuditError: it cannot be entered; nothing was handed out.
    """
    request, suffix = asked.request, place.suffix.lower()
    if suffix not in _FORMATS:
        raise AnswerError(AnswerRefusal.FORM, where="--out", detail="、".join(_FORMATS))
    require_free(place)
    with working_folder(request.layout.work, "answer-") as folder:
        built = folder / f"answer{suffix}"
        _write(request, rows, built)
        digest = sha256_of_file(built)
        copy = Copy(
            copy=new_copy_name(request.day),
            grant=request.grant,
            consumer=asked.grant.consumer,
            resources=(asked.ref,),
            form=Form.ANSWER,
            medium=asked.grant.medium.value,
            sha256=digest,
            bytes=built.stat().st_size,
            rows=rows.height,
            at=request.at,
            by=request.by,
            receiver="",
            approval=request.approval,
            files=(digest,),
            scope=scope,
        )
        with recorded(request.layout, asked.grant, copy, request.operation):
            # before it leaves: an answer that breaks off counts, one that left always does
            record(asked, *counted)
            put(built, place)


def _joined(asked: Admitted, given: Given, stored: pl.DataFrame) -> pl.DataFrame:
    """Return each row of the list with each granted row of its id; once where there is none."""
    theirs = [PLACE, given.column, RESULT]
    ours = [name for name in stored.columns if name not in (ID, asked.match)]
    if set(theirs) & set(ours):
        where = f"{asked.ref}: {'、'.join(sorted(set(theirs) & set(ours)))}"
        raise AnswerError(AnswerRefusal.ITEM, where=where, detail="标识列与信息项同名")
    known = stored.select(ID, *ours).with_columns(pl.lit("found").alias(RESULT))
    joined = given.rows.select(PLACE, given.column, ID).join(known, on=ID, how="left")
    return (
        joined.with_columns(pl.col(RESULT).fill_null("not_found"))
        .select(*theirs, *ours)
        .sort(PLACE, *ours)
    )


def _write(request: Request, rows: pl.DataFrame, built: Path) -> None:
    table = built.with_name("rows.parquet")
    if built.suffix == ".csv":
        rows.write_csv(built, include_bom=True)
        return
    rows.write_parquet(table if built.suffix == ".xlsx" else built)
    why = write_workbook(table, built, request.now) if built.suffix == ".xlsx" else None
    if why:
        raise AnswerError(AnswerRefusal.FORM, where="--out", detail=why)
