"""The link to the reading process: untrusted files are parsed in a process of their own.

Belongs here: talking to that process, and reporting why it died. Keep out: formats
(`feeds.untrusted`), starting it (`nursery`). The process limits its own memory, time and files;
this end limits its silence, and ends it as soon as its answers are no longer read.
A request is written only when an answer is due, and answers are read as they come, so neither end
ever waits for the other to read.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from catalog_specs.errors import IntakeError, TransientError
from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Moments
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.columns import feed_columns
from feeds.nursery import Reading, reading_process
from feeds.reader import Block, Defect, OpenFeed, Source, rows_table
from feeds.untrusted.jobs import Job, ReadJob, UnpackJob, job_line
from feeds.untrusted.limits import ReadingLimits
from feeds.untrusted.messages import (
    BROKEN,
    END,
    HEAD,
    LINES,
    OPENED,
    PIECE,
    REFUSED,
    UNPACKED,
    Piece,
    piece_from,
)

__all__ = ["IsolatedReader", "unpacked"]

_LARGEST_MESSAGE = 2 << 30
"""Bytes above which a length is nonsense: it must not make this process allocate them."""
_STOPPED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""Signals by which somebody stops a service: no fault of the file."""
_REMEDY = "look at the file with care, and deliver one as its program saves it"


class IsolatedReader:
    """Reads Parquet, Arrow, XLSX, XLS and ODS, each file in a process of its own."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Let the process read the headers; it reads the records when they are asked for."""
        with _talking(_read_job(source), source.name) as talk:
            headers, sheets, hidden = talk.expect(OPENED)
            skipped: Counter[str] = Counter()

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                row = 1
                for block in talk.blocks(None if whole else [*columns.values()], skipped):
                    yield rows_table(row, block, columns, whole=whole)
                    row += block.count

            yield OpenFeed(tuple(headers), read, None, skipped, tuple(sheets), hidden)


def unpacked(source: Source, kind: str, scratch: Path) -> tuple[tuple[str, Path], ...]:
    """Unpack an archive into `scratch`: each member's name and file, in order of the names.

    `kind` is `zip`, `tar` or `gzip`. Raises IntakeError (GATE-101, 103, 104).
    """
    path = source.path.resolve()
    name = source.name.removesuffix(".gz").removesuffix(".GZ") or source.name
    job = UnpackJob(
        str(path), kind, str(scratch.resolve()), name, source.feed.members, source.limits
    )
    with _talking(job, source.name) as talk:
        members = talk.expect(UNPACKED)
    return tuple((str(member), scratch / str(int(file))) for member, file in members)


def _read_job(source: Source) -> ReadJob:
    feed = source.feed
    return ReadJob(
        path=str(source.path.resolve()),
        format=source.format.value,
        timezone=source.timezone,
        declared=tuple(dict.fromkeys(feed_columns(feed).values())),
        texts=None if source.texts is None else tuple(sorted(source.texts)),
        keys=tuple(sorted(source.keys)),
        instants=_instants(feed),
        sheet=feed.sheet,
        header_at=feed.header.at,
        header_rows=feed.header.rows,
        header_join=feed.header.join,
        comment=feed.comment,
        footer=feed.footer,
        limits=source.limits,
    )


def _instants(feed: Feed) -> tuple[str, ...]:
    """Return the headers whose moments a declared step reads: it has to see their offset."""
    headers = feed_columns(feed)
    stepped = (
        part
        for part, steps in feed.normalise.items()
        if any(isinstance(step, Moments) for step in steps)
    )
    return tuple(sorted({headers[part] for part in stepped if part in headers}))


def _block(piece: Piece) -> Block:
    defects = [Defect(place, code, raw) for place, code, raw in piece.spoiled]
    lines = None if piece.lines is None else np.frombuffer(piece.lines, np.int64)
    return Block(piece.count, piece.texts, defects, lines=lines)


@dataclass
class _Talk:
    """A conversation with the process that reads the file called `where`."""

    process: Reading
    limits: ReadingLimits
    where: str

    def expect(self, tag: bytes) -> Any:  # noqa: ANN401 - what JSON says
        """Return what the next message says, which must be of that tag."""
        got, payload = self.receive()
        return json.loads(payload) if got == tag else self._confused()

    def blocks(self, headers: Sequence[str] | None, skipped: Counter[str]) -> Iterator[Block]:
        """Ask for the records and yield them as they come."""
        self.send(json.dumps(headers).encode() + b"\n")
        lines: bytes | None = None
        while True:
            tag, payload = self.receive()
            match tag:
                case _ if tag == LINES:
                    lines = bytes(payload)
                case _ if tag == PIECE:
                    yield self._block(payload, lines)
                    lines = None
                case _ if tag == END:
                    skipped.update(json.loads(payload))
                    return
                case _:
                    self._confused()

    def _block(self, payload: bytearray, lines: bytes | None) -> Block:
        try:
            return _block(piece_from(payload, lines))
        except (pa.ArrowException, ValueError, TypeError, KeyError):
            self._confused()

    def send(self, request: bytes) -> None:
        """Write a request; a dead process is noticed when its answer is read."""
        left = memoryview(request)
        with suppress(BrokenPipeError):
            while left:
                left = left[os.write(self.process.requests, left) :]

    def receive(self) -> tuple[bytes, bytearray]:
        """Return the next message's tag and payload; raise the process's own error or its death."""
        tag, size = HEAD.unpack(self._octets(HEAD.size))
        if size > _LARGEST_MESSAGE:
            self._confused()
        payload = self._octets(size)
        if tag == REFUSED:
            reason, what, remedy = json.loads(payload)
            raise IntakeError(self._reason(reason), what, where=self.where, remedy=remedy)
        if tag == BROKEN:
            kind, number = json.loads(payload)
            self._broken(kind, number)
        return tag, payload

    def _reason(self, said: str) -> DeliveryRefusal:
        """Return the refusal that the process names; nothing it says is believed unseen."""
        try:
            return DeliveryRefusal(said)
        except ValueError:
            self._confused()

    def _octets(self, count: int) -> bytearray:
        """Read so many bytes, each of them within the time the process may be silent."""
        octets = bytearray(count)
        left = memoryview(octets)
        waiting = select.poll()  # not `select.select`, which fails on descriptors from 1024 on
        waiting.register(self.process.answers, select.POLLIN)
        due = time.monotonic() + self.limits.silent_seconds
        while left:
            if not waiting.poll(max(0.0, due - time.monotonic()) * 1000):  # milliseconds
                raise self._hostile("it took longer than the limit")
            got = os.readv(self.process.answers, [left])
            if not got:
                self._died()
            left = left[got:]
        return octets

    def _died(self) -> NoReturn:
        try:
            code = self.process.fate()
        except EOFError:
            code = -signal.SIGTERM  # the nursery was ended, and all with it
        if -code in _STOPPED:
            raise TransientError(
                "the process that read the file was stopped", where=self.where, remedy="run again"
            )
        raise self._hostile(_DEATHS.get(int(-code)) or f"it ended with code {code}")

    def _broken(self, kind: str, number: int | None) -> NoReturn:
        if kind in {"MemoryError", "ArrowMemoryError"}:
            raise self._hostile("it needs more memory than the limit")
        if number is not None:
            raise OSError(number, os.strerror(number), self.where)
        raise self._hostile(f"it failed with {kind}")

    def _confused(self) -> NoReturn:
        raise self._hostile("it answered nonsense")

    def _hostile(self, what: str) -> IntakeError:
        told = f"the process that read the file was ended: {what}"
        return IntakeError(DeliveryRefusal.HOSTILE, told, where=self.where, remedy=_REMEDY)


_DEATHS: dict[int, str] = {
    signal.SIGXCPU: "it needs more processor time than the limit",
    signal.SIGKILL: "it was killed, by a limit or for lack of memory",
    signal.SIGABRT: "it aborted, as for more memory than the limit",
    signal.SIGSEGV: "it crashed",
    signal.SIGBUS: "it crashed",
    signal.SIGILL: "it crashed",
}


@contextmanager
def _talking(job: Job, where: str) -> Iterator[_Talk]:
    """Start a process and give it its job; it has ended when the context ends."""
    with reading_process() as process:
        talk = _Talk(process, job.limits, where)
        talk.send(job_line(job))
        yield talk
