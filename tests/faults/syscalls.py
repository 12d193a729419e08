"""Standing between a process and the kernel: every call that changes a file is asked about first.

Belongs here: a seccomp filter with user notification, through ctypes; it needs no privilege, no
compiler and no debugger, and it sees Python, DuckDB, Arrow and delta-rs alike. Keep out: what is
done about a call (`points`). Linux 5.5 or newer, on x86-64 or arm64.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Call", "answer", "ask_first", "received", "why_not"]

_NR: dict[str, dict[str, int]] = {
    "x86_64": {
        "write": 1, "pwrite64": 18, "writev": 20, "pwritev": 296, "pwritev2": 328,
        "sendfile": 40, "copy_file_range": 326, "open": 2, "openat": 257, "creat": 85,
        "truncate": 76, "ftruncate": 77, "fallocate": 285, "fsync": 74, "fdatasync": 75,
        "rename": 82, "renameat": 264, "renameat2": 316, "link": 86, "linkat": 265,
        "symlink": 88, "symlinkat": 266, "unlink": 87, "unlinkat": 263, "rmdir": 84,
        "mkdir": 83, "mkdirat": 258,
    },
    "aarch64": {
        "write": 64, "pwrite64": 68, "writev": 66, "pwritev": 70, "pwritev2": 287,
        "sendfile": 71, "copy_file_range": 285, "openat": 56,
        "truncate": 45, "ftruncate": 46, "fallocate": 47, "fsync": 82, "fdatasync": 83,
        "renameat": 38, "renameat2": 276, "linkat": 37, "symlinkat": 36, "unlinkat": 35,
        "mkdirat": 34,
    },
}  # fmt: skip
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_MACHINE = platform.machine()

_KINDS = {
    "pwrite64": "write", "writev": "write", "pwritev": "write", "pwritev2": "write",
    "sendfile": "write", "copy_file_range": "write", "openat": "open", "creat": "open",
    "ftruncate": "truncate", "fallocate": "truncate", "fdatasync": "fsync",
    "renameat": "rename", "renameat2": "rename", "linkat": "link", "symlinkat": "symlink",
    "unlinkat": "unlink", "mkdirat": "mkdir",
}  # fmt: skip
_BY_FD = {
    "write": 0, "pwrite64": 0, "writev": 0, "pwritev": 0, "pwritev2": 0, "sendfile": 0,
    "copy_file_range": 2, "ftruncate": 0, "fallocate": 0, "fsync": 0, "fdatasync": 0,
}  # fmt: skip
"""Calls on an open file → which argument it is."""
_BY_PATH = {
    "open": (None, 0), "creat": (None, 0), "openat": (0, 1), "truncate": (None, 0),
    "rename": (None, 1), "renameat": (2, 3), "renameat2": (2, 3), "link": (None, 1),
    "linkat": (2, 3), "symlink": (None, 1), "symlinkat": (1, 2), "unlink": (None, 0),
    "unlinkat": (0, 1), "rmdir": (None, 0), "mkdir": (None, 0), "mkdirat": (0, 1),
}  # fmt: skip
"""Calls on a name → which arguments are its folder and the name; of two names the new one."""
_FLAGS = {"open": 1, "openat": 2}
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_AT_REMOVEDIR = 0x200
_AT_FDCWD = -100

_LOAD, _EQUALS, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ASK, _ALLOW = 0x7FC00000, 0x7FFF0000
_NOTIFICATION, _ANSWER = "<QIIiIQ6Q", "<QqiI"
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_GO_ON = 1
_PAGE = 4096


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("yes", ctypes.c_ubyte),
        ("no", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


@dataclass(frozen=True)
class Call:
    """A call that waits for its answer: what kind it is, and the absolute path it would change."""

    id: int
    kind: str
    path: str
    creates: bool = True
    """Whether it makes a file that is not there yet."""
    changes: bool = True
    """Whether it changes anything: opening an empty file, or one to go on writing, does not."""


def why_not() -> str | None:
    """Say why calls cannot be asked about on this machine; None when they can."""
    if platform.system() != "Linux" or _MACHINE not in _NR:
        return f"needs Linux on {' or '.join(_NR)}"
    child = os.fork()
    if child == 0:
        try:
            os.close(ask_first())
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if code == 0 else f"seccomp user notification: {errno.errorcode.get(code, code)}"


def ask_first() -> int:
    """Have every changing call of this process and its children wait; return where they are heard.

    Only calls of the machine's own architecture are meant; there is no way back.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    steps = _filter()
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    if libc.prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "no_new_privs")
    listener = int(libc.syscall(_SECCOMP[_MACHINE], 1, 8, ctypes.byref(program)))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _filter() -> list[_Step]:
    steps = [_Step(_LOAD, 0, 0, 0)]
    for name, number in _NR[_MACHINE].items():
        if name in _FLAGS:
            flags = 16 + 8 * _FLAGS[name]
            steps += [
                _Step(_EQUALS, 0, 4, number),
                _Step(_LOAD, 0, 0, flags),
                _Step(_ANY_BIT, 0, 1, _CHANGES),
                _Step(_RETURN, 0, 0, _ASK),
                _Step(_RETURN, 0, 0, _ALLOW),
            ]
        else:
            steps += [_Step(_EQUALS, 0, 1, number), _Step(_RETURN, 0, 0, _ASK)]
    return [*steps, _Step(_RETURN, 0, 0, _ALLOW)]


def received(listener: int) -> Call | None:
    """Take the next waiting call; None when its thread has gone meanwhile."""
    buffer = bytearray(struct.calcsize(_NOTIFICATION))
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except FileNotFoundError:
        return None
    asked, thread, _, number, _, _, *arguments = struct.unpack(_NOTIFICATION, buffer)
    name = _NAMES[number]
    try:
        path = _path(thread, name, arguments)
    except OSError:
        path = ""  # its thread has gone meanwhile, or it is the call itself that will fail
    kind = _KINDS.get(name, name)
    if name == "unlinkat" and arguments[2] & _AT_REMOVEDIR:
        kind = "rmdir"
    if name not in _FLAGS:
        return Call(asked, kind, path)
    flags = arguments[_FLAGS[name]]
    creates = bool(flags & os.O_CREAT) and not os.path.lexists(path)
    empties = bool(flags & os.O_TRUNC) and not creates and _holds_bytes(path)
    return Call(asked, kind, path, creates, creates or empties)


def _holds_bytes(path: str) -> bool:
    found = Path(path)
    return found.is_file() and found.stat().st_size > 0


_NAMES = {number: name for name, number in _NR.get(_MACHINE, {}).items()}


def answer(listener: int, call: Call, error: int = 0) -> None:
    """Let a call go on, or let it fail with an errno without having happened."""
    flags = 0 if error else _GO_ON
    try:
        fcntl.ioctl(listener, _SEND, struct.pack(_ANSWER, call.id, 0, -error, flags))
    except FileNotFoundError:
        return  # its thread has gone meanwhile


def _path(thread: int, name: str, arguments: list[int]) -> str:
    if name in _BY_FD:
        return str(Path(f"/proc/{thread}/fd/{arguments[_BY_FD[name]]}").readlink())
    folder, at = _BY_PATH[name]
    path = _text(thread, arguments[at])
    if path.startswith("/"):
        return os.path.normpath(path)
    number = _AT_FDCWD if folder is None else ctypes.c_int(arguments[folder]).value
    start = "cwd" if number == _AT_FDCWD else f"fd/{number}"
    return os.path.normpath(Path(f"/proc/{thread}/{start}").readlink() / path)


def _text(thread: int, address: int) -> str:
    """Read a C string from another process, page by page."""
    found = b""
    with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        while b"\0" not in found:
            found += memory.read(_PAGE - (address + len(found)) % _PAGE)
    return os.fsdecode(found.partition(b"\0")[0])
