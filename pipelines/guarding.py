"""The request guard: the web server answers only its own pages on this machine.

Belongs here: looking at each request before the application does. Keep out: the server (`serving`).
Without it, any page in a browser on this machine could reach the server: by a name that was
rebound to 127.0.0.1, by a form or a socket. Dagster's server checks neither.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Guarded"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GRAPHQL = "/graphql"
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_FRAMED = (b"x-frame-options", b"DENY")
"""A page of ours in a frame of another could be clicked without being seen."""


@dataclass(frozen=True)
class Guarded:
    """An application that answers only requests for its own host, from its own pages.

    `write` lets requests through that change something; without it only questions are answered.
    """

    app: App
    port: int
    write: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it with a status and a reason."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is None:
            await self.app(scope, receive, _unframed(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before accepting: HTTP 403
        else:
            await _answer(send, *refused)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        named = _headers(scope["headers"])
        if named.get("host", []) not in [[host] for host in self._hosts()]:
            return 421, "this server answers to its own name alone"
        own = {f"http://{host}" for host in self._hosts()}
        if not own.issuperset(named.get("origin", [])):
            return 403, "this server answers its own pages alone"
        if scope["type"] == "websocket":
            return None
        if _foreign(named):
            return 403, "this server answers its own pages alone"
        return self._refused_method(scope["method"], scope["path"])

    def _refused_method(self, method: str, path: str) -> tuple[int, str] | None:
        asking = path.rstrip("/") == GRAPHQL
        if asking and method != "POST":
            return 405, "GraphQL is asked by POST alone"
        if not asking and not self.write and method not in _LOOKING:
            return 405, "this server only shows; start it with --write to let it change something"
        return None

    def _hosts(self) -> tuple[str, ...]:
        names = ("127.0.0.1", "localhost", "[::1]")
        return tuple(f"{name}:{self.port}" for name in names)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for name, value in raw:
        named.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").lower())
    return named


def _foreign(named: dict[str, list[str]]) -> bool:
    """Say whether another page asks for something that is not shown as a page of its own."""
    site = named.get("sec-fetch-site", ["none"])
    return site not in (["none"], ["same-origin"]) and named.get("sec-fetch-mode") != ["navigate"]


def _unframed(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), _NOT_FRAMED]
        await send(message)

    return sending


async def _answer(send: Send, status: int, reason: str) -> None:
    body = f"{reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
