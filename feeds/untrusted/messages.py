"""Messages of the reading process: tagged and counted, through a pipe.

Belongs here: tags, framing, and a piece of records as a message. Keep out: who waits how long
(`feeds.isolation`).
A message is its tag (1 byte), its length (8 bytes, big-endian) and its payload. First comes OPENED;
then the parent asks for headers, and gets pieces (LINES, if there are any, before its PIECE) until
END. REFUSED or BROKEN may stand anywhere and is the last. An unpacking process sends one UNPACKED.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from catalog_specs.rules.defects import DefectCode

__all__ = [
    "BROKEN",
    "END",
    "HEAD",
    "LINES",
    "OPENED",
    "PIECE",
    "REFUSED",
    "UNPACKED",
    "Opened",
    "Piece",
    "Spoiled",
    "piece_from",
    "send",
    "send_piece",
]

OPENED, LINES, PIECE, END = b"O", b"L", b"P", b"E"
REFUSED, BROKEN, UNPACKED = b"R", b"B", b"U"
HEAD = struct.Struct(">cQ")
_ABOUT = b"piece"

Spoiled = tuple[int, DefectCode, str]
"""A record that is a defect: its place in the piece, why, and its text."""


@dataclass(frozen=True)
class Piece:
    """Some consecutive records: well-formed ones as texts by header, the rest as defects.

    `lines` holds the place of every record, as native 64-bit integers; None where there is none.
    """

    count: int
    texts: dict[str, Any]
    spoiled: Sequence[Spoiled] = ()
    lines: bytes | None = None


@dataclass(frozen=True)
class Opened:
    """A file whose headers are known; `pieces` reads the records, with some headers or all."""

    headers: tuple[str, ...]
    pieces: Callable[[Sequence[str] | None], Iterator[Piece]]
    sheets: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


def send(stream: BinaryIO, tag: bytes, payload: Any) -> None:  # noqa: ANN401 - JSON or a buffer
    """Write a message; lists and mappings go as JSON."""
    if isinstance(payload, list | dict):
        payload = json.dumps(payload).encode()
    stream.write(HEAD.pack(tag, len(payload)))
    stream.write(payload)


def send_piece(stream: BinaryIO, piece: Piece) -> None:
    """Write a piece of records."""
    import pyarrow as pa

    if piece.lines is not None:
        send(stream, LINES, piece.lines)
    about = json.dumps([piece.count, list(piece.texts), list(piece.spoiled)])
    names = [str(place) for place in range(len(piece.texts))]
    columns = [
        texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        for texts in piece.texts.values()
    ]
    batch = pa.record_batch(columns, names=names).replace_schema_metadata({_ABOUT: about})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    send(stream, PIECE, sink.getvalue())


def piece_from(payload: bytearray, lines: bytes | None) -> Piece:
    """Return the piece of a message's payload, checked but not copied."""
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(payload)) as reader:
        about = json.loads(reader.schema.metadata[_ABOUT])
        table = reader.read_all()
    table.validate(full=True)  # offsets of a compromised sender could lead outside the buffer
    count, headers, spoiled = about
    texts = {header: table.column(place) for place, header in enumerate(headers)}
    return Piece(count, texts, [(int(p), DefectCode(c), str(r)) for p, c, r in spoiled], lines)
