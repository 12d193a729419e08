"""docs/leaving.md stays true: its examples compile, and it names every refusal and option."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from catalog_specs.loader import check
from catalog_specs.rules.disclosure import RefusalCode
from tests.city.declared import write_catalog
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "leaving.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
ELEMENTS = ("person", "not_identifying", "remain")
OPEN_SET = ("cadence", "sample", "sole_traders", "quasi_identifiers")


def _added(more: Any) -> Any:
    """Return an edit that adds a block of the page to a document of the small city."""

    def edit(document: Any) -> None:
        if isinstance(document, list):
            document.extend(more)
        else:
            document.update(more)

    return edit


def test_the_examples_of_the_page_compile(tmp_path: Path) -> None:
    """Added to a city, every example of the page is lawful."""
    files = {name: _added(yaml.safe_load(body)) for name, body in BLOCKS if "/" in name}
    assert len(files) == 3
    assert check(write_catalog(tmp_path, **files))[1] == ()


def test_the_page_shows_every_option() -> None:
    """Every option of what leaves stands in an example."""
    shown = "\n".join(body for _, body in BLOCKS)
    for option in (*ELEMENTS, *OPEN_SET, "redact"):
        assert f"{option}" in shown


def test_the_page_names_every_refusal() -> None:
    """Every code of a refusal is in the table, and no other."""
    assert set(re.findall(r"DIS-1\d\d", TEXT)) == {code.value for code in RefusalCode}
