"""The watermark of a copy: the order of its rows, which a key chooses among equally true ones.

Belongs here: the text that a cell is compared as, the order of a copy, the mark in its metadata.
Keep out: finding a copy by them (`trace`). Nothing of the data is changed: a table has no order, so
that every order of its rows is as true as any other. Rows lie in the order of a keyed hash of what
they hold. A part of them lies in the same order, whatever file it is written to. The hash is of
what leaves, so that the order tells nothing of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from governance.keys import DerivedKey, KeyRing
from outlets.open_data.packaging.csv_flavour import GUARD, TRIGGERS

__all__ = [
    "NOTE",
    "cell_text",
    "copy_key",
    "deciding",
    "keyed",
    "mark",
    "row_text",
    "scheme",
    "version_of",
]

NOTE = "quanshu.mark"
"""Where the metadata of a file of ours has its mark."""
_SCHEME = "order-1"
_DIGITS = 16


def copy_key(keys: KeyRing, copy: str, version: int | None = None) -> DerivedKey:
    """Return the key of one copy, by which no other copy is ordered.

    Raises:
        SettingsError: there is no master key, or not in this version.
    """
    return keys.derive(f"copy:{copy}", version)


def scheme(key: DerivedKey) -> str:
    """Return what the ledger says of a copy's watermark: how it is made, and with which key."""
    return f"{_SCHEME}:{key.version}"


def version_of(watermark: str) -> int | None:
    """Return the version of the master key that a copy is marked with; None where it is not."""
    known, _, version = watermark.partition(":")
    return int(version) if known == _SCHEME and version.isdecimal() else None


def mark(key: DerivedKey, copy: str) -> str:
    """Return the mark in the metadata of a copy's files: who has not the key cannot make it."""
    import hashlib
    import hmac

    told = hmac.digest(key.secret, f"metadata of {copy}".encode(), hashlib.sha256)
    return told.hex()[: 2 * _DIGITS]


def cell_text(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column as the text that is the same in Parquet, CSV and XLSX.

    An empty text is no value; blanks around it, the guard against formulas and the last zeros of a
    fraction are not part of it.
    """
    value = pl.col(name)
    if isinstance(kind, pl.Datetime):
        text = value.dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    else:
        text = value.cast(pl.String)
    text = text.fill_null("").str.strip_chars()
    unguarded = text.str.contains(f"^{GUARD}{TRIGGERS.removeprefix('^')}")
    text = pl.when(unguarded).then(text.str.slice(1)).otherwise(text)
    short = text.str.strip_chars_end("0").str.strip_chars_end(".")
    fraction = text.str.contains(r"^-?\d+\.\d+$")
    return pl.when(fraction).then(short).otherwise(text).alias(name)


def row_text(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return a row as one text, with a separator that no cell of a city holds."""
    return pl.concat_str([cell_text(*one) for one in schema.items()], separator="\x1f")


def keyed(text: pl.Expr, key: DerivedKey) -> pl.Expr:
    """Return what texts are ordered by."""
    import polars_hash  # noqa: F401 - registers the namespace `chash`; loaded only when needed

    hashed: pl.Expr = text.chash.hmac_sha256(key=key.text)  # type: ignore[attr-defined]
    return hashed.str.slice(0, _DIGITS)


def deciding(rows: pl.LazyFrame) -> pl.Expr:
    """Return the text that decides the order of a table: of one column, or of whole rows.

    A column that tells most rows apart decides: then the order outlives the loss of all others.
    """
    schema = rows.collect_schema()
    texts = {name: pl.col(name).approx_n_unique() for name in schema.names()}
    counts = rows.select(pl.len().alias(""), **texts).collect(engine="streaming")
    found: Sequence[tuple[int, str]] = [
        (counts[name].item(), name) for name, kind in schema.items() if kind != pl.Boolean
    ]
    most, name = max(found, key=lambda one: one[0], default=(0, ""))
    if name and 2 * most >= counts[""].item():
        return cell_text(name, schema[name])
    return row_text(schema)
