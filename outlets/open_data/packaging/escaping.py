"""Escaping: a catalogue's text in Markdown and HTML pages, always shown as text.

Belongs here: escaping for Markdown and HTML. Keep out: CSV (`csv_flavour`), SQL (`storage.sql`).
"""

from __future__ import annotations

import html
import re

__all__ = ["html_text", "markdown_text"]

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#!|~&$]")
"""Signs that are markup within a line; what is markup at its beginning alone never stands there."""


def html_text(text: str) -> str:
    """Return a text for the body or a quoted attribute of an HTML page."""
    return html.escape(text, quote=True)


def markdown_text(text: str) -> str:
    """Return a text for one line of a Markdown page; line breaks become spaces.

    What is read stays the same. The text is to stand behind something on its line.
    """
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
