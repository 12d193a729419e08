"""ZIP, gzip and tar: members in order of their names, hostile archives refused before they cost."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.archives import is_tar, unpack
from feeds.untrusted.jobs import UnpackJob
from feeds.untrusted.limits import ReadingLimits, Refused

EMPTY, HOSTILE = DeliveryRefusal.EMPTY, DeliveryRefusal.HOSTILE
MARKED, UNREADABLE = DeliveryRefusal.MARKED, DeliveryRefusal.UNREADABLE
CSV = b"A,B,C\n1,2,3\n"


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: Mapping[str, bytes], kind: bytes = tarfile.REGTYPE, form: int = 1) -> bytes:
    """Return a tar; members of a kind other than files lead to `target`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.size = kind, len(data) if kind == tarfile.REGTYPE else 0
            entry.linkname = "" if kind == tarfile.REGTYPE else "target"
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def unpacked(
    folder: Path,
    data: bytes,
    pattern: str | None = None,
    limits: ReadingLimits | None = None,
    name: str = "f",
) -> dict[str, Path]:
    """Return where the members of an archive of those bytes lie, by name."""
    scratch, path = folder / "scratch", folder / "f"
    scratch.mkdir(exist_ok=True)
    path.write_bytes(data)
    kind = {b"PK": "zip", b"\x1f\x8b": "gzip"}.get(data[:2], "tar")
    job = UnpackJob(str(path), kind, str(scratch), name, pattern, limits or ReadingLimits())
    return {member: scratch / number for member, number in unpack(job)}


def refusal(
    folder: Path, data: bytes, pattern: str | None = None, limits: ReadingLimits | None = None
) -> Refused:
    """Return why an archive is refused."""
    with pytest.raises(Refused) as caught:
        unpacked(folder, data, pattern, limits)
    return caught.value


FILES = {"b/2.csv": CSV, "a.csv": CSV * 2, "区/张.csv": CSV}
LITTER = {"__MACOSX/._a.csv": b"x", ".DS_Store": b"x", "b/._2.csv": b"x", "Thumbs.db": b"x"}


@pytest.mark.parametrize(
    "data",
    [
        zipped(FILES | LITTER),
        zipped(FILES | LITTER, zipfile.ZIP_STORED),
        zipped(FILES | LITTER, zipfile.ZIP_LZMA),
        tarred(FILES | LITTER),
        tarred(FILES | LITTER, form=tarfile.PAX_FORMAT),
        gzip.compress(tarred(FILES | LITTER)),
    ],
    ids=["zip", "stored", "lzma", "gnu", "pax", "tar.gz"],
)
def test_members_come_in_order_of_their_names(tmp_path: Path, data: bytes) -> None:
    """Each is a part of its own, in a file named by a number; what file managers leave is not."""
    found = unpacked(tmp_path, data)
    assert list(found) == ["a.csv", "b/2.csv", "区/张.csv"]
    assert [path.name for path in found.values()] == ["1", "2", "3"]
    assert [path.read_bytes() for path in found.values()] == [CSV * 2, CSV, CSV]
    assert sorted(os.listdir(tmp_path / "scratch")) == ["1", "2", "3"]  # noqa: PTH208


def test_a_plain_gzip_is_one_part(tmp_path: Path) -> None:
    """It is called as the job says, and held to the rules for names like any other."""
    found = unpacked(tmp_path, gzip.compress(CSV), name="f.csv")
    assert {name: path.read_bytes() for name, path in found.items()} == {"f.csv": CSV}
    with pytest.raises(Refused):
        unpacked(tmp_path, gzip.compress(CSV), name="a\u202ecsv.exe")


def test_old_tar_files_are_known(tmp_path: Path) -> None:
    """Without the mark of POSIX, the checksum tells."""
    head = bytearray(tarred({"a.csv": CSV}))
    head[257:265] = bytes(8)
    head[148:156] = b" " * 8
    head[148:155] = b"%06o\0" % sum(head[:512])
    assert list(unpacked(tmp_path, bytes(head))) == ["a.csv"]


def test_a_tar_is_known_by_its_checksum() -> None:
    """Blocks of text, of zeros or of another sum are none, and neither is half a block."""
    head = tarred({"a.csv": CSV})[:512]
    assert is_tar(head)
    assert not is_tar(head[:-1])
    assert not is_tar(bytes(512))
    assert not is_tar(b"A,B,C\n1,2,3\n" * 50)
    assert not is_tar(head[:100] + b"1" + head[101:])


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [("*.csv", ["a.csv", "b/c.csv"]), ("b/*", ["b/c.csv", "b/d.txt"]), ("c.csv", ["b/c.csv"])],
)
def test_the_feed_says_which_members(tmp_path: Path, pattern: str, taken: list[str]) -> None:
    """A pattern matches the whole name or its last part."""
    data = zipped({"a.csv": CSV, "b/c.csv": CSV, "b/d.txt": CSV})
    assert list(unpacked(tmp_path, data, pattern)) == taken


def test_no_member_taken_is_an_empty_delivery(tmp_path: Path) -> None:
    """An archive of other files, and one of none."""
    assert refusal(tmp_path, zipped({"a.txt": CSV}), "*.csv").reason is EMPTY
    assert refusal(tmp_path, zipped({})).reason is EMPTY


def test_names_of_old_windows_archives_are_read(tmp_path: Path) -> None:
    """Names without the mark of UTF-8 are GB 18030."""
    data = zipped({"XXXX.csv": CSV}).replace(b"XXXX", "人口".encode("gb18030"))
    assert list(unpacked(tmp_path, data)) == ["人口.csv"]


HOSTILE_NAMES = [
    "../a.csv", "a/../../b.csv", "/etc/passwd", "C:\\a.csv", "..\\a.csv", "．．/a.csv", "a／b.csv",
    "．．／a.csv", "a\x07.csv", "a\u202ecsv.exe", "\\\\host\\a.csv", "a/．．/b.csv", "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_hostile_names_are_refused(tmp_path: Path, name: str, kind: str) -> None:
    """A name that would lead out of a folder, or hides what it is, refuses the archive."""
    members = {"a.csv": CSV, name: CSV}
    data = zipped(members) if kind == "zip" else tarred(members, form=tarfile.PAX_FORMAT)
    error = refusal(tmp_path, data)
    assert (error.reason, name in str(error)) == (HOSTILE, False)
    assert not list((tmp_path / "scratch").iterdir())


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    """The name that a reader in C would see is another one."""
    data = zipped({"aX.csv": CSV}).replace(b"aX.csv", b"a\0.csv")
    assert refusal(tmp_path, data).reason is HOSTILE


@pytest.mark.parametrize("name", ["１．企业…名单（一）.csv", "a：b.csv", "年报 2024.csv"])
def test_chinese_punctuation_is_no_attack(tmp_path: Path, name: str) -> None:
    """Full-width marks that lead nowhere are part of a name."""
    assert list(unpacked(tmp_path, zipped({name: CSV}))) == [name]


@pytest.mark.parametrize(
    "pair", [("a.csv", "A.CSV"), ("\u00e9.csv", "e\u0301.csv"), ("ß.csv", "SS.csv")]
)
def test_names_that_are_one_are_refused(tmp_path: Path, pair: tuple[str, str]) -> None:
    """Two members whose names differ in case or composition alone."""
    assert "same name" in str(refusal(tmp_path, zipped(dict.fromkeys(pair, CSV))))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.BLKTYPE]
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    """Tar members that are no plain files."""
    assert refusal(tmp_path, tarred({"a.csv": b""}, kind)).reason is HOSTILE


def bomb(size: int) -> bytes:
    """Return a ZIP with one member of so many zeros."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("zeros.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def zeros() -> bytes:
    """Return a ZIP of 64 MiB of zeros whose directory says 10 GB."""
    data = bytearray(bomb(64 << 20))
    assert len(data) < 100_000
    return bytes(data)


def test_bombs_are_refused_at_once(tmp_path: Path, zeros: bytes) -> None:
    """What unpacks to hundreds of times its size is refused within a second, and little written."""
    for data in (zeros, gzip.compress(bytes(64 << 20))):
        unpacked(tmp_path, zipped({"a.csv": CSV}))
        start = time.monotonic()
        error = refusal(tmp_path, data)
        assert time.monotonic() - start < 3
        assert error.reason is HOSTILE
        assert sum(f.stat().st_size for f in (tmp_path / "scratch").iterdir()) <= 17 << 20


def test_what_headers_say_of_sizes_is_not_believed(tmp_path: Path) -> None:
    """A member longer than its header says is damaged, never trusted."""
    data = bytearray(zipped({"a.csv": CSV * 1000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(mark) + place, 10)
    assert refusal(tmp_path, bytes(data)).reason is UNREADABLE


@pytest.mark.parametrize("kind", ["zip", "tar", "gzip"])
def test_limits_of_size_hold(tmp_path: Path, kind: str) -> None:
    """All members together may unpack to so much."""
    noise = os.urandom(300_000)
    members = {"a.csv": noise, "b.csv": noise}
    data = {"zip": zipped(members), "tar": tarred(members), "gzip": gzip.compress(noise * 2)}[kind]
    error = refusal(tmp_path, data, limits=ReadingLimits(expanded=500_000))
    assert (error.reason, error.what) == (HOSTILE, "the archive unpacks beyond the limit")


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_limits_of_number_hold(tmp_path: Path, kind: str) -> None:
    """So do the members."""
    members = {f"{n}.csv": b"" for n in range(21)}
    data = zipped(members) if kind == "zip" else tarred(members)
    assert refusal(tmp_path, data, limits=ReadingLimits(members=20)).reason is HOSTILE
    assert len(unpacked(tmp_path, data, limits=ReadingLimits(members=21))) == 21


def test_a_directory_of_millions_is_not_read(tmp_path: Path) -> None:
    """A ZIP whose directory is beyond all measure is refused unread, so it may be damaged too."""
    data = zipped({f"{n:06}.csv": b"" for n in range(2000)}).replace(b"PK\x01\x02", b"PK\xff\xff")
    error = refusal(tmp_path, data, limits=ReadingLimits(members=50))
    assert (error.reason, error.what) == (HOSTILE, "the archive has more than 50 members")


def test_a_directory_whose_size_cannot_be_told_is_not_read(tmp_path: Path) -> None:
    """An end that holds the mark of an end in its own fields hides its size from us alone."""
    data = bytearray(zipped({"a.csv": CSV}))
    end = data.rindex(b"PK\x05\x06")
    data[end + 4 : end + 8] = b"PK\x05\x06"
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["a.csv"]
    assert refusal(tmp_path, bytes(data)).reason is UNREADABLE


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    """Nobody here has the password."""
    data = bytearray(zipped({"a.csv": CSV}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "encrypted" in str(refusal(tmp_path, bytes(data)))


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """Overlapping members are how a small ZIP holds petabytes."""
    data = bytearray(zipped({"a.csv": CSV * 50, "b.csv": CSV * 50}))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    assert "share" in str(refusal(tmp_path, bytes(data)))


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "gzip"])
def test_archives_cut_off_are_refused(tmp_path: Path, kind: str) -> None:
    """An archive without its end is never taken for a whole one."""
    members = {f"{n}.csv": os.urandom(3000) for n in range(5)}
    data = {
        "zip": zipped(members),
        "tar": tarred(members),
        "tar.gz": gzip.compress(tarred(members)),
        "gzip": gzip.compress(os.urandom(9000)),
    }[kind]
    whole = data.rstrip(b"\0") if kind == "tar" else data
    cuts = [len(whole) * share // 100 for share in (20, 50, 80)] + [len(whole) - 1]
    if kind == "tar":
        cuts.append(tarred({"0.csv": members["0.csv"]}).rindex(members["0.csv"]) + 3072)
    for cut in cuts:
        assert refusal(tmp_path, data[:cut]).reason is UNREADABLE


@pytest.mark.parametrize("mark", [b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\x00"])
def test_noise_is_refused(tmp_path: Path, mark: bytes) -> None:
    """Bytes that only begin like an archive."""
    for size in (0, 30, 4000):
        assert refusal(tmp_path, mark + os.urandom(size)).reason in {UNREADABLE, HOSTILE}


@pytest.mark.parametrize("kind", ["zip", "tar", "gzip"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_marked_member_is_refused(tmp_path: Path, kind: str, codec: str) -> None:
    """A secrecy marking is found in whatever is unpacked, also where two reads of it meet."""
    marked = b"x" * ((1 << 20) - 2) + "绝密★".encode(codec)
    data = {
        "zip": zipped({"a.csv": marked}),
        "tar": tarred({"a.csv": marked}),
        "gzip": gzip.compress(marked),
    }[kind]
    assert refusal(tmp_path, data).reason is MARKED


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_marked_name_is_refused(tmp_path: Path, kind: str) -> None:
    """Whether the member is taken or not."""
    members = {"a.csv": CSV, "机密★.txt": CSV}
    data = zipped(members) if kind == "zip" else tarred(members)
    assert refusal(tmp_path, data, "*.csv").reason is MARKED
