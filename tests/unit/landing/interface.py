"""An HTTP interface on loopback that answers as a test says, and remembers what it was asked.

Belongs here: serving. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from tests.processes import HelperDiedError

__all__ = ["Answer", "Asked", "Interface", "serving"]


@dataclass(frozen=True)
class Asked:
    """One request: path, query and headers (names in lower case)."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """One answer; `cut` bytes of the body are announced and never sent."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass
class Interface:
    """What answers, where it is, what it was asked, and why it could not answer."""

    answer: Callable[[Asked], Answer]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[Interface]:
    """Serve on a free port of loopback; what went wrong in answering is raised at the end."""
    interface = Interface(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(parts.path, dict(parse_qsl(parts.query)), headers)
            interface.asked.append(asked)
            try:
                given = interface.answer(asked)
            except BaseException as error:
                interface.trouble.append(error)
                raise
            self.send_response_only(given.status)  # without a date of its own
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body) + given.cut))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, *words: object) -> None:
            del words

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    interface.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield interface
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    if interface.trouble:
        raise HelperDiedError("the interface could not answer") from interface.trouble[0]
