"""Rendering: a page as the bytes of its HTML.

Belongs here: the template environment, what every page has around it. Keep out: what pages say.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from outlets.reports.facts.city import Facts
from outlets.reports.marks import said, table_row
from outlets.reports.parts import Page
from outlets.reports.words import Words

__all__ = ["ASSETS", "Tab", "renderer"]

_HERE = files("outlets.reports")
ASSETS = ("report.css", "report.js")
"""Files that lie beside the pages."""


@dataclass(frozen=True)
class Tab:
    """An entry of the navigation."""

    name: str
    place: str
    words: Words


def renderer(facts: Facts, tabs: Sequence[Tab]) -> Callable[[Page], bytes]:
    """Return what makes a page of this city into HTML."""
    template = _environment().get_template("page.html")
    around = {
        "city": facts.catalog.city.name,
        "regulation": facts.catalog.profile.name,
        "tabs": tabs,
    }
    return lambda page: template.render(page=page, **around).encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(lambda name: (_HERE / "templates" / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["said"] = lambda words: Markup(said(words))  # noqa: S704 - escaped
    made.filters["table_row"] = table_row
    made.globals["words"] = lambda zh, en: Markup(said(Words(zh, en)))  # noqa: S704

    @lru_cache(maxsize=1024)
    def drawn(part: str, *given: Hashable) -> Markup:
        return Markup(getattr(made.get_template("parts.html").module, part)(*given))  # noqa: S704 - the template escaped it

    # what thousands of pages have in common: heads of tables, their styles, the navigation
    made.globals["drawn"] = lambda part, *given: drawn(part, *map(_hashable, given))
    return made


def _hashable(given: Hashable | Sequence[Hashable]) -> Hashable:
    return tuple(given) if isinstance(given, list) else given
