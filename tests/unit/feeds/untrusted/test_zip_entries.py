"""ZIP directories: what no honest archive says of itself is refused before anything is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.limits import ReadingLimits, Refused
from feeds.untrusted.zip_entries import directory_size, refuse_hostile_entries

LOCAL, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def archive(*names: str, comment: bytes = b"") -> bytearray:
    """Return a ZIP of members that are not packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.comment = comment
        for name in names:
            made.writestr(name, b"1,2,3\n" * 20)
    return bytearray(buffer.getvalue())


def refused(data: bytes, members: int = 10) -> Refused | None:
    """Return why an archive is refused; None when it is not."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        try:
            refuse_hostile_entries(opened, ReadingLimits(members=members))
        except Refused as why:
            return why
    return None


def encrypted(data: bytearray) -> None:
    """Mark the second member as encrypted."""
    data[data.rindex(ENTRY) + 8] |= 1


def shared(data: bytearray) -> None:
    """Let the second member lie where the first one lies."""
    struct.pack_into("<L", data, data.rindex(ENTRY) + 42, 0)


def reaching(data: bytearray) -> None:
    """Let the second member reach into the directory."""
    place = data.rindex(ENTRY) + 20
    struct.pack_into("<L", data, place, struct.unpack_from("<L", data, place)[0] + 100)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [(encrypted, "encrypted"), (shared, "share their bytes"), (reaching, "share their bytes")],
)
def test_hostile_entries_are_refused(spoil: Callable[[bytearray], None], what: str) -> None:
    """Encrypted members cannot be searched; with overlapping ones a small ZIP holds petabytes."""
    data = archive("a", "b")
    assert refused(data) is None
    spoil(data)
    why = refused(data)
    assert why is not None
    assert (why.reason, what in why.what) == (DeliveryRefusal.HOSTILE, True)


def test_the_number_of_members_is_bounded() -> None:
    """As many as the limit are honest, one more is not."""
    data = archive("a", "b", "c")
    assert refused(data, members=3) is None
    assert refused(data, members=2) is not None


def test_a_member_without_a_header_is_damage() -> None:
    """Its place is behind the end of the file."""
    data = archive("a")
    struct.pack_into("<L", data, data.index(ENTRY) + 42, len(data) - 4)
    with pytest.raises(zipfile.BadZipFile):
        refused(data)


@pytest.mark.parametrize("comment", [b"", b"x" * 65_535])
def test_the_size_of_a_directory_is_told_by_its_end(comment: bytes) -> None:
    """Also behind the longest comment."""
    data = archive("a", "b", comment=comment)
    assert directory_size(io.BytesIO(data)) == data.rindex(END) - data.index(ENTRY)


def test_an_end_that_is_cut_off_tells_no_size() -> None:
    """A mark of an end is not enough."""
    assert directory_size(io.BytesIO(archive("a")[:-1])) is None
    assert directory_size(io.BytesIO(archive("a", comment=END))) is None


def test_the_size_of_a_large_directory_stands_elsewhere() -> None:
    """ZIP64 keeps it in a record of its own, which the end only points to."""
    data = archive("a")
    end = data.rindex(END)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    struct.pack_into("<L", data, end + 12, 0xFFFFFFFF)
    large = bytes(data[:end]) + record + place + bytes(data[end:])
    assert directory_size(io.BytesIO(large)) == 1 << 40
    lost = large.replace(place, struct.pack("<4sLQL", b"PK\x06\x07", 0, 1 << 50, 1))
    assert directory_size(io.BytesIO(lost)) is None


@settings(max_examples=50)
@given(st.binary(max_size=100), st.booleans())
def test_any_bytes_have_a_size_or_none(noise: bytes, marked: bool) -> None:
    """Nothing that stands in a file makes the search for its directory fail."""
    data = noise + END * marked + noise
    assert directory_size(io.BytesIO(data)) is None or marked
