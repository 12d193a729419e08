"""A text file as blocks of whole lines in UTF-8, whatever encoding it was delivered in.

Belongs here: reading in bounded pieces, transcoding, byte-order marks, undecodable bytes. Keep out:
what a line means (`delimited`, `json_lines`).
In GB 18030 no byte of a longer character is a line end, so a file may be cut at line ends first
and decoded after; each block stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from lakehouse.intake.reader import Source, unreadable

__all__ = ["LINE_LIMIT", "line_blocks"]

LINE_LIMIT = 64 << 20
"""Bytes without any line end after which a file is no text file."""

_MARK = "\ufeff".encode()


def line_blocks(source: Source, *, bare_returns: bool = False) -> Iterator[bytes]:
    """Yield the file as valid UTF-8, each block ending with a newline; the last line is completed.

    With `bare_returns`, a block without any newline may end with a carriage return instead.
    Refuses (GATE-101) bytes that the declared encoding does not know, naming the first one's
    offset, and a file without line ends.
    """
    offset = 0
    for block in _whole_lines(source, bare_returns=bare_returns):
        text = _utf8(source, block, offset)
        yield text.removeprefix(_MARK) if offset == 0 else text
        offset += len(block)


def _whole_lines(source: Source, *, bare_returns: bool) -> Iterator[bytes]:
    rest = b""
    with source.path.open("rb") as stream:
        while piece := stream.read(source.block_bytes):
            rest += piece
            cut = rest.rfind(b"\n") + 1
            if not cut and bare_returns:
                cut = rest.rfind(b"\r", 0, -1) + 1
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > LINE_LIMIT:
                raise unreadable(
                    source,
                    f"no line end within {LINE_LIMIT >> 20} MiB",
                    "deliver a text file with one record after another",
                )
    if rest:
        yield rest + b"\n"


def _utf8(source: Source, block: bytes, offset: int) -> bytes:
    try:
        if source.feed.encoding == "gb18030":
            return block if block.isascii() else block.decode("gb18030").encode()
        if not _is_utf8(block):
            block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise unreadable(
            source,
            f"byte {offset + error.start} is not {source.feed.encoding}",
            "deliver the file in the declared encoding, or correct `feed.encoding`",
        ) from None
    return block


def _is_utf8(block: bytes) -> bool:
    """Say whether bytes are UTF-8 without making a text of them."""
    ends = pa.py_buffer(np.array([0, len(block)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(block)]).cast(
            pa.large_string()
        )
    except pa.ArrowInvalid:
        return False
    return True
