"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "CatalogOption",
    "DaysOption",
    "DocumentOption",
    "HomeOption",
    "JsonOption",
    "ReasonOption",
    "YesOption",
]

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Home folder of the lake. [env: QUANSHU_HOME; default: quanshu_home]"
    ),
]
CatalogOption = Annotated[
    Path | None,
    typer.Option(
        "--catalog", help="Catalogue folder. [env: QUANSHU_CATALOG; default: the bundled quanzhou]"
    ),
]
DaysOption = Annotated[
    int, typer.Option("--days", help="Keep files of earlier versions this long.", min=1, max=7)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DocumentOption = Annotated[str, typer.Option("--document", help="Number of the document.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]
YesOption = Annotated[bool, typer.Option("--yes", help="File it; without, only the plan.")]
