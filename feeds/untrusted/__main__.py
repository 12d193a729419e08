"""The nursery process: it imports everything once and forks a reading process for each file.

Belongs here: forking and reaping. Keep out: files; no untrusted byte is ever read here, so one
file cannot influence the reading of the next. Only `feeds.nursery` runs it, as
`python -m feeds.untrusted`. It ends when its parent does.
A process is reaped only when asked for, so that its id is not given to another one before.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import time
from contextlib import suppress

__all__: list[str] = []

_MESSAGE = struct.Struct(">cq")
_GRACE = 5.0
"""Seconds that a process gets to end by itself after its parent asked for its exit code."""
_PAUSE = 0.01
"""Seconds between two looks at such a process."""


def _main() -> None:
    os.umask(0o077)  # unpacked files are private, however the parent was started
    _take_signals()
    # pyarrow does without numpy, whose import would cost more than reading a small file
    sys.modules["numpy"] = None  # type: ignore[assignment]
    import pyarrow.parquet  # noqa: F401 - imported once, for all

    from feeds.untrusted.reading import converse

    with socket.socket(fileno=os.dup(0)) as link:
        while True:
            message, pipes, _, _ = socket.recv_fds(link, _MESSAGE.size, 2)
            if not message:
                return
            tag, number = _MESSAGE.unpack(message)
            if tag == b"W":
                link.send(_MESSAGE.pack(b"W", _reaped(number)))
                continue
            child = _forked()
            if child == 0:
                link.close()
                _become(converse, *pipes)
            for pipe in pipes:
                os.close(pipe)
            link.send(_MESSAGE.pack(b"F", child))


def _take_signals() -> None:
    """Restore the default signals, so that a reading process can always be ended."""
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _forked() -> int:
    """Return the id of a new process, 0 within it, or the negative error number."""
    try:
        return os.fork()
    except OSError as error:
        return -(error.errno or 1)


def _become(converse, requests: int, answers: int) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Read one file, and exit without the nursery's exit handlers."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        with os.fdopen(requests, "rb") as asked, os.fdopen(answers, "wb") as told:
            converse(asked, told)
        code = 0
    except BrokenPipeError:
        code = 0
    finally:
        os._exit(code)


def _reaped(child: int) -> int:
    """Return a process's exit code, or its negative signal; after the grace time it is killed."""
    due = time.monotonic() + _GRACE
    with suppress(ChildProcessError):
        while True:
            number, status = os.waitpid(child, os.WNOHANG)
            if number:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > due:
                os.kill(child, signal.SIGKILL)
            time.sleep(_PAUSE)
    return 0


if __name__ == "__main__":
    _main()
