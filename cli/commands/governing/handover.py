"""`quanshu handover`: a signed copy for a consumer, and checking one that was received.

Belongs here: options and printing. Keep out: what is done (`flow.handover`, `outlets.handover`).
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

__all__ = ["register"]


class Kind(StrEnum):
    """What is handed over."""

    PACKAGE = "package"
    DUCKDB = "duckdb"


class _GrantFirst(TyperGroup):
    """Take a word that is no sub-command for a grant: `quanshu handover GRANT`."""

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        known = args[0] in self.commands
        return super().resolve_command(ctx, args if known else ["give", *args])


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        cls=_GrantFirst,
        name="handover",
        help="Copies for consumers: `quanshu handover GRANT --to FOLDER` gives one.",
        no_args_is_help=True,
    )
    for command in (give, verify):
        group.command()(command)
    group.command(name="renew-key")(renew_key)
    app.add_typer(group)


def give(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    grant: Annotated[str, typer.Argument(help="Code of a grant in force.")],
    to: Annotated[Path, typer.Option("--to", help="Folder that the copy is put into.")],
    receiver: Annotated[
        Path | None,
        typer.Option("--receiver", help="File with the receiver's public age key."),
    ] = None,
    form: Annotated[
        Kind, typer.Option("--form", help="A package (batch exchange), or the DuckDB file.")
    ] = Kind.PACKAGE,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give a signed copy of what a grant allows; it is put on record first (五(五)、八(二)).

    Exit 2 when the grant does not allow it, or the receiver's key is not known.
    """
    from catalog_specs.errors import AccessError
    from flow.handover.packages import hand_over_file, hand_over_package
    from outlets.handover.encryption import read_receiver
    from storage.permissions import private_files

    city = open_at(home, catalog)
    made = hand_over_package if form is Kind.PACKAGE else hand_over_file
    try:
        with private_files():
            done = made(city, grant, to, read_receiver(receiver) if receiver else None)
    except AccessError as refused:
        err.print(str(refused), style="red", markup=False)
        raise typer.Exit(Exit.USAGE) from None
    copy = done.copy
    if json:
        print_json({"copy": copy.copy, "grant": grant, "place": done.place, "rows": copy.rows})
        return
    secret = "已加密 / encrypted" if copy.receiver else "未加密 / not encrypted"
    out.print(
        f"已交付 / handed over  {copy.copy}  {copy.rows:,} 行 / rows  {secret}\n{done.place}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def renew_key(
    document: Annotated[
        str, typer.Option("--document", help="Number of the document that asks for it.")
    ],
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Let another key sign packages; the present one signs it, if it is still there."""
    from flow.handover.signing import renew_signing_key

    city = open_at(home, catalog)
    made = renew_signing_key(city, document)
    out.print(
        f"公钥指纹 / the key's fingerprint: {made}\n{city.layout.signing_public}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a copy, or of what was decrypted.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The sender's public key, `signing.pub`.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check that a copy is whole and signed: it needs no home and no catalogue.

    Without --key the key in the folder is taken; compare its fingerprint with the published one.
    Exit 1 when something is not as it was sealed.
    """
    from outlets.handover.sealing import PUBLIC, unsealed
    from outlets.handover.signing_key import fingerprint

    faults = unsealed(folder, key.read_bytes() if key else None)
    beside = folder / PUBLIC
    print_of = fingerprint(beside.read_bytes()) if beside.is_file() else ""
    if json:
        told = [{"file": one.file, "what": one.what} for one in faults]
        print_json(
            {"whole": not faults, "key": print_of, "trusted": key is not None, "faults": told}
        )
    elif faults:
        for one in faults:
            err.print(f"{one.file}: {one.what}", style="red", markup=False, highlight=False)
    else:
        said = "已核对 / known" if key else "请核对 / to be compared"
        out.print(
            f"完整，签名有效 / whole and signed  公钥指纹 / key {print_of} {said}",
            markup=False,
            highlight=False,
        )
    if faults:
        raise typer.Exit(Exit.PROBLEMS)
