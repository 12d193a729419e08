"""The nursery: reading processes, one for each file, forked from one with everything imported.

Belongs here: starting and ending such processes, and their exit codes. Keep out: the conversation
with them (`isolation`). The nursery starts with the first file and ends with this process. Its
environment contains no setting of this one, and its session has no terminal.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Reading", "reading_process"]

_MESSAGE = struct.Struct(">cq")
"""Tag and number: F forks and answers a process id, W waits and answers an exit code."""
_PATIENCE = 10.0
"""Seconds that the nursery gets to end by itself."""


@dataclass
class Reading:
    """One reading process: `requests` is written, `answers` is read; both are file descriptors."""

    number: int
    requests: int
    answers: int
    nursery: _Nursery
    code: int | None = None

    def fate(self) -> int:
        """Return the exit code, or the negative signal that ended it; wait for it only once."""
        if self.code is None:
            self.code = self.nursery.ask(b"W", self.number)
        return self.code


@dataclass
class _Nursery:
    """The process that forks, and the socket to it."""

    process: subprocess.Popen[bytes]
    link: socket.socket
    owner: int = field(default_factory=os.getpid)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, tag: bytes, number: int, pipes: tuple[int, ...] = ()) -> int:
        """Send one message and return the number of the answer; EOFError when there is none."""
        with self.lock:
            try:
                socket.send_fds(self.link, [_MESSAGE.pack(tag, number)], pipes)
                answer = self.link.recv(_MESSAGE.size)
            except OSError as error:
                raise EOFError from error
        if not answer:
            raise EOFError
        return int(_MESSAGE.unpack(answer)[1])

    def close(self) -> None:
        """End the process; in a fork of this one, only forget it."""
        self.link.close()
        if self.owner != os.getpid():
            self.process.returncode = 0  # else Popen warns that a child is still running
            return
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_starting = threading.Lock()
_running: list[_Nursery] = []


@contextmanager
def reading_process() -> Iterator[Reading]:
    """Yield a new process; it has ended when the context ends."""
    theirs, requests = os.pipe()
    try:
        answers, ours = os.pipe()
        try:
            reading = _forked(theirs, ours, requests, answers)
        except BaseException:
            os.close(answers)
            raise
        finally:
            os.close(ours)
    except BaseException:
        os.close(requests)
        raise
    finally:
        os.close(theirs)
    try:
        yield reading
    finally:
        os.close(requests)
        os.close(answers)
        if reading.code is None:
            with suppress(ProcessLookupError, EOFError):
                os.kill(reading.number, signal.SIGKILL)
                reading.fate()


def _forked(theirs: int, ours: int, requests: int, answers: int) -> Reading:
    """Ask for a process; a nursery that died meanwhile is replaced, once."""
    try:
        nursery = _nursery()
        number = nursery.ask(b"F", 0, (theirs, ours))
    except EOFError:
        nursery = _nursery(after=nursery)
        number = nursery.ask(b"F", 0, (theirs, ours))
    if number < 0:
        raise OSError(-number, os.strerror(-number))
    return Reading(number, requests, answers, nursery)


def _nursery(*, after: _Nursery | None = None) -> _Nursery:
    """Return the running nursery of this process, or a new one."""
    with _starting:
        if _running and (_running[0] is after or _running[0].owner != os.getpid()):
            _running.pop().close()
        if not _running:
            _running.append(_started())
            atexit.register(_end)
        return _running[0]


def _end() -> None:
    while _running:
        _running.pop().close()


def _started() -> _Nursery:
    # SEQPACKET keeps each message whole, together with the descriptors that are sent with it
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            # -P: a module beside the current folder must not be imported in place of ours
            [sys.executable, "-P", "-m", "feeds.untrusted"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C on the terminal ends the run, which ends the nursery
        )
    return _Nursery(process, ours)


def _environment() -> dict[str, str]:
    """Return only what the process needs to find this program: no setting and no secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONUTF8": "1",
        # Arrow's own allocators reserve address space, which RLIMIT_AS would count
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",  # threads do not survive a fork
    }
