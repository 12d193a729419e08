"""A watch on the way to an object store: it counts writes, and kills who writes at a chosen one.

Belongs here: passing requests on, counting, killing. Keep out: which work, assertions.
Every client in a process writes through its address, whoever's it is: ours, delta-rs's. Signatures
are over the address that the client was given, and pass unchanged.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread

__all__ = ["Watch", "watching"]

_WRITES = (b"PUT ", b"DELETE ", b"POST ")


@dataclass
class Watch:
    """What was seen; the process is killed at the write of this number, before or after it."""

    port: int
    kill_at: int = 0
    after: bool = False
    writes: int = 0
    process: subprocess.Popen[bytes] | None = None
    struck: str = ""
    _lock: Lock = field(default_factory=Lock)

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        """Run a command whose clients come this way; return how it ended, and what it printed."""
        told = {**os.environ, **environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(
            command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = self.process.communicate(timeout=300)
        return self.process.returncode, said.decode(errors="replace")

    def saw(self, request: bytes) -> bool:
        """Count a write; say whether it is the one, and kill before it is passed on.

        Leases are not counted: a slow run renews them more often, and no two would count alike.
        """
        if not request.startswith(_WRITES) or b"/locks/" in request.partition(b" HTTP")[0]:
            return False
        with self._lock:
            self.writes += 1
            if self.writes != self.kill_at:
                return False
            self.struck = request.partition(b" HTTP")[0].decode(errors="replace")
        if not self.after:
            self.kill()
        return True

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)


@contextmanager
def watching(server: int, kill_at: int = 0, *, after: bool = False) -> Iterator[Watch]:
    """Yield a watch on the way to the server at a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        watch = Watch(listener.getsockname()[1], kill_at, after)
        Thread(target=_accept, args=(listener, server, watch), daemon=True).start()
        yield watch
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: int, watch: Watch) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            Thread(target=_pass_on, args=(client, server, watch), daemon=True).start()


def _pass_on(client: socket.socket, server: int, watch: Watch) -> None:
    """Pass one connection on; a request begins with the first bytes after an answer."""
    with suppress(OSError), client, socket.create_connection(("127.0.0.1", server)) as upstream:
        answered, deadly = True, False
        while True:
            for ready in select.select([client, upstream], [], [])[0]:
                piece = ready.recv(1 << 16)
                if not piece:
                    return
                if ready is client:
                    deadly = deadly or (answered and watch.saw(piece))
                    if deadly and not watch.after:
                        return
                    answered = False
                    upstream.sendall(piece)
                else:
                    if deadly:  # the store has it, and the writer never learns
                        watch.kill()
                        return
                    answered = True
                    client.sendall(piece)
