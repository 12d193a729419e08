"""The address of the second engine: where it answers, and what is sent to it.

Belongs here: reading it, asking whether anybody answers there. Keep out: talking to it (`session`).
Standard library only.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

__all__ = ["Address"]

DEFAULT_PORT = 15_002
"""Where a Spark Connect server listens unless it is told otherwise."""
_PATIENCE = 5.0
"""Seconds for a connection: a server that takes longer to say hello takes no work."""


@dataclass(frozen=True)
class Address:
    """Where a Spark Connect server answers.

    `url` is `sc://host:port/;token=…`, of which no message tells more than host and port. `rows`
    are the records from which a delivery goes there whose resource leaves the choice open,
    `seconds` the time that one query may take. It `reads_store` where its workers have the keys and
    clients to read tables on an object store themselves.
    """

    url: str = field(repr=False)
    rows: int = 10_000_000
    seconds: int = 7_200
    reads_store: bool = False

    @property
    def is_valid(self) -> bool:
        """Say whether the address can be read."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme == "sc" and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False

    @property
    def place(self) -> str:
        """Return host and port, for messages."""
        host, port = self._listener
        return f"{host}:{port}"

    def answers(self) -> bool:
        """Say whether anybody listens there."""
        with suppress(OSError), socket.create_connection(self._listener, _PATIENCE):
            return True
        return False

    @property
    def _listener(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "localhost", parts.port or DEFAULT_PORT
