"""Receipts: what is on record about every landed delivery of a resource.

Belongs here: writing and reading receipt.json. Keep out: making a delivery (`landing`).
A folder with a receipt is a whole delivery; folders whose name begins with a dot are not landed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from catalog_specs.errors import UnreadableError
from register.records import Delivery
from storage.layout import Layout

__all__ = [
    "RECEIPT",
    "Recognised",
    "deliveries",
    "landed",
    "newest",
    "raw_file",
    "read_receipt",
    "repeated",
    "write_receipt",
]

RECEIPT = "receipt.json"


@dataclass(frozen=True)
class Recognised:
    """The same bytes were delivered before, as `delivery`; the file was taken away, no more."""

    resource: str
    delivery: str
    """The earlier delivery that holds these bytes."""
    file: str
    sha256: str


def deliveries(layout: Layout, ref: str) -> tuple[Delivery, ...]:
    """Return a resource's landed deliveries in the order they apply."""
    receipts = layout.landing(ref).glob(f"[!.]*/{RECEIPT}")
    return tuple(sorted(map(read_receipt, receipts), key=lambda delivery: delivery.sequence))


def newest(layout: Layout, ref: str) -> Delivery | None:
    """Return the delivery of a resource that was landed last."""
    names = _names(layout, ref)
    if not names:
        return None
    last = max(names, key=lambda name: int(name.partition("-")[0]))
    return read_receipt(layout.delivery(ref, last) / RECEIPT)


def repeated(layout: Layout, ref: str, sha256: str, day: str | None = None) -> Delivery | None:
    """Return the delivery of a resource that holds these bytes, or None.

    With a day (`feed.as_of`) only one that stands for the same day is the same: a register may
    come back to what it was. A delivery's name ends with the beginning of its digest, so that few
    receipts are read.
    """
    for name in sorted(_names(layout, ref)):
        if name.endswith(sha256[:12]):
            delivery = read_receipt(layout.delivery(ref, name) / RECEIPT)
            if delivery.sha256 == sha256 and day in {None, delivery.as_of}:
                return delivery
    return None


def _names(layout: Layout, ref: str) -> list[str]:
    """Return the names of a resource's landed deliveries; one rename makes each whole."""
    try:
        with os.scandir(layout.landing(ref)) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []


def landed(layout: Layout, ref: str) -> tuple[str, ...]:
    """Return the names of a resource's landed deliveries, sorted; no receipt is read."""
    receipts = layout.landing(ref).glob(f"[!.]*/{RECEIPT}")
    return tuple(sorted(receipt.parent.name for receipt in receipts))


def raw_file(layout: Layout, delivery: Delivery) -> Path:
    """Return where the file lies that was delivered, as it was."""
    (raw,) = (layout.delivery(delivery.resource, delivery.delivery) / "raw").iterdir()
    return raw


def read_receipt(path: Path) -> Delivery:
    """Return the delivery a receipt.json describes.

    Raises:
        UnreadableError: it is not what `write_receipt` writes.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: tuple(content[name]) for name in ("files", "headers", "members")}
        return Delivery(**{**content, **lists})
    except (ValueError, LookupError, TypeError, PermissionError):
        raise UnreadableError("the receipt cannot be read", where=str(path)) from None


def write_receipt(path: Path, delivery: Delivery) -> None:
    """Write a delivery as receipt.json."""
    text = json.dumps(asdict(delivery), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
