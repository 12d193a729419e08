"""Error cells of a sheet: failed formulas such as `#REF!` and `#DIV/0!`.

Belongs here: finding them, which the parser of `workbook` does not. Keep out: every other cell.
"""

from __future__ import annotations

from pathlib import Path

import fastexcel

__all__ = ["error_cells"]

_TEXTS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


def error_cells(path: str, sheet: str) -> dict[int, list[tuple[int, str]]]:
    """Return row → (column, text) of the error cells, from the first filled row and column on."""
    try:
        loaded = fastexcel.read_excel(Path(path).read_bytes()).load_sheet(
            sheet, header_row=None, dtypes="string"
        )
        _, found = loaded.to_arrow_with_errors()
    except fastexcel.FastExcelError:
        return {}
    cells: dict[int, list[tuple[int, str]]] = {}
    for error in found.errors if found is not None else ():
        row, column = error.position
        kind = error.detail.partition("Error(")[2].partition(")")[0]
        cells.setdefault(row, []).append((column, _TEXTS.get(kind, "#ERROR!")))
    return cells
