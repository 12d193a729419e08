"""Processes that tests start beside themselves: whoever waits for one hears at once that it died.

Belongs here: starting them, waiting for what they say, ending them. Keep out: what they do.
A pipe alone does not tell of a death: what the process has forked may hold its other end for as
long as it likes. So every wait is for the pipe and for the process.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Helper", "HelperDiedError", "Watched", "helper"]

GRACE = 10.0
"""Seconds that a process may take to end once it was asked to."""
_TAIL = 4_000
"""Characters of what it printed last that a failure shows: a traceback's worth."""


class HelperDiedError(Exception):
    """A process that a test needs has ended, or no longer talks."""


@dataclass
class Helper:
    """A process by its name, its two pipes, and the file that holds what it printed as errors."""

    name: str
    process: subprocess.Popen[bytes]
    printed: IO[bytes]
    _rest: bytes = b""

    def tell(self, line: str) -> None:
        """Send one line."""
        assert self.process.stdin
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.death() from None

    def line(self) -> str:
        """Return the next line it says, however long that takes; HelperDiedError when it dies."""
        assert self.process.stdout
        out = self.process.stdout.fileno()
        with _ending(self.process) as ended:
            while b"\n" not in self._rest:
                ready, _, _ = select.select([out, ended], [], [])
                said = os.read(out, 1 << 16) if out in ready else b""
                if not said:
                    raise self.death()
                self._rest += said
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def alive_for(self, seconds: float) -> None:
        """Wait, but not a moment longer than it lives; HelperDiedError when it dies."""
        with _ending(self.process) as ended:
            if select.select([ended], [], [], seconds)[0]:
                raise self.death()

    def death(self) -> HelperDiedError:
        """Return the failure that names it, how it ended and what it printed last."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        code = self.process.returncode
        how = "lives but has closed its output" if code is None else _fate(code)
        self.printed.seek(0)
        last = self.printed.read().decode("utf-8", "backslashreplace")[-_TAIL:]
        return HelperDiedError(f"{self.name} (process {self.process.pid}) {how}\n{last}".rstrip())

    @property
    def watched(self) -> Watched:
        """Return what another process needs to watch it too."""
        return Watched(self.name, self.process.pid, self.printed.name)

    def end(self) -> None:
        """Let it end by itself, or end it, and all that it started."""
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()
        self.printed.close()


@dataclass(frozen=True)
class Watched:
    """A process by its name and number, wherever it was started, and the file that it prints to."""

    name: str
    pid: int
    printed: str

    def require(self) -> None:
        """Do nothing while it lives; HelperDiedError, with its last words, afterwards."""
        if self._ended():
            told = Path(self.printed)
            last = told.read_text(errors="backslashreplace")[-_TAIL:] if told.exists() else ""
            raise HelperDiedError(f"{self.name} (process {self.pid}) has ended\n{last}".rstrip())

    def _ended(self) -> bool:
        try:
            process = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([process], [], [], 0)[0])
        finally:
            os.close(process)


@contextmanager
def helper(
    name: str, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]
) -> Iterator[Helper]:
    """Start a process in a session of its own; closing its input tells it to end."""
    printed = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed by `end`
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=printed,
        bufsize=0,
        start_new_session=True,
    )
    made = Helper(name, process, printed)
    try:
        yield made
    finally:
        made.end()


@contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[int]:
    """Yield a file descriptor that can be read once the process has ended."""
    if process.returncode is not None:  # reaped: its number may be another's by now
        with open(os.devnull, "rb") as always:  # noqa: PTH123 - a descriptor, not a path
            yield always.fileno()
        return
    ended = os.pidfd_open(process.pid)
    try:
        yield ended
    finally:
        os.close(ended)


def _fate(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
