"""docs/counties.md stays true: the county that it shows compiles in the city that comes along."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from catalog_specs.laws import LAWS
from catalog_specs.loader import bundled, load
from catalog_specs.reading.form import FORMS
from tests.contract.command import quanshu
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "counties.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```yaml (counties/\S+)\n(.*?)```", PAGE, re.DOTALL))


def test_the_county_of_the_page_compiles_with_the_city(tmp_path: Path) -> None:
    """A reader may copy the files as they stand, and points the command at either folder."""
    root = shutil.copytree(bundled("quanzhou"), tmp_path / "quanzhou")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    catalog = load(root / "counties" / "nanan")
    assert catalog.units_of("350583") == {"nanan_data"}
    assert "nanan_data/firm_visit" in catalog.resources
    assert catalog.legacy["nanan_visit_exchange"].resources == ("nanan_data/firm_visit",)


def test_every_command_of_the_page_runs(tmp_path: Path) -> None:
    """Over an empty home of the city that comes along, whose counties the page asks for."""
    lines = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
             for line in block.splitlines()]  # fmt: skip
    assert len(lines) == 8
    for line in lines:
        said = quanshu(tmp_path, *line.split()[1:])
        assert said.code == 0, (line, said.err)


def test_the_laws_of_the_page_exist() -> None:
    """Every code that the page names is a law or a form."""
    known = {law.code for law in LAWS} | {form.code for form in FORMS}
    assert set(re.findall(r"CAT-\d+", PAGE)) <= known
