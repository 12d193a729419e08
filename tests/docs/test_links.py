"""Every Markdown page leads where it says: files exist, and headings that are linked to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGES = sorted(
    page
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "benchmarks")
    for page in folder.glob("*.md")
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _links(page: Path) -> Iterator[str]:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from (link for link in LINK.findall(text) if "://" not in link)


def _anchors(page: Path) -> set[str]:
    """Return the anchors that a renderer makes of a page's headings."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def _is_broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return not target.exists() or bool(anchor and anchor not in _anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file of the repository and, behind `#`, one of its headings."""
    assert [link for link in _links(page) if _is_broken(page, link)] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_screen_says_what_it_is_and_shows_it(name: str) -> None:
    """Within its first 25 lines a README has the sentence, a paragraph and a picture."""
    first = (ROOT / name).read_text(encoding="utf-8").splitlines()[:25]
    assert any(line.startswith("**") for line in first)
    assert any(line.startswith("![") for line in first)
