"""Running work so that a chosen point of it goes wrong: killed there, or the disk is full there.

Belongs here: what a point is, what can be made to happen at one, watching a child until it ends.
Keep out: how calls are heard (`syscalls`), which work (`forks`).
A point is one call that would change a file below the home folder; its kind is what it does and
where. Points are counted by kind, so that threads taking turns differently change little.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.syscalls import Call, answer, ask_first, received

__all__ = ["Ended", "Fault", "Kind", "alone", "place_of", "watched"]

Kind = tuple[str, str]
"""What a call does, and where: `("rename", "landing")`."""

NEEDS_SPACE = ("write", "truncate", "mkdir", "link", "symlink", "rename")


@dataclass(frozen=True)
class Fault:
    """What goes wrong: at the `number`-th point of a kind, or of all kinds when `kind` is None.

    `full` makes the disk full from there on (`lasting`) or for that one call, instead of a kill.
    """

    number: int
    kind: Kind | None = None
    full: bool = False
    lasting: bool = True


@dataclass
class Ended:
    """How the child ended: its exit code (-9 when killed), its points, where the fault struck."""

    code: int = 0
    points: Counter[Kind] = field(default_factory=Counter)
    struck: str | None = None
    said: str = ""


def place_of(path: Path) -> str:
    """Name the part of a home that a path (relative to it) lies in."""
    parts = path.parts
    if parts[:1] == ("lake",) and len(parts) > 1:
        return f"{parts[1]} log" if "_delta_log" in parts else parts[1]
    if parts[:1] == ("work",) and len(parts) > 1:
        return "locks" if parts[1] == "locks" else "bench"
    return parts[0] if parts else "home"


def watched(work: Callable[[], str], home: Path, fault: Fault | None = None) -> Ended:
    """Do work in a child process, with a fault on the way; its answer or error is what it `said`.

    The calling process must have no thread that matters: the child gets none of them.
    """
    ours, theirs = socket.socketpair()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _be_watched(work, theirs, tell)
    os.close(tell)
    theirs.close()
    _, [listener], _, _ = socket.recv_fds(ours, 1, 1)
    ended = _watch(listener, child, _Decision(os.path.realpath(home), fault))
    ended.code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(told, encoding="utf-8", errors="replace") as stream:
        ended.said = stream.read()
    os.close(listener)
    ours.close()
    return ended


def alone(work: Callable[[], str]) -> Ended:
    """Do work in a child process with nobody in its way: no point is counted, nothing goes wrong.

    Being watched makes a run take a quarter longer.
    """
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(work, tell)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said=said)


def _be_watched(work: Callable[[], str], theirs: socket.socket, tell: int) -> None:
    """Run in the child, and never return."""

    def heard() -> str:
        listener = ask_first()
        socket.send_fds(theirs, [b"."], [listener])
        os.close(listener)
        return work()

    _tell(heard, tell)


def _tell(work: Callable[[], str], tell: int) -> None:
    """Tell what came of work, and end this process."""
    code = 70
    try:
        text, code = work(), 0
    except BaseException as error:  # noqa: BLE001 - told to whoever watches
        text = f"{type(error).__module__}.{type(error).__qualname__}: {error}"
    os.write(tell, text.encode()[:60_000])
    os._exit(code)


@dataclass
class _Decision:
    """What to answer to one call after another."""

    home: str
    fault: Fault | None
    ended: Ended = field(default_factory=Ended)
    counted: int = 0

    def on(self, call: Call) -> int | None:
        """Return the errno to answer with, 0 to go on, None to kill."""
        if not call.path.startswith(f"{self.home}/"):
            return 0
        relative = Path(call.path.removesuffix(" (deleted)")).relative_to(self.home)
        kind = call.kind, place_of(relative)
        if call.changes:
            self.ended.points[kind] += 1
            if self.fault and self.fault.kind in (None, kind):
                return self._at(call, f"{call.kind} {relative}", self.fault)
        return self._full(call) if self.ended.struck else 0

    def _at(self, call: Call, said: str, fault: Fault) -> int | None:
        self.counted += 1
        if self.counted == fault.number:
            self.ended.struck = said
            return (errno.ENOSPC if _needs_space(call) else 0) if fault.full else None
        return self._full(call) if self.ended.struck else 0

    def _full(self, call: Call) -> int:
        fault = self.fault
        lasts = fault is not None and fault.full and fault.lasting
        return errno.ENOSPC if lasts and _needs_space(call) else 0


def _needs_space(call: Call) -> bool:
    return call.kind in NEEDS_SPACE or (call.kind == "open" and call.creates)


def _watch(listener: int, child: int, decision: _Decision) -> Ended:
    """Answer calls until no process is left that could make one."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while True:
        [(_, event)] = poll.poll()
        if not event & select.POLLIN:
            return decision.ended
        call = received(listener)
        if call is None:
            continue
        error = decision.on(call)
        if error is None:
            os.kill(child, signal.SIGKILL)
        else:
            answer(listener, call, error)
