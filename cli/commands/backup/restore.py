"""`quanshu restore`: a home put together again from a backup, in a new place.

Belongs here: options, and telling what cannot be had. Keep out: restoring (`flow.backup`).
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from cli.cities import open_at
from cli.commands.backup.backup import IdentityOption, from_folder, read_identity_file
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

__all__ = ["register"]

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(restore)


def restore(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    source: Annotated[Path, from_folder],
    home: HomeOption = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at", formats=_FORMATS, help="The newest made by then, by the city's clock."
        ),
    ] = None,
    generation: Annotated[int | None, typer.Option("--generation", help="This one.")] = None,
    identity: IdentityOption = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="The home's keys: a folder, or a file of `backup keys`."),
    ] = None,
    keys_identity: Annotated[
        Path | None,
        typer.Option("--keys-identity", help="The secret key of that file, if it is another one."),
    ] = None,
    verifier: Annotated[
        Path | None,
        typer.Option("--verifier", help="`log.vkey` of the home, as kept elsewhere."),
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Restore a home into a new folder, which --home names; it never writes over anything."""
    from flow.backup.heads import Chosen, read_verifiers
    from flow.backup.key_copies import read_keys
    from flow.backup.restoring import restore as put_together

    if at is not None and generation is not None:
        err.print("say --at or --generation")
        raise typer.Exit(Exit.USAGE)
    if os.environ.get("QUANSHU_OBJECT_STORE"):
        # to open a home claims its prefix, and a restore puts all tables into the home's folder
        detail = "unset it: a restored home has its tables in its folder"
        raise ObjectStoreError(StoreFault.NOT_YET, where="QUANSHU_OBJECT_STORE", detail=detail)
    city = open_at(home, catalog)
    secret = read_identity_file(identity)
    done = put_together(
        city,
        source,
        Chosen(generation, _moment(at, city.catalog.profile.timezone)),
        identity=secret,
        keys=read_keys(keys, read_identity_file(keys_identity) or secret) if keys else None,
        verifiers=read_verifiers(verifier) if verifier else (),
    )
    head, rows = done.head, sum(done.rows.values())
    if json:
        print_json(
            {
                "generation": head.generation,
                "at": head.at,
                "tables": done.rows,
                "keys": done.keys,
                "rto_seconds": done.milliseconds / 1000,
            }
        )
        return
    out.print(
        f"已恢复 / restored: 第 {head.generation} 次 / generation {head.generation}, {head.at}"
    )
    out.print(f"  → {city.layout.home}: {len(done.rows):,} 表 / tables, {rows:,} 行 / rows")
    out.print(f"  RTO {done.milliseconds / 1000:.1f} s")
    if not verifier:
        out.print(
            f"  签名公钥未经比对 / its signature names a key nobody compared: {head.verifier}"
        )
    if done.keys:
        out.print("  下一步 / next: quanshu audit verify, quanshu run")
    else:
        _tell_without_keys()


def _tell_without_keys() -> None:
    err.print("没有密钥，以下各项无法进行 / without the keys of the home:")
    err.print(
        "  审计日志不能继续，因此不汇聚、不共享 / the audit log cannot go on: nothing is done"
    )
    err.print("  假名与水印会改变 / pseudonyms and watermarks would change, packages be unsigned")
    err.print("  → 把密钥放入 keys/（文件权限 600）/ put them into keys/, mode 600, then run")


def _moment(at: datetime | None, zone: str) -> datetime | None:
    """Return a moment with its offset; one of a day alone means the end of that day."""
    if at is None or at.tzinfo is not None:
        return at
    return at.replace(tzinfo=ZoneInfo(zone))
