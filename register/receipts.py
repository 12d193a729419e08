"""Receipts: the facts on record about one landed delivery.

Belongs here: writing and reading receipt.json. Keep out: making a delivery (`landing`), which of
them there are (`landed`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from catalog_specs.errors import UnreadableError
from register.records import Delivery
from storage.engines.plain_text import PlainText
from storage.layout import Layout

__all__ = [
    "Recognised",
    "raw_file",
    "read_receipt",
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
    """Return where the file lies that was delivered, as it was.

    Raises:
        UnreadableError: it is gone.
    """
    folder = layout.delivery(delivery.resource, delivery.delivery)
    for raw in (folder / "raw").glob("*"):
        return raw
    raise UnreadableError("a data file is missing", where=str(folder))


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
