"""The scan of a workbook's parts: what is hostile stops it, what only the XML tells is noted."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.limits import ReadingLimits, Refused
from feeds.untrusted.sheets.scan import Scanned, scan_parts

SHEET = "xl/worksheets/sheet1.xml"
CHUNK = 1 << 20
"""How much of a part is in hand at once."""


def book(folder: Path, **parts: bytes) -> str:
    """Return the path of a ZIP of parts."""
    with zipfile.ZipFile(folder / "f", "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return str(folder / "f")


def scanned(folder: Path, part: bytes) -> Scanned:
    """Return what is noted of a workbook of one part."""
    return scan_parts(book(folder, part=b"<x/>" + part), ReadingLimits())


def refusal(folder: Path, limits: ReadingLimits | None = None, **parts: bytes) -> Refused:
    """Return why a workbook is refused."""
    with pytest.raises(Refused) as caught:
        scan_parts(book(folder, **parts), limits or ReadingLimits())
    return caught.value


@pytest.mark.parametrize(
    "declared", ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "<!DOCTYPE a>", "<!ENTITY b"]
)
@pytest.mark.parametrize("codec", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", [0, CHUNK - 5])
def test_a_document_type_is_hostile_in_any_part(
    tmp_path: Path, declared: str, codec: str, before: int
) -> None:
    """In any encoding of a parser, also where two pieces of a part meet."""
    found = refusal(tmp_path, good=b"<a/>", bad=b" " * before + declared.encode(codec))
    assert (found.reason, "document type" in found.what) == (DeliveryRefusal.HOSTILE, True)


def test_marks_that_are_no_document_type_are_harmless(tmp_path: Path) -> None:
    """Comments and CDATA of honest writers."""
    assert scanned(tmp_path, b"<!-- DOCTYPE --><![CDATA[!]]>") == Scanned()


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", [0, CHUNK - 4])
def test_a_marking_in_any_part_is_found(tmp_path: Path, codec: str, before: int) -> None:
    """Sheets that nobody reads, names, comments: all of them are parts."""
    found = refusal(tmp_path, good=b"<a/>", bad=b" " * before + "绝密 ★".encode(codec))
    assert found.reason is DeliveryRefusal.MARKED


def test_what_the_parts_expand_to_is_counted_together(tmp_path: Path) -> None:
    """To the byte, whatever they say of themselves."""
    limits = ReadingLimits(workbook=3 * CHUNK)
    scan_parts(book(tmp_path, a=bytes(CHUNK), b=bytes(2 * CHUNK)), limits)
    found = refusal(tmp_path, limits, a=bytes(CHUNK), b=bytes(2 * CHUNK + 1))
    assert (found.reason, "expands" in found.what) == (DeliveryRefusal.HOSTILE, True)


def test_the_number_of_parts_is_bounded(tmp_path: Path) -> None:
    """As that of any archive's members."""
    found = refusal(tmp_path, ReadingLimits(members=1), a=b"", b=b"")
    assert found.reason is DeliveryRefusal.HOSTILE


@pytest.mark.parametrize("spoilt", ["noise", "cut off", "flipped", "method"])
def test_a_damaged_workbook_is_unseen(tmp_path: Path, spoilt: str) -> None:
    """A marking may stand in the part that nobody reached, so nothing of it is kept."""
    path = Path(book(tmp_path, a=bytes(range(256)) * 200))
    data = bytearray(path.read_bytes())
    match spoilt:
        case "noise":
            data = bytearray(b"PK\3\4noise")
        case "cut off":
            del data[-30:]
        case "flipped":
            data[60:90] = bytes(30)
        case _:
            struct.pack_into("<H", data, data.index(b"PK\1\2") + 10, 99)
            struct.pack_into("<H", data, 8, 99)
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        scan_parts(str(path), ReadingLimits())
    assert caught.value.reason is DeliveryRefusal.UNSEEN


@pytest.mark.parametrize(
    "part",
    [
        b'<c r="A1"><f>1+1</f><v>2</v></c>', b'<c><f t="shared" si="0"/></c>', b"<x:f>1</x:f>",
        b"<v>60</v>", b"<v> 60.5</v>", b'<col min="1" max="2" hidden="1"/>',
        b'<table:table-cell table:formula="of:=1"/>', b'table:visibility="collapse"',
        b'table:number-rows-spanned="2"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [0, CHUNK - 10])
def test_what_only_the_xml_tells_is_noted(tmp_path: Path, part: bytes, before: int) -> None:
    """Formulas, the day that never was, hidden columns, merged cells of an ODS."""
    assert scanned(tmp_path, b" " * before + part) == Scanned(untold=True)


@pytest.mark.parametrize(
    "part",
    [
        b"<v>600</v>",
        b"<v>160</v>",
        b"<t>60</t>",
        b"<font/><fill/>",
        b'<col min="1" max="2"/>',
        b"=f(",
    ],
)
def test_other_cells_are_left_to_the_parser(tmp_path: Path, part: bytes) -> None:
    """They cost no second look."""
    assert scanned(tmp_path, part) == Scanned()


def test_error_cells_and_pivot_caches_are_noted(tmp_path: Path) -> None:
    """A cache may hold what its sheet no longer shows."""
    caches = {f"xl/pivotCache/pivotCacheDefinition{n}.xml": b"<a/>" for n in (1, 2)}
    path = book(tmp_path, **{SHEET: b'<c r="A1" t="e"><v>#REF!</v></c>'}, **caches)
    assert scan_parts(path, ReadingLimits()) == Scanned(errors=True, pivot_caches=2)


def test_a_directory_of_any_size_is_not_read(tmp_path: Path) -> None:
    """It is refused by what its end says, before a library makes an object of every entry."""
    path = Path(book(tmp_path, a=b"<a/>"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 1 << 30)
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        scan_parts(str(path), ReadingLimits())
    told = caught.value
    assert (told.reason, "members" in told.what) == (DeliveryRefusal.HOSTILE, True)
