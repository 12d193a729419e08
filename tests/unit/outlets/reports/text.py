"""What a page says, as a test asks for it. Keep out: assertions."""

from __future__ import annotations

import html
import re

from outlets.reports.facts.city import Facts
from outlets.reports.parts import Page, Table
from outlets.reports.rendering import renderer

__all__ = ["cells", "shown", "table"]


def shown(facts: Facts, page: Page) -> str:
    """Return the text of a page in both languages, tags removed."""
    text = re.sub(r"<style>.*?</style>", "", renderer(facts, ())(page).decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", text))


def table(page: Page, name: str) -> Table:
    """Return one table of a page."""
    (found,) = (
        part
        for section in page.sections
        for part in section.parts
        if isinstance(part, Table) and part.name == name
    )
    return found


def cells(one: Table) -> list[list[str]]:
    """Return the text of every cell, Chinese before English, parts parted by a bar."""
    return [
        [re.sub(r"\|+", "|", re.sub(r"<[^>]+>", "|", cell.html)).strip("|") for cell in row]
        for row in one.rows
    ]
