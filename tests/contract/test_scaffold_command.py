"""`quanshu scaffold` drafts a resource file that compiles once its marked places are filled in."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.laws.wording.placeholders import MARK
from catalog_specs.loader import bundled, check, load
from demo_city.rounds import rounds
from scaffold.looks import looks_of
from scaffold.pages import resource_page
from scaffold.proposal import propose
from scaffold.sampling import sample_file
from storage.engines.workbench import open_workbench

FILLED = {
    "code": '"999-350500-0001"',
    "name": "样本信息",
    "summary": "由样本起草的信息资源。",
    "subject": "natural_person",
    "update_cycle": "daily",
    "published_on": "2026-01-15",
    "share": "{type: conditional, methods: [query, verify], condition: 限用于本单位履行职责。}",
    "aggregation": "{mode: batch, filing_no: 泉数备〔2026〕999-01号}",
    "  kind": "snapshot",
}
"""Line by line, what a person writes where the draft says TODO."""


def _drafted(path: Path, work: Path) -> str:
    catalog = load(bundled("quanzhou"))
    with open_workbench(work) as con:
        sample = sample_file(con, path, 10_000, work)
        looks = looks_of(con, catalog, sample.headers)
    return resource_page(propose(catalog, "transport", "sample", sample, looks))


def _fill(page: str) -> str:
    lines = []
    for line in page.splitlines():
        name, _, rest = line.partition(":")
        filled = MARK in rest and name in FILLED and not line.lstrip().startswith("#")
        lines.append(f"{name}: {FILLED[name]}" if filled else line)
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the first file that each of some departments delivers in a small city."""
    home = tmp_path_factory.mktemp("city")
    catalog = load(bundled("quanzhou"))
    first = next(iter(rounds(catalog, home, 200, 1, date(2026, 11, 20))))
    assert first.files
    wanted = (
        "public_security/resident",
        "market_supervision/enterprise",
        "human_resources/insured",
    )
    return {
        ref: min((home / "inbox" / ref).iterdir())
        for ref in wanted
        if (home / "inbox" / ref).is_dir()
    }


def test_a_draft_compiles_once_it_is_filled_in(feeds: dict[str, Path], tmp_path: Path) -> None:
    """Beside the whole city's catalogue, with the subject and terms a person writes."""
    page = _drafted(feeds["public_security/resident"], tmp_path / "work")
    for name, text in (("draft", page), ("filled", _fill(page))):
        root = tmp_path / name
        shutil.copytree(bundled("quanzhou"), root)
        (root / "resources" / "transport" / "sample.yaml").write_text(text, encoding="utf-8")
        problems = check(root)[1]
        assert bool(problems) == (name == "draft"), [str(one) for one in problems]
        assert all("sample.yaml" in one.file for one in problems)


def test_no_value_of_the_sample_stands_in_a_draft(feeds: dict[str, Path], tmp_path: Path) -> None:
    """What a draft says of a column are counts, formats and names from the catalogue."""
    path = feeds["public_security/resident"]
    page = _drafted(path, tmp_path)
    text = path.read_bytes().decode("gb18030")
    ids = set(re.findall(r"\d{17}[\dX]", text))
    assert len(ids) > 100
    assert not [one for one in ids if one in page]


def test_a_workbook_is_sampled_too(tmp_path: Path) -> None:
    """Its title is no header, cells are typed, and a date column is proposed as a date."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 2, "设备启用登记表")
        sheet.write_row(1, 0, ["编码", "启用日", "备注"])
        for row in range(2, 9):
            sheet.write_string(row, 0, f"K{row}")
            sheet.write_datetime(row, 1, date(2024, 1, row), day)  # type: ignore[arg-type]
    (tmp_path / "a.xlsx").write_bytes(made.getvalue())
    page = _drafted(tmp_path / "a.xlsx", tmp_path / "work")
    assert "format: xlsx" in page
    assert "header: {at: 2}" in page
    assert '"编码": ' in page
    assert "type: date" in page
