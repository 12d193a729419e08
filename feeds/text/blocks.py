"""Blocks: a text file as pieces of whole lines in UTF-8, whatever its encoding.

Belongs here: reading in bounded pieces, cutting at line ends, transcoding ahead of the reader. Keep
out: which encoding (`encodings`), what a line means (`delimited`, `fixed_width`,
`feeds.readers.jsonl_reader`). In the encodings of one-byte units no byte of a longer character is a
line end, so a file is cut first and decoded after; UTF-16 and UTF-32 are decoded first and cut
after.
"""

from __future__ import annotations

import io
import re
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.reader import Source
from feeds.text.encodings import MARK, TextCode, encoded, marked, text_code
from feeds.text.private_use import standardised
from feeds.untrusted.markings import holds
from storage.engines.transcoding import utf8_of

__all__ = ["LINE_LIMIT", "hostile", "line_blocks", "line_texts", "split_lines"]

LINE_LIMIT = 64 << 20
"""Bytes without any line end after which a file is refused."""
FIRST_BYTES = 64 << 10
"""Bytes of the first block: it has the header, which is read by the slow, careful reader."""
NEWLINE = 10
_BOM = "\ufeff".encode()
_LATER_MARK = re.compile(rb"(\A|[\r\n])" + _BOM)


def line_blocks(
    source: Source, code: TextCode | None = None, *, bare_returns: bool = False
) -> Generator[bytes]:
    """Yield the file as valid UTF-8, each block ending with a newline; the last line is completed.

    With `bare_returns`, a block without any newline may end with a carriage return instead. Bytes
    that do not decode become marks (`encodings.MARK`). Refuses (GATE-103) a line beyond the limit.
    """
    code = code or text_code(source)
    return _ahead(_blocks(source, code, bare_returns=bare_returns))


def line_texts(data: bytes) -> pa.Array:
    """Return the lines of a block that ends with a newline, without their ends."""
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE)
    ends = np.concatenate(([0], newlines + 1)).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(newlines), pa.py_buffer(ends), pa.py_buffer(data))
    return pc.ascii_rtrim(lines, "\r\n")


def split_lines(data: bytes) -> list[str]:
    """Split at newlines and carriage returns only, line ends kept."""
    return list(io.StringIO(data.decode(), newline=""))


def hostile(source: Source, what: str, remedy: str) -> IntakeError:
    """Return the error of a file that is beyond a limit (GATE-103)."""
    return IntakeError(DeliveryRefusal.HOSTILE, what, where=source.name, remedy=remedy)


def _ahead(blocks: Iterator[bytes]) -> Generator[bytes]:
    """Make the next block in a thread while the last one is being read.

    Decoding, Arrow and DuckDB release Python's lock, so the two really overlap.
    """
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = pool.submit(next, blocks, None)
            yield block


def _blocks(source: Source, code: TextCode, *, bare_returns: bool) -> Iterator[bytes]:
    # Where fields are cut at bytes of the delivered encoding, characters wait until they are cut.
    named = code.codec == "gb18030" and source.feed.span_unit == "characters"
    for block in _whole_lines(source, _pieces(source, code), bare_returns=bare_returns):
        text = block if code.unit > 1 else _utf8(block, code)
        text = standardised(text) if named else text
        # Files put one behind the other have a byte-order mark where each of them begins.
        yield _LATER_MARK.sub(rb"\1", text) if holds(text, _BOM) else text


def _pieces(source: Source, code: TextCode) -> Iterator[bytes]:
    """Yield the file after its byte-order mark; one of wide units as UTF-8."""
    decoder = code.decoder() if code.unit > 1 else None
    with source.path.open("rb") as stream:
        stream.seek(code.mark)
        size = min(source.block_bytes, FIRST_BYTES)
        while piece := stream.read(size):
            yield piece if decoder is None else encoded(decoder.decode(piece))
            size = source.block_bytes
    if decoder is not None:
        yield encoded(decoder.decode(b"", final=True))


def _whole_lines(source: Source, pieces: Iterator[bytes], *, bare_returns: bool) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if not cut and bare_returns:
            cut = piece.rfind(b"\r", 0, -1) + 1  # a last return may be half of a `\r\n`
        if cut:
            yield b"".join((*gathered, piece[:cut]))
            gathered, size = [], 0
        gathered.append(piece[cut:])
        size += len(piece) - cut
        if size > LINE_LIMIT:
            raise hostile(
                source,
                f"no line end within {LINE_LIMIT >> 20} MiB",
                "deliver a text file with one record after another",
            )
    if size:
        yield b"".join((*gathered, b"\n"))


def _utf8(block: bytes, code: TextCode) -> bytes:
    if MARK.encode() not in block:
        with suppress(UnicodeError):
            return utf8_of(block, code.codec)
    return marked(block, code)
