"""docs/architecture.md stays true: its paths exist, its layers are the enforced ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, code_spans, defines, packages, project, rows

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


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_path_and_module_in_backticks_exists(page: Path) -> None:
    """A page names no file, folder, module or function that the repository does not have."""
    assert _missing(page) == []


def test_every_package_of_the_wheel_is_named() -> None:
    """The architecture page names each package that is installed."""
    named = set(code_spans(PAGE))
    assert [package for package in packages() if f"{package}/" not in named] == []


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
