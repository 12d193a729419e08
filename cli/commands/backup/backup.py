"""`quanshu backup`: a home copied elsewhere, encrypted, and what lies there.

Belongs here: options and printing. Keep out: copying and checking (`flow.backup`), putting a home
together again (`restore` beside it).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from flow.backup.checking import Checked
    from storage.backup.manifest import Head

__all__ = ["IdentityOption", "from_folder", "read_identity_file", "register", "said_bytes"]

RecipientOption = Annotated[
    Path | None,
    typer.Option("--recipient", help="File with the public key `age1…` that it is encrypted to."),
]
IdentityOption = Annotated[
    Path | None, typer.Option("--identity", help="File with the secret key that opens it.")
]
from_folder = typer.Argument(metavar="FROM", help="Folder of the backup.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="backup",
        help="Backups of a home (八(四)): made, checked, tried; see also `quanshu restore`.",
        no_args_is_help=True,
    )
    group.command()(create)
    group.command()(verify)
    group.command(name="list")(list_generations)
    group.command()(drill)
    group.command()(prune)
    group.command()(keys)
    app.add_typer(group)


def create(
    to: Annotated[Path, typer.Argument(metavar="TO", help="Folder of the backup, elsewhere.")],
    recipient: RecipientOption = None,
    plain: Annotated[bool, typer.Option("--plain", help="Without encryption.")] = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Copy what is new of a home, while runs go on; keys are not copied, see `backup keys`."""
    from flow.backup.making import make

    city = open_at(home, catalog)
    made = make(city, to, _recipient(recipient, plain=plain))
    head = made.head
    if json:
        print_json({**_head(head), "copied": head.copied, "milliseconds": made.milliseconds})
        return
    said = f"{head.files:,} 个文件 / files, {said_bytes(head.total)}"
    out.print(f"第 {head.generation} 次备份完成 / generation {head.generation} is made: {said}")
    out.print(
        f"  新增 / new {said_bytes(head.copied)}, 用时 / took {made.milliseconds / 1000:.1f} s"
    )
    out.print(f"  内容时刻 / as of {head.at}; 上次 / before {made.before or '–'}")
    if not head.recipient:
        out.print("  未加密 / not encrypted")


def verify(
    source: Annotated[Path, from_folder],
    identity: IdentityOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Read every byte of a backup and compare it; exit 1 names every file that is wrong.

    No secret key is needed. With one, what was encrypted is opened and compared too.
    """
    from flow.backup.drilling import examined

    city = open_at(home, catalog)
    found = examined(city, source, read_identity_file(identity) if identity else None)
    if json:
        print_json(
            {
                "generations": [_head(one) for one in found.heads],
                "objects": found.objects,
                "bytes": found.bytes,
                "flaws": [one.as_dict() for one in found.flaws],
            }
        )
    else:
        _tell(found)
        if not city.audit.verifiers:
            out.print(
                "此处没有数据主目录：签名未经比对，未登记 / there is no home here: nobody compared "
                "its signature, and nothing was recorded"
            )
    raise typer.Exit(Exit.PROBLEMS if found.flaws else Exit.FINE)


def list_generations(source: Annotated[Path, from_folder], json: JsonOption = False) -> None:
    """Show the generations of a backup; nothing is opened and no signature is compared."""
    from flow.backup.heads import read_head
    from storage.backup.repository import Repository

    repository = Repository.open(source)
    heads = [read_head(repository, number) for number in repository.generations()]
    if json:
        print_json([_head(one) for one in heads])
        return
    columns = (
        Column("序号", "generation", figure=True),
        Column("内容时刻", "as of"),
        Column("文件", "files", figure=True),
        Column("字节", "bytes", figure=True),
        Column("新增", "new", figure=True),
    )
    rows = [(one.generation, one.at[:19], one.files, one.total, one.copied) for one in heads]
    print_rows(f"备份库 / backup {repository.name}", columns, rows)
    for key in dict.fromkeys(one.recipient for one in heads):
        out.print(f"接收方 / recipient: {key or '未加密 / not encrypted'}")


def drill(
    source: Annotated[Path, from_folder],
    identity: IdentityOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Restore the newest generation into a folder that goes afterwards; prints RPO and RTO."""
    from flow.backup.drilling import drill as try_it

    city = open_at(home, catalog)
    done = try_it(city, source, read_identity_file(identity))
    rows = sum(done.rows.values())
    if json:
        print_json(
            {
                **_head(done.head),
                "tables": done.rows,
                "rpo_seconds": done.rpo_seconds,
                "rto_seconds": done.rto_milliseconds / 1000,
            }
        )
        return
    number = done.head.generation
    out.print(f"演练成功 / generation {number} was restored and is what it was, and is removed")
    out.print(f"  表 / tables {len(done.rows):,}, 行 / rows {rows:,}")
    out.print(f"  RPO {done.rpo_seconds:,} s: 此刻丢失主目录会失去的时间 / what a loss now costs")
    out.print(f"  RTO {done.rto_milliseconds / 1000:.1f} s: 恢复并核验用时 / until it was there")


def prune(
    source: Annotated[Path, from_folder],
    keep: Annotated[int, typer.Option("--keep", min=1, help="Newest generations to keep.")],
    document: Annotated[
        str | None, typer.Option("--document", help="Number of the document that allows it.")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Remove the oldest generations; refused under a legal hold, or while anything is damaged."""
    from flow.backup.pruning import prune as remove_old

    gone = remove_old(open_at(home, catalog), source, keep, document)
    out.print(f"已清除 / removed: {len(gone)} 次 / generations")


def keys(
    to: Annotated[Path, typer.Argument(metavar="TO", help="New file, apart from the backup.")],
    recipient: RecipientOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Copy the home's keys into one encrypted file; keep it apart from the backup."""
    from flow.backup.key_copies import copy_keys

    city = open_at(home, catalog)
    names = copy_keys(city, to, _recipient(recipient, plain=False))
    out.print(f"已另存 / copied: {', '.join(names)} → {to}")
    if city.keys.file is None:
        out.print("主密钥来自环境变量，不在其中 / the master key is the environment's: not in it")


def read_identity_file(file: Path | None) -> str:
    """Return the secret key of a file; nothing where none is named."""
    from storage.backup.encryption import read_identity

    return read_identity(file) if file else ""


def said_bytes(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1e6:,.1f} MB"


def _recipient(file: Path | None, *, plain: bool) -> str:
    from catalog_specs.errors import BackupError
    from catalog_specs.rules.homes.backup_faults import BackupFault
    from storage.backup.encryption import read_recipient

    if file is None and not plain:
        raise BackupError(BackupFault.NO_RECIPIENT, where="--recipient")
    return read_recipient(file) if file else ""


def _head(head: Head) -> dict[str, Any]:
    return {
        "generation": head.generation,
        "at": head.at,
        "files": head.files,
        "bytes": head.total,
        "new": head.copied,
        "audit_entries": head.entries,
        "recipient": head.recipient,
    }


def _tell(found: Checked) -> None:
    for one in found.flaws:
        numbers = ", ".join(map(str, one.generations))
        err.print(f"{one.code}  {one.where}: {one.code.english} (generations {numbers})")
        err.print(f"    → {one.code.remedy}")
    if not found.flaws:
        out.print(
            f"备份完好 / the backup is whole: {len(found.heads)} 次 / generations, "
            f"{found.objects:,} 个文件 / files, {said_bytes(found.bytes)}"
        )
