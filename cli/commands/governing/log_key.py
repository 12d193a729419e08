"""`quanshu audit key`: another key for the audit log, by rotation or after a loss.

Belongs here: options and printing. Keep out: how keys follow one another (`audit.rotation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import out
from cli.options import CatalogOption, HomeOption

if TYPE_CHECKING:
    from audit.verifier import VerifierKey

__all__ = ["register"]

DocumentOption = Annotated[
    str, typer.Option("--document", help="Number of the document that asks for it.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(name="key", help="The key that signs the audit log.", no_args_is_help=True)
    for command in (rotate, replace):
        group.command()(command)
    app.add_typer(group)


def rotate(
    document: DocumentOption, catalog: CatalogOption = None, home: HomeOption = None
) -> None:
    """Give the log another key; the present one says so in the log, and is gone afterwards."""
    from flow.upkeep.log_key import rotate_log_key

    _show(rotate_log_key(open_at(home, catalog), document))


def replace(
    document: DocumentOption, catalog: CatalogOption = None, home: HomeOption = None
) -> None:
    """Give the log another key because its own is lost for good; refused while it is there."""
    from flow.upkeep.log_key import replace_log_key

    _show(replace_log_key(open_at(home, catalog), document))


def _show(key: VerifierKey) -> None:
    out.print(
        f"日志公钥 / the log's public key: {key}\n备份私钥并把公钥告知见证方 / back keys/audit.key "
        "up, and give log.vkey to the witnesses",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
