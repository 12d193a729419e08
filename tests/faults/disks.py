"""A disk of its own for one run, so small that it fills up: a tmpfs in a namespace of its own.

Belongs here: making it, filling it, running on it, copying away what a run left. Keep out:
assertions. Nobody else sees the disk, and it is gone when the process that made it ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Filled", "after", "half", "on_small_disk"]

_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000
_SIZE = 256 << 20


@dataclass(frozen=True)
class Filled:
    """What two runs said, one on the full disk and one after space was freed; "" is a success.

    `missing` says why there could be no such disk; then nothing ran.
    """

    first: str = ""
    second: str = ""
    missing: str = ""


def half(home: Path) -> Path:
    """Return where the home as the first run left it is copied to."""
    return home.with_name(f"{home.name}.half")


def after(home: Path) -> Path:
    """Return where the home as the second run left it is copied to."""
    return home.with_name(f"{home.name}.after")


def on_small_disk(work: Callable[[], str], home: Path, room: int) -> Filled:
    """Run over a home on a disk with `room` bytes left, free space, run again.

    The disk is mounted over the home itself, so that `work` finds it where it expects it.
    """
    said = _forked(lambda: _on_small_disk(work, home, room))
    return Filled(**json.loads(said)) if said.startswith("{") else Filled(missing=said)


def _on_small_disk(work: Callable[[], str], home: Path, room: int) -> str:
    waiting = home.with_name(f"{home.name}.waiting")
    shutil.copytree(home, waiting)
    _mount_over(home)
    shutil.copytree(waiting, home, dirs_exist_ok=True)
    ballast = home.parent / home.name / "ballast"
    state = os.statvfs(home)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - room)
    first = _forked(lambda: _failure(work))
    shutil.copytree(home, half(home), ignore=shutil.ignore_patterns("ballast"))
    ballast.unlink()
    second = _forked(lambda: _failure(work))
    shutil.copytree(home, after(home))
    return json.dumps(asdict(Filled(first, second)))


def _failure(work: Callable[[], str]) -> str:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        return f"{type(error).__name__}: {error}"
    return ""


def _mount_over(folder: Path) -> None:
    """Mount a tmpfs for this process alone, as root of a user namespace where it is not root."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_USER | _NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "a user and mount namespace")
    process = Path("/proc/self")
    (process / "setgroups").write_text("deny")
    (process / "uid_map").write_text(f"0 {user} 1")
    (process / "gid_map").write_text(f"0 {group} 1")
    options = f"size={_SIZE}".encode()
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options):
        raise OSError(ctypes.get_errno(), "a tmpfs")


def _forked(work: Callable[[], str]) -> str:
    """Return what work says in a process of its own."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = work()
        except BaseException as error:  # noqa: BLE001 - told to whoever asked
            text = f"{type(error).__name__}: {error}"
        os.write(tell, text.encode()[:60_000])
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return said
