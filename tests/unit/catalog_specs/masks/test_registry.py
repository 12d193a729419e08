"""A new kind of mask is one file: found by its being there, and usable everywhere at once."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalog_specs.masks import kinds
from catalog_specs.masks.mask import Mask, Remains
from catalog_specs.masks.registry import kind_modules, mask_kinds

ROOT = Path(__file__).parents[4]

ROUNDED = '''"""`rounded`: a number becomes the nearest multiple of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from catalog_specs.masks.mask import Key, Mask, Remains
from catalog_specs.vocabulary import NUMBERS, ItemType

if TYPE_CHECKING:
    import polars as pl


class Rounded(Mask):
    """A number becomes the nearest multiple of `step`, as text."""

    mask: Literal["rounded"]
    step: int = Field(ge=2)

    label: ClassVar = "取整"
    fits: ClassVar = NUMBERS
    remains: ClassVar = Remains.PART
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        return f"取整到{self.step}"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:
        import polars as pl

        return ((value / self.step).round() * self.step).cast(pl.Int64).cast(pl.String)
'''
USE = """
import sys
from catalog_specs.json_schema import schema_texts
from catalog_specs.masks.page import masks_page
from catalog_specs.models.element import Element
from catalog_specs.models.sharing import GrantedResource
from catalog_specs.rules.leaving.masking import fitting
from catalog_specs.vocabulary import ItemType

assert "polars" not in sys.modules, "reading a catalogue must not import Polars"
written = {"mask": "rounded", "step": 5}
granted = GrantedResource.model_validate(
    {"resource": "d/r", "items": ["i"], "masks": {"i": written}}
)
mask = granted.masks["i"]
assert granted.model_dump()["masks"]["i"] == written
assert "`rounded`" in fitting(ItemType.INTEGER)
assert "`rounded`" in masks_page()
assert '"Rounded"' in schema_texts()["grants.json"]

import polars as pl

frame = pl.DataFrame({"v": [12, 13, None]})
print(frame.select(mask.lay("v", ItemType.INTEGER)).get_column("v").to_list())
"""


def test_a_file_that_is_dropped_in_is_a_mask(tmp_path: Path) -> None:
    """One new file in the folder of kinds is validated, proposed, documented and laid."""
    plain = shutil.ignore_patterns("__pycache__", "quanzhou")
    shutil.copytree(ROOT / "catalog_specs", tmp_path / "catalog_specs", ignore=plain)
    place = tmp_path / "catalog_specs" / "masks" / "kinds" / "rounded.py"
    place.write_text(ROUNDED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USE],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "['10', '15', None]\n"), done.stderr


def test_every_file_of_the_folder_is_one_kind() -> None:
    """The list has a mask for each file, named like it, with its wording in both languages."""
    files = {path.stem for path in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert {kind.name() for kind in mask_kinds()} == files
    for kind in mask_kinds():
        assert kind.label
        assert kind.__doc__
        assert kind.fits
        assert isinstance(kind.remains, Remains)


def test_a_file_without_a_mask_of_its_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that could not be found by its name is said to be wrong, and not left out."""
    module = kind_modules()[0]
    [kind] = [one for one in mask_kinds() if one.__module__ == module.__name__]
    monkeypatch.delattr(module, kind.__name__)
    with pytest.raises(TypeError, match="named like its file"):
        mask_kinds()


def test_nobody_asks_which_kind_a_mask_is() -> None:
    """Outside the folder of kinds no module names a single kind: it asks what the mask answers."""
    names = {kind.__name__ for kind in mask_kinds()} | {Mask.__name__}
    packages = ("catalog_specs", "governance", "outlets", "flow", "assets", "pipelines", "cli")
    inside = ROOT / "catalog_specs" / "masks"
    for package in packages:
        for path in (ROOT / package).rglob("*.py"):
            if path.is_relative_to(inside):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imported = {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("catalog_specs.masks.kinds")
                for alias in node.names
            }
            assert not imported & names, f"{path} names {imported}"
