"""State secrets: a marking anywhere in a file is found, and nothing of the file is kept."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zipfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from catalog_specs.models.resource import Resource
from landing.landing import Recognised, land, resume
from landing.stored_names import stored_name
from register.records import Delivery
from storage.layout import Layout
from tests.city import PERSON, records
from tests.city.records import HEADER
from tests.city.registers import deliveries
from tests.city.resources import catalog_of, fed, person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LINE = records.LINE.format(1)
PLAIN = f"{HEADER}\n{LINE}\n"
MARKING = "机密★30年"


def drop(layout: Layout, content: bytes, name: str = "a.csv") -> Path:
    """Put a file into the inbox."""
    path = layout.inbox(PERSON) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def landed(layout: Layout, path: Path, resource: Resource) -> Delivery:
    """Land a file that was not delivered before."""
    result = land(layout, catalog_of(resource), resource, path, NOW)
    assert isinstance(result, Delivery)
    return result


def remains(home: Path, *needles: bytes) -> list[Path]:
    """Return the files below a home that hold any of these bytes in their name or content."""
    found = []
    for path in home.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if any(needle in content or needle in os.fsencode(path.name) for needle in needles):
            found.append(path)
    return found


def _csv(text: str, codec: str = "utf-8") -> bytes:
    return text.encode(codec)


def _xlsx(header: str = HEADER, cell: str = "张三", sheet: str = "人", footer: str = "") -> bytes:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        first = made.add_worksheet(sheet)
        first.write_row(0, 0, header.split(","))
        first.write_row(1, 0, [cell, *LINE.split(",")[1:]])
        if footer:
            made.add_worksheet("说明").write(5, 5, footer)
    return book.getvalue()


def _parquet(cell: str) -> bytes:
    table = pa.table(
        {
            h: [cell if h == "name" else v]
            for h, v in zip(HEADER.split(","), LINE.split(","), strict=True)
        }
    )
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    return target.getvalue()


def _zip(member: str, text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", PLAIN)
        archive.writestr(member, text)
    return target.getvalue()


def _tgz(text: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "feed"),
    [
        (_csv(PLAIN.replace("张三", MARKING)), {}),
        (_csv(PLAIN.replace("张三", MARKING), "gb18030"), {"encoding": "gb18030"}),
        (_csv(PLAIN.replace("张三", MARKING), "utf-16"), {"encoding": "detect"}),
        (_csv(PLAIN.replace("张三", MARKING), "gb18030"), {"encoding": "utf-8"}),
        (_csv(f"{MARKING}\n{PLAIN}"), {"header": {"at": 2}}),
        (_csv(f"{PLAIN}# {MARKING}\n"), {"comment": "#"}),
        (_csv(f"{PLAIN}合计 {MARKING}\n"), {"footer": "^合计"}),
        (_csv(f"{HEADER},{MARKING}\n{LINE},x\n"), {}),
        (_csv(f"{HEADER},备注\n{LINE},{MARKING}\n"), {}),
        (_csv(f"{HEADER.replace('income', 'x')}\n{LINE.replace('张三', MARKING)}\n"), {}),
        (_csv(f"<html>{MARKING}</html>"), {}),
        (json.dumps({"name": MARKING}).encode(), {"format": "jsonl"}),
        (json.dumps({"x": {"y": [MARKING]}}).encode(), {"format": "jsonl"}),
        (_xlsx(cell=MARKING), {"format": "xlsx"}),
        (_xlsx(sheet=MARKING), {"format": "xlsx"}),
        (_xlsx(header=f"{HEADER},{MARKING}"), {"format": "xlsx"}),
        (_xlsx(footer=MARKING), {"format": "xlsx"}),
        (_parquet(MARKING), {"format": "parquet"}),
        (_zip("b.csv", PLAIN.replace("张三", MARKING)), {}),
        (_zip(f"{MARKING}.csv", PLAIN), {}),
        (_tgz(PLAIN.replace("张三", MARKING)), {}),
    ],
)
def test_a_marked_file_leaves_its_digest_and_nothing_else(
    tmp_path: Path, content: bytes, feed: dict[str, object]
) -> None:
    """No raw file, no row, no header: the receipt says when, where, how large and which digest."""
    layout, resource = Layout(tmp_path), fed(person(), **feed)
    delivery = landed(layout, drop(layout, content), resource)
    assert delivery.refusal == "GATE-106"
    assert (delivery.rows, delivery.headers, delivery.members) == (0, (), ())
    assert (delivery.undeclared, delivery.skipped, delivery.read_as) == ({}, {}, "")
    assert (delivery.bytes, delivery.files) == (len(content), ("a.csv",))
    folder = layout.delivery(resource.ref, delivery.delivery)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json", "rows.parquet"]
    assert pq.read_table(folder / "rows.parquet").num_rows == 0
    assert not any(layout.inbox(resource.ref).iterdir())
    assert remains(tmp_path, MARKING.encode(), MARKING.encode("gb18030"), "张三".encode()) == []
    assert [path.name for path in layout.landing(resource.ref).iterdir()] == [folder.name]


def _zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for form, data in members.items():
            archive.writestr(f"{form}.{form}", data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (_parquet("张三")[:-3], "parquet"),
        (b"PAR1" + bytes(100) + b"PAR1", "parquet"),
        (b"ARROW1\0\0" + bytes(100), "arrow"),
        (_zipped(csv=b",".join([b"x"] * 5_000), parquet=_parquet("张三")), "csv"),
        (_zipped(arrow=b"ARROW1\0\0" + bytes(100), csv=PLAIN.encode()), "arrow"),
    ],
)
def test_of_what_was_not_read_to_its_end_nothing_is_kept(
    tmp_path: Path, content: bytes, form: str
) -> None:
    """A marking may stand in the part that nobody reached, so its bytes are no harmless rest."""
    layout, resource = Layout(tmp_path), fed(person(), format=form)
    delivery = landed(layout, drop(layout, content, "a.bin"), resource)
    assert delivery.refusal == "GATE-110"
    assert "nothing of it was kept" in (delivery.refusal_detail or "")
    assert (delivery.bytes, len(delivery.sha256), delivery.rows) == (len(content), 64, 0)
    folder = layout.delivery(resource.ref, delivery.delivery)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json", "rows.parquet"]
    assert not any(layout.inbox(resource.ref).iterdir())


def test_a_marked_name_is_not_kept(tmp_path: Path) -> None:
    """The name is replaced before anything is written, also when the same bytes come again."""
    layout, resource = Layout(tmp_path), person()
    delivery = landed(layout, drop(layout, PLAIN.encode(), "绝密★年报.csv"), resource)
    assert (delivery.refusal, delivery.files, delivery.renamed) == (
        "GATE-106",
        ("delivered.csv",),
        True,
    )
    again = drop(layout, PLAIN.encode(), "绝密★年报.csv")
    repeated = land(layout, catalog_of(resource), resource, again, NOW)
    assert isinstance(repeated, Recognised)
    assert repeated.file == "delivered.csv"
    assert remains(tmp_path, "绝密".encode(), "张三".encode()) == []


def test_a_marking_far_behind_leaves_no_row(tmp_path: Path) -> None:
    """What was read before the marking was met is not kept."""
    layout, resource = Layout(tmp_path), fed(person(), format="parquet")
    names = ["某人"] * 200_000 + [MARKING]
    columns = dict(zip(HEADER.split(","), LINE.split(","), strict=True))
    table = pa.table({h: [v] * len(names) for h, v in columns.items()} | {"name": names})
    path = drop(layout, b"")
    pq.write_table(table, path, row_group_size=50_000)
    delivery = landed(layout, path, resource)
    assert (delivery.refusal, delivery.rows) == ("GATE-106", 0)
    assert deliveries(layout, resource.ref) == (delivery,)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("报表 2026.csv", "报表 2026.csv"),
        ("e\u0301.csv", "\u00e9.csv"),
        ("．．／．．／passwd.csv", "______passwd.csv"),
        ("a\u202etxt.csv", "a_txt.csv"),
        ("a\nb\t.csv", "a_b_.csv"),
        ("a\\b.csv", "a_b.csv"),
        ("a\udcff.csv", "a_.csv"),
        ("…", "delivered"),
        ("机密★.tar.gz", "delivered.tar.gz"),
        ("Ａ表．csv", "Ａ表_csv"),
    ],
)
def test_names_are_kept_in_a_harmless_form(name: str, kept: str) -> None:
    """One plain path component in NFC; what is harmless stays as it is."""
    assert stored_name(name).text == kept
    assert stored_name(name).renamed is (name != kept)
    assert stored_name(kept).text == kept


@pytest.mark.parametrize("name", ["绝密★/a.csv", "绝密/★/a.csv", "2024/机密★1年/x/a.csv"])
def test_a_marking_in_a_folder_is_one_of_the_file(tmp_path: Path, name: str) -> None:
    """The path is the delivery's name: marked as a whole, nothing of it or the file is kept."""
    layout, resource = Layout(tmp_path / "home"), person()
    delivery = landed(layout, drop(layout, PLAIN.encode(), name), resource)
    assert (delivery.refusal, delivery.files) == ("GATE-106", ("delivered.csv",))
    shutil.rmtree(layout.inbox(resource.ref))
    assert remains(layout.home, *(text.encode() for text in ("★", "绝密", "机密", "张三"))) == []


def test_hostile_names_are_landed_and_told(tmp_path: Path) -> None:
    """Content counts: each file is landed under its safe name, twins as two deliveries."""
    layout, resource = Layout(tmp_path), person()
    names = ["．．／x.csv", "e\u0301.csv", "\u00e9.csv", "A.csv", "a.csv", os.fsdecode(b"\xff.csv")]
    kept = {}
    for number, name in enumerate(names):
        content = f"{PLAIN}{records.LINE.format(number)}\n".encode()
        delivery = landed(layout, drop(layout, content, name), resource)
        folder = layout.delivery(resource.ref, delivery.delivery) / "raw"
        assert [path.name for path in folder.iterdir()] == list(delivery.files)
        assert next(folder.iterdir()).read_bytes() == content
        kept[delivery.files[0]] = delivery.renamed
    assert kept == {
        "___x.csv": True,
        "\u00e9.csv": False,
        "A.csv": False,
        "a.csv": False,
        "_.csv": True,
    }


@pytest.mark.parametrize("call", range(3))
@pytest.mark.parametrize("folder", ["", "绝密★/"])
def test_a_run_killed_while_it_removes_the_file_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, folder: str
) -> None:
    """The receipt is not lost and the file does not stay, wherever the removal was broken off."""
    layout, resource = Layout(tmp_path / "home"), person()
    path = drop(layout, PLAIN.replace("张三", MARKING).encode(), f"{folder}绝密★.csv")
    remove, calls = shutil.rmtree, count()

    def stop(removed: Path, **more: bool) -> None:
        if Path(removed).name in {"copied", "raw", "taken"} and next(calls) == call:
            raise KeyboardInterrupt
        remove(removed, **more)

    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            landed(layout, path, resource)
    assert not path.exists()
    resume(layout, resource.ref)
    if folder:
        path.parent.rmdir()  # the department's own: it stays when it is empty
    (delivery,) = deliveries(layout, resource.ref)
    assert (delivery.refusal, delivery.files) == ("GATE-106", ("delivered.csv",))
    assert remains(layout.home, MARKING.encode(), "绝密".encode()) == []


def _ole() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "张三".encode("utf-16-le") * 200


def _in_a_zip(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


UNSEEN = {
    "PDF": b"%PDF-1.7\n" + "张三".encode(),
    "DOC, WPS, PPT": _ole(),
    "DOCX": _in_a_zip("[Content_Types].xml", b"<Types/>"),
    "OFD": _in_a_zip("OFD.xml", "<x>张三</x>".encode()),
    "RTF": b"{\\rtf1 " + "张三".encode(),
    "7z": b"7z\xbc\xaf\x27\x1c" + "张三".encode(),
    "nested": _in_a_zip("b.zip", _in_a_zip("a.csv", PLAIN.encode())),
    "a PDF in a ZIP": _in_a_zip("a.pdf", b"%PDF-1.7\n" + "张三".encode()),
    "cut off": _in_a_zip("a.csv", PLAIN.encode())[:-30],
    "hostile": _in_a_zip("../a.csv", PLAIN.encode()),
    "encrypted": _in_a_zip("a.csv", PLAIN.encode()).replace(
        b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
    ),
    "broken workbook": _xlsx()[:-40],
    "broken gzip": b"\x1f\x8b\x08\0" + bytes(40),
}


@pytest.mark.parametrize("kind", UNSEEN)
@pytest.mark.parametrize("declared", ["csv", "xlsx"])
def test_what_nobody_can_look_into_leaves_its_digest_and_nothing_else(
    tmp_path: Path, kind: str, declared: str
) -> None:
    """With or without a marking: it may be a secret, and nobody could tell."""
    layout, resource = Layout(tmp_path), fed(person(), format=declared)
    content = UNSEEN[kind]
    delivery = landed(layout, drop(layout, content, "文件.bin"), resource)
    assert (delivery.refusal, delivery.rows, delivery.bytes) == ("GATE-110", 0, len(content))
    folder = layout.delivery(resource.ref, delivery.delivery)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json", "rows.parquet"]
    assert not any(layout.inbox(resource.ref).iterdir())
    assert remains(tmp_path, content[:8]) == []
