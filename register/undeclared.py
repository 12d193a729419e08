"""The ledger of undeclared data: columns and sheets outside the catalogue (三(二)).

Belongs here: its shape, recording each finding once, which findings are new. Keep out: reading the
columns (`landing.undeclared`), cells under an exception (`authoritative.holding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from register.records import Delivery
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["UNDECLARED", "Outside", "newly_seen", "record_undeclared"]


@dataclass(frozen=True)
class Outside:
    """A header (or `sheet:<name>`) of one delivery that the catalogue does not know."""

    resource: str
    delivery: str
    header: str
    cells: int | None
    """Cells that hold a value; None for a sheet, whose cells nobody counts."""
    excepted: bool
    exception: str | None


def _once(found: Sequence[Outside]) -> str:
    return f"{found[0].resource}/{found[0].delivery}..{found[-1].delivery}"


UNDECLARED = Ledger(
    name="undeclared",
    shape=Shape(
        "目录外数据台账",
        "交付文件中目录未登记的列或工作表，每批每项一行，不含数据值。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("header", "VARCHAR", "列名；工作表以 sheet: 开头"),
            Column("cells", "BIGINT", "有值的单元格数；工作表未统计为空"),
            Column("excepted", "BOOLEAN", "是否有有效的例外批准"),
            Column("exception", "VARCHAR", "例外代码；无例外为空"),
        ),
    ),
    value=Outside,
    once=_once,
    order=("resource", "delivery", "header"),
)


def record_undeclared(layout: Layout, deliveries: Sequence[Delivery]) -> bool:
    """Record the undeclared columns and sheets of deliveries of one resource, once each.

    Nothing of a refused delivery is taken in, and its headers may well be its first record, so they
    stay in landing. The caller holds the resource's lock. Returns whether anything was new.
    """
    bringing = [one for one in deliveries if one.undeclared and one.refusal is None]
    if not bringing:
        return False
    ref = bringing[0].resource
    known = {one.delivery for one in UNDECLARED.read(layout, ref)}
    fresh = [delivery for delivery in bringing if delivery.delivery not in known]
    return UNDECLARED.record(layout, [one for delivery in fresh for one in _found(delivery)])


def newly_seen(layout: Layout, deliveries: AbstractSet[tuple[str, str]]) -> tuple[Outside, ...]:
    """Return the findings of these deliveries (resource, delivery) that no earlier one had."""
    found = UNDECLARED.read(layout)
    before = {(o.resource, o.header) for o in found if (o.resource, o.delivery) not in deliveries}
    first = {
        (one.resource, one.header): one
        for one in reversed(found)
        if (one.resource, one.delivery) in deliveries
    }
    return tuple(one for key, one in sorted(first.items()) if key not in before)


def _found(delivery: Delivery) -> list[Outside]:
    return [
        Outside(
            delivery.resource,
            delivery.delivery,
            header,
            cells,
            header in delivery.excepted,
            delivery.excepted.get(header),
        )
        for header, cells in delivery.undeclared.items()
    ]
