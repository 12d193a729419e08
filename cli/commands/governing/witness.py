"""`quanshu audit witness`: producers sign what they have seen of the log, so that it has one past.

Belongs here: the four steps, by files that are carried. Keep out: the rules (`audit.witness`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out
from cli.files import new_file
from cli.options import CatalogOption, HomeOption

if TYPE_CHECKING:
    from audit.verifier import VerifierKey

__all__ = ["register"]

Out = Annotated[Path, typer.Option("--out", help="File to write.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="witness",
        help="Producers sign what they have seen of the log, so that it has one past for all.",
        no_args_is_help=True,
    )
    for step in (begin, request, sign, keep):
        group.command()(step)
    app.add_typer(group)


def begin(
    folder: Annotated[Path, typer.Argument(help="A folder of the witness's own.")],
    name: Annotated[str, typer.Option("--name", help="E.g. quanshu.local/civil_affairs.")],
) -> None:
    """Make a witness: its key stays in its folder, `witness.vkey` goes to the operator."""
    from audit.witness import Witness

    made = Witness.begin(folder, name)
    out.print(f"见证方公钥 / the witness's public key: {made.key.verifier}")


def request(
    to: Out,
    seen: Annotated[int, typer.Option("--seen", help="Entries that the witness has seen.")] = 0,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Write what a witness is asked to sign: the newest checkpoint, and how it continues."""
    from audit.proofs import request_of

    city = open_at(home, catalog)
    new_file(to).write_bytes(request_of(city.audit, seen))
    out.print(f"已写出 / written: {to}")


def sign(
    folder: Annotated[Path, typer.Argument(help="The witness's folder.")],
    asked: Annotated[Path, typer.Argument(help="The request, as it came.")],
    log_key: Annotated[Path, typer.Option("--log-key", help="The log's `log.vkey`.")],
    to: Out,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="A copy of the log's folder, if its key was changed since."),
    ] = None,
) -> None:
    """Sign as a witness, if the log continues what was seen of it; write the signature line."""
    from time import time

    from audit.witness import Witness

    key, request = _key(log_key), _octets(asked)
    if log is not None:
        key = _newest(log, key)
    line = Witness(folder).sign(request, key, int(time()))
    new_file(to).write_bytes(line)
    out.print(f"已签名 / signed: {to}")


def keep(
    signature: Annotated[Path, typer.Argument(help="What the witness signed.")],
    witness_key: Annotated[Path, typer.Option("--key", help="The witness's `witness.vkey`.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Keep a witness's signature beside the log; `verify` holds the log to it from then on."""
    from audit.witness import keep_signed

    city = open_at(home, catalog)
    key = _key(witness_key)
    said = keep_signed(city.audit, key, _octets(signature))
    out.print(f"已保存 / kept: {key.name}, {said.size:,} 条 / entries")


def _key(file: Path) -> VerifierKey:
    """Read the public key of a log or a witness: the newest of a file that has several."""
    from audit.verifier import LogError, VerifierKey

    try:
        return VerifierKey.parse(_octets(file).decode().strip().splitlines()[-1])
    except (LogError, ValueError, IndexError):
        err.print(f"{file} holds no public key: name `log.vkey` or `witness.vkey`")
        raise typer.Exit(Exit.USAGE) from None


def _newest(folder: Path, key: VerifierKey) -> VerifierKey:
    """Follow a log's key, as it was got once, to the one that signs today."""
    from audit.verifier import LogError, followed

    try:
        return followed(folder, [key]).keys[-1]
    except (LogError, OSError) as error:
        err.print(f"{folder} does not show how the log's key was changed: {error}")
        raise typer.Exit(Exit.USAGE) from None


def _octets(file: Path) -> bytes:
    """Read a file that was carried here."""
    try:
        return file.read_bytes()
    except OSError as error:
        err.print(f"{file} cannot be read ({type(error).__name__})")
        raise typer.Exit(Exit.USAGE) from None
