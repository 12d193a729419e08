"""The table of packages: every package and subpackage, by the first line of its docstring.

Belongs here: reading those lines, and putting the table into its page. Keep out: other pages.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["package_rows", "with_packages"]

ROOT = Path(__file__).parent.parent
_HEAD = "| package | what it is |\n|---|---|\n"


def package_rows() -> list[tuple[str, str]]:
    """Return each package and its title, from the bottom of the layers up, parents first."""
    return [(f"`{folder}/`", _title(folder)) for folder in _folders()]


def with_packages(page: str) -> str:
    """Return a page with its table of packages written again."""
    before, head, after = page.partition(_HEAD)
    table = "".join(f"| {name} | {title} |\n" for name, title in package_rows())
    return before + head + table + after[after.index("\n\n") + 1 :]


def _folders() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    for layer in reversed(layers):
        for package in layer.split(" | "):
            files = sorted((ROOT / package).rglob("__init__.py"))
            yield from sorted(str(file.parent.relative_to(ROOT)) for file in files)


def _title(folder: str) -> str:
    text = (ROOT / folder / "__init__.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0].rstrip(".")
