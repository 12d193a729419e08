"""Reading the pages of docs/ for the tests beside it: code spans, tables, and what they name.

Belongs here: looking things up in Markdown and, by its syntax tree, in the source. Keep out:
assertions, and importing the packages (a page must be checkable without Dagster or GX).
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "ROOT",
    "block",
    "code_spans",
    "defines",
    "packages",
    "project",
    "public_names",
    "rows",
    "section",
]

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


def code_spans(page: Path) -> tuple[str, ...]:
    """Return what stands in single backticks outside fenced blocks, in the page's order."""
    return tuple(_SPAN.findall(_BLOCK.sub("", page.read_text(encoding="utf-8"))))


def block(page: Path, heading: str) -> str:
    """Return the text of the first fenced block below a heading."""
    below = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    return below.partition("```")[2].partition("\n")[2].partition("\n```")[0]


def section(page: Path, heading: str) -> str:
    """Return the text below a heading of any depth, up to the next one."""
    _, _, below = page.read_text(encoding="utf-8").partition(f"# {heading}\n")
    return re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0]


def rows(page: Path, heading: str) -> Iterator[tuple[str, ...]]:
    """Yield the body rows of the tables below a heading whose text starts with `heading`."""
    inside, body = False, False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            inside, body = line.lstrip("# ").startswith(heading), False
        elif not line.startswith("|"):
            body = False
        elif set(line) <= set("|-: "):
            body = True
        elif inside and body:
            yield tuple(cell.strip() for cell in line.strip("|").split("|"))


@cache
def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packages() -> tuple[str, ...]:
    """Return the packages of the wheel."""
    return tuple(project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def defines(dotted: str) -> bool:
    """Say whether `package.module` or `package.module.name` exists, by reading the source."""
    parts = dotted.split(".")
    folder = ROOT
    for position, part in enumerate(parts):
        if (folder / part).is_dir():
            folder /= part
            continue
        if (folder / f"{part}.py").is_file():
            rest = parts[position + 1 :]
            return not rest or rest[0] in _names(folder / f"{part}.py")
        return part in _names(folder / "__init__.py")
    return True


def public_names() -> dict[str, tuple[str, ...]]:
    """Return every name some module lists in `__all__` → the modules that do."""
    found: dict[str, tuple[str, ...]] = {}
    for package in packages():
        for path in sorted((ROOT / package).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for name in _exported(path):
                found[name] = (*found.get(name, ()), module)
    return found


@cache
def _tree(path: Path) -> ast.Module:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return ast.parse(text)


def _names(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in _tree(path).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign():
                names.update(t.id for t in node.targets if isinstance(t, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case _:
                pass
    return frozenset(names)


def _exported(path: Path) -> tuple[str, ...]:
    for node in _tree(path).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        ):
            return tuple(ast.literal_eval(node.value))
    return ()
