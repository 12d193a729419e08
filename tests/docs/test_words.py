"""One word for one thing: what the glossary forbids is not said, and modules are named by nouns."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.pages import ROOT, packages, rows

PAGE = ROOT / "docs" / "glossary.md"
FOLDERS = (*packages(), "benchmarks", "docs", "examples", "tests")
READ = {".py", ".md", ".yaml", ".json"}
UNREAD = {"CHANGELOG.md", PAGE.name, "test_words.py"}
"""The words of earlier releases, and the files that name the forbidden words."""
MACHINE_NAMES = ('"kept_back"',)
"""Keys that programs read: they stay, whatever people say today (see the page)."""
FORBIDDEN = list(rows(PAGE, "Words that are not used"))
QUESTION = re.compile(r"(What|Which|Where|Whether|How|When|Who|Whose|Whom|Why|If|That|Telling)\b")


def _texts() -> list[tuple[str, str]]:
    """Return (path, text) of every file of the repository that people read or write."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    wanted = sorted(p for p in (*ROOT.glob("*.md"), *found) if p.suffix in READ)
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in wanted
        if path.name not in UNREAD and path.is_file() and "/." not in str(path.relative_to(ROOT))
    ]


def _uses(word: str, text: str) -> list[str]:
    """Return the lines that use a word, as words or as part of a name, across line ends."""
    for name in MACHINE_NAMES:
        text = text.replace(name, "")
    pattern = r"[\s_-]+(?:#\s*)?".join(map(re.escape, word.split()))
    places = re.finditer(rf"(?<![A-Za-z]){pattern}(?![A-Za-z])", text, re.IGNORECASE)
    return [str(text.count("\n", 0, found.start()) + 1) for found in places]


@pytest.mark.parametrize("row", FORBIDDEN, ids=lambda row: row[0])
def test_no_word_that_the_glossary_forbids_is_used(row: tuple[str, ...]) -> None:
    """Code, pages, catalogues and tests say what the page says, not what it forbids."""
    word, instead, _ = row
    found = [f"{path}:{line}" for path, text in _texts() for line in _uses(word, text)]
    assert found == [], f"say {instead!r}, not {word!r}"


def test_the_glossary_forbids_some_words() -> None:
    """The test above has something to look for."""
    assert len(FORBIDDEN) > 5


def test_a_forbidden_word_is_found_in_every_writing() -> None:
    """A word is seen in names, across the lines of a comment, and within Chinese text."""
    assert _uses("kept back", "a kept_back\nKept-back rows\n# rows kept\n# back") == ["1", "2", "3"]
    assert _uses("补交", "可补交的记录") == ["1"]
    assert _uses("kept back", 'print({"kept_back": 1})') == []


def test_the_first_line_of_a_module_names_a_thing() -> None:
    """A title is a noun with at most an explanation behind it, never a question."""
    asking = []
    for package in packages():
        for path in sorted((ROOT / package).rglob("*.py")):
            title = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
            if QUESTION.match(title):
                asking.append(f"{path.relative_to(ROOT)}: {title}")
    assert asking == []
