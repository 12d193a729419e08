"""Receipts: the facts on record about one landed delivery.

Belongs here: writing and reading receipt.json, and where a delivery's files are. Keep out: making a
delivery (`landing`), which of them there are (`landed`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from catalog_specs.errors import UnreadableError
from register.records import Delivery
from storage.digests import sha256_of_file
from storage.engines.plain_text import PlainText
from storage.layout import Layout
from storage.places.deposits import fetch
from storage.places.object_path import ObjectPath, ObjectState

__all__ = [
    "Recognised",
    "deposited",
    "raw_file",
    "read_receipt",
    "rows_file",
    "write_receipt",
]


@dataclass(frozen=True)
class Recognised:
    """The same bytes were delivered before, as `delivery`; the file was taken away, no more."""

    resource: str
    delivery: str
    """The earlier delivery that holds these bytes."""
    file: str
    sha256: str


def raw_file(layout: Layout, delivery: Delivery) -> Path:
    """Return where the file lies that was delivered, as it was; the object store gives it back.

    Raises:
        UnreadableError: it is gone, or is not what was delivered.
    """
    folder = layout.delivery(delivery.resource, delivery.delivery)
    for raw in (folder / "raw").glob("*"):
        return raw
    raw = folder / "raw" / PurePosixPath(delivery.files[0]).name
    if not _fetched(layout, delivery.resource, raw):
        raise UnreadableError("a data file is missing", where=str(folder))
    if sha256_of_file(raw) != delivery.sha256:
        raw.unlink()
        raise UnreadableError("a data file is damaged", where=str(folder))
    return raw


def rows_file(layout: Layout, ref: str, delivery: str) -> Path:
    """Return where the records of a delivery lie as text; the object store gives them back.

    There are none where the file itself is read as it lies.
    """
    rows = layout.rows(ref, delivery)
    if not rows.exists():
        _fetched(layout, ref, rows)
    return rows


def deposited(layout: Layout, ref: str) -> Iterator[tuple[str, ObjectPath, ObjectState]]:
    """Yield what the object store has of a resource's deliveries, each by its name below them."""
    kept = layout.deposits(ref)
    if isinstance(kept, ObjectPath):
        yield from ((one.relative_to(kept).as_posix(), one, had) for one, had in kept.below())


def _fetched(layout: Layout, ref: str, file: Path) -> bool:
    kept = layout.deposits(ref)
    name = file.relative_to(layout.landing(ref)).as_posix()
    return isinstance(kept, ObjectPath) and fetch(kept / name, file, layout.work)


def read_receipt(path: Path) -> Delivery:
    """Return the delivery a receipt.json describes.

    Raises:
        UnreadableError: it is not what `write_receipt` writes.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: tuple(content[name]) for name in ("files", "headers", "members")}
        plain = content.get("plain")
        return Delivery(**{**content, **lists, "plain": plain and PlainText(**plain)})
    except (ValueError, LookupError, TypeError, PermissionError):
        raise UnreadableError("the receipt cannot be read", where=str(path)) from None


def write_receipt(path: Path, delivery: Delivery) -> None:
    """Write a delivery as receipt.json."""
    text = json.dumps(asdict(delivery), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
