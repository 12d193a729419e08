"""Messages of the reading process: framed, and a piece of records comes through as it was."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pytest

from catalog_specs.rules.defects import DefectCode
from feeds.untrusted.messages import HEAD, LINES, PIECE, Piece, piece_from, send, send_piece


def received(stream: io.BytesIO) -> list[tuple[bytes, bytes]]:
    """Return the messages of a stream by tag."""
    stream.seek(0)
    found = []
    while head := stream.read(HEAD.size):
        tag, size = HEAD.unpack(head)
        found.append((tag, stream.read(size)))
    return found


@pytest.mark.parametrize(("payload", "sent"), [([1, "甲"], b'[1, "\\u7532"]'), (b"raw", b"raw")])
def test_a_message_is_tagged_and_counted(payload: Any, sent: bytes) -> None:
    """Lists and mappings go as JSON, bytes as they are."""
    stream = io.BytesIO()

    send(stream, b"X", payload)

    assert received(stream) == [(b"X", sent)]


def test_a_piece_comes_through() -> None:
    """Texts under any header, nulls, chunked columns and defects are the same at the other end."""
    texts = {
        "甲": pa.array(["一", None]),
        "": pa.chunked_array([["x"], ["y"]]),
    }
    spoiled = [(1, DefectCode.ENCODING, "\ufffd")]
    stream = io.BytesIO()

    send_piece(stream, Piece(3, texts, spoiled, b"12345678"))

    (tag, lines), (other, payload) = received(stream)
    assert (tag, lines, other) == (LINES, b"12345678", PIECE)
    piece = piece_from(bytearray(payload), lines)
    assert (piece.count, piece.spoiled, piece.lines) == (3, spoiled, b"12345678")
    assert {name: column.to_pylist() for name, column in piece.texts.items()} == {
        "甲": ["一", None],
        "": ["x", "y"],
    }


def test_a_damaged_piece_is_not_believed() -> None:
    """Bytes that are no piece raise an error instead of becoming records."""
    with pytest.raises(pa.ArrowInvalid):
        piece_from(bytearray(b"no piece at all"), None)
