"""`quanshu approve`: decisions on deliveries that are held (八(二))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import resource_ref
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from register.approvals import Held

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(approve)


def approve(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    resource: Annotated[
        str | None, typer.Argument(help="DEPARTMENT/RESOURCE, or RESOURCE alone.")
    ] = None,
    delivery: Annotated[str | None, typer.Argument(help="The delivery that waits.")] = None,
    document: Annotated[
        str | None, typer.Option(help="Number of the document that approves or refuses it.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it instead.")] = False,
    list_waiting: Annotated[
        bool, typer.Option("--list", help="List the deliveries that wait for an approval.")
    ] = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Record an approval, or its refusal, of a held delivery; the next run acts on it.

    A snapshot that would delete too much is held. Exit 2 when no such delivery is held, or its
    approval is recorded already.
    """
    from audit.acts import Operation
    from flow.acts import about_resource, at_work
    from register.approvals import APPROVALS, Answer, Approval
    from register.register import open_registers

    city = open_at(home, catalog)
    ref = None if resource is None else resource_ref(city.catalog, resource)
    asked = [one for one in city.catalog.resources.values() if ref in (None, one.ref)]
    registers = open_registers(city.layout, asked).values()
    waiting = [one for register in registers for one in register.awaiting_approval]
    if list_waiting:
        _show(waiting, json=json)
        return
    if ref is None or delivery is None or not (document or "").strip():
        err.print("name the resource, the delivery and --document, or ask with --list")
        raise typer.Exit(Exit.USAGE)
    answer = Answer.REFUSE if refuse else Answer.APPROVE
    now = city.clock().isoformat()
    approval = Approval(ref, delivery, str(document).strip(), city.actor, answer, now)
    named = any(one.delivery == delivery for one in waiting)
    act = about_resource(city, Operation.MAINTAIN, ref, document=approval.document)
    with at_work(city, act):
        recorded = named and APPROVALS.record(city.layout, (approval,))
    if not recorded:
        err.print("no such delivery waits for an approval; `quanshu approve --list` shows them all")
        raise typer.Exit(Exit.USAGE)
    word = "驳回 / refused" if refuse else "批准 / approved"
    out.print(f"{word}  {ref} {delivery}", markup=False, highlight=False)


def _show(waiting: Sequence[Held], *, json: bool) -> None:
    if json:
        keys = ("resource", "delivery", "deleted", "stored", "at")
        print_json([{key: getattr(one, key) for key in keys} for one in waiting])
        return
    if not waiting:
        out.print("无待批准交付。/ nothing waits for an approval.")
        return
    print_rows(
        f"待批准 / waiting for an approval: {len(waiting)}",
        [
            Column("资源", "resource"),
            Column("交付", "delivery"),
            Column("将删除", "would delete", figure=True),
            Column("现有行", "of rows", figure=True),
            Column("登记时间", "since", wide=True),
        ],
        [(one.resource, one.delivery, one.deleted, one.stored, one.at) for one in waiting],
        every=True,
    )
