"""docs/architecture.md stays true: its paths exist, its layers are the enforced ones."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from docs.packages import package_rows
from outlets.views.ledgers import LEDGERS
from storage.layout import Layout
from tests.docs.pages import ROOT, block, code_spans, defines, packages, project, rows

PAGE = ROOT / "docs" / "architecture.md"
TOPS = (*packages(), "docs", "tests", "examples", "benchmarks", ".ci")
PLACEHOLDER = re.compile(r"[<>*…{}\s]")


def _looks_like_path(span: str) -> bool:
    return "/" in span and span.partition("/")[0] in TOPS


def _looks_like_module(span: str) -> bool:
    return re.fullmatch(r"[a-z_]+(\.\w+)+(\(\))?", span) is not None and (
        span.partition(".")[0] in packages()
    )


def _without_placeholders(span: str) -> Path:
    """Return the longest part of a path that has no placeholder such as `<department>`."""
    path = ROOT
    for part in span.partition(":")[0].rstrip("/").split("/"):
        if PLACEHOLDER.search(part):
            break
        path /= part
    return path


def _missing(page: Path) -> list[str]:
    spans = code_spans(page)
    paths = [s for s in spans if _looks_like_path(s) and not _without_placeholders(s).exists()]
    modules = [s for s in spans if _looks_like_module(s) and not defines(s.removesuffix("()"))]
    files = {"pyproject.toml", "dagster.yaml", "Makefile", "requirements.lock", "CHANGELOG.md"}
    return paths + modules + [s for s in files.intersection(spans) if not (ROOT / s).exists()]


PAGES = sorted((*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_and_module_in_backticks_exists(page: Path) -> None:
    """A page names no file, folder, module or function that the repository does not have."""
    assert _missing(page) == []


def test_the_page_names_every_package_and_no_other() -> None:
    """Each installed package and subpackage has a row that says what its docstring says."""
    told = [tuple(row) for row in rows(PAGE, "Packages")]
    assert told == [tuple(row) for row in package_rows()], "run `make docs`"
    folders = {f"`{path.parent.relative_to(ROOT)}/`" for path in _package_files()}
    assert {name for name, _ in told} == folders


def _package_files() -> list[Path]:
    return [path for package in packages() for path in (ROOT / package).rglob("__init__.py")]


def test_the_page_names_every_ledger_and_no_other() -> None:
    """The table of ledgers has the ledgers of the code, in their order."""
    told = [row[0].strip("`") for row in rows(PAGE, "Ledgers")]
    assert told == [ledger.name for ledger in LEDGERS]


def _told_paths() -> list[str]:
    """Return the paths of the page's tree, without the home."""
    lines = block(PAGE, "Where bytes are").splitlines()[1:]
    return [line.split()[0].rstrip("/") for line in lines]


def _layout_paths() -> set[str]:
    """Return every path that the layout gives, with the names of its arguments in brackets."""
    home = Path("/home")
    layout, found = Layout(home), set()
    for name, member in vars(Layout).items():
        if isinstance(member, property):
            made = getattr(layout, name)
            found |= {made} if isinstance(made, Path) else set(made)
        elif inspect.isfunction(member) and not name.startswith("_"):
            asked = [one for one in inspect.signature(member).parameters if one != "self"]
            values = {one: f"<{one}>" for one in asked}
            if "resource" in values:
                values["resource"] = "<resource>" if "grant" in values else _REF
            found.add(getattr(layout, name)(**values))
    paths = {str(path.relative_to(home)) for path in found}
    return {path.replace("current/<resource>", f"current/{_REF}") for path in paths}


_REF = "<department>/<resource>"


def test_the_page_shows_every_path_of_the_layout() -> None:
    """Each path that `storage.layout` gives is in the tree, or on the way to one that is."""
    told = _told_paths()
    unseen = [
        path
        for path in _layout_paths()
        if not any(one == path or one.startswith(f"{path}/") for one in told)
    ]
    assert unseen == []


def test_the_page_shows_no_path_that_the_layout_does_not_give() -> None:
    """Each line of the tree is a path that some function of `storage.layout` returns."""
    assert set(_told_paths()) - _layout_paths() == set()


def test_the_layers_of_the_page_are_the_enforced_ones() -> None:
    """The layers table lists the same packages in the same order as the import contract."""
    contract = next(
        c for c in project()["tool"]["importlinter"]["contracts"] if c["type"] == "layers"
    )
    enforced = [frozenset(re.split(r"\s*[|:]\s*", layer)) for layer in contract["layers"]]
    told = [frozenset(re.findall(r"`(\w+)/`", row[0])) for row in rows(PAGE, "Layers")]
    assert told == enforced


def test_every_stop_names_where_its_code_is() -> None:
    """Each stop of the way has a section that names at least one module of the repository."""
    text = PAGE.read_text(encoding="utf-8")
    sections = re.findall(r"^### \d+ (\w[\w ]*)$(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert [stop for stop, _ in sections] == [
        "landing",
        "quality gate",
        "authoritative",
        "shares",
        "open_data",
        "views",
    ]
    assert [stop for stop, body in sections if ".py`" not in body] == []
