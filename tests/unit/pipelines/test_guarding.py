"""The request guard: only this server's own pages are answered, and by default nothing changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipelines.guarding import Guarded

PORT = 3000
OWN = f"127.0.0.1:{PORT}"
PAGE = "http://evil.example"


@dataclass
class Behind:
    """An application that answers everything, and remembers what reached it."""

    reached: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with a page."""
        del receive
        self.reached.append(scope["type"])
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"page"})


def sent(scope: dict[str, Any], *, write: bool = False) -> tuple[list[dict[str, Any]], list[str]]:
    """Send one request; return what was sent back, and what reached the application."""
    behind, back = Behind(), []

    async def receive() -> dict[str, Any]:
        return {"type": f"{scope['type']}.connect"}

    async def send(message: Any) -> None:
        back.append(dict(message))

    asyncio.run(Guarded(behind, PORT, write)(scope, receive, send))
    return back, behind.reached


def request(
    method: str = "GET", path: str = "/", kind: str = "http", **headers: str
) -> dict[str, Any]:
    """Return the scope of a request of our own page, with other headers where named."""
    named = {"host": OWN} | {name.replace("_", "-"): said for name, said in headers.items()}
    raw = [(name.encode(), said.encode()) for name, said in named.items() if said]
    return {"type": kind, "method": method, "path": path, "headers": raw}


def status(scope: dict[str, Any], *, write: bool = False) -> int:
    """Return the status of the answer; a refused request never reaches the application."""
    back, reached = sent(scope, write=write)
    code: int = back[0]["status"]
    assert bool(reached) == (code == 200)
    return code


@pytest.mark.parametrize("host", [OWN, f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"])
@pytest.mark.parametrize("origin", ["", f"http://{OWN}", f"http://localhost:{PORT}"])
def test_its_own_pages_are_answered(host: str, origin: str) -> None:
    """By each name of this machine, with or without an origin; no other page may frame them."""
    back, reached = sent(request(host=host, origin=origin))

    assert (back[0]["status"], reached) == (200, ["http"])
    assert (b"x-frame-options", b"DENY") in back[0]["headers"]
    assert (b"content-type", b"text/html") in back[0]["headers"]


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"{OWN}.evil.example"],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/graphql")])
def test_a_rebound_name_is_refused(host: str, method: str, path: str) -> None:
    """A name that somebody points at 127.0.0.1 is not this server's own, nor is no name at all."""
    assert status(request(method, path, host=host), write=True) == 421


def test_two_hosts_are_none() -> None:
    """A request that names its host twice is believed neither."""
    scope = request()
    scope["headers"] += [(b"host", OWN.encode())]

    assert status(scope) == 421


@pytest.mark.parametrize("origin", [PAGE, "null", f"https://{OWN}", f"http://{OWN}.evil.example"])
def test_another_page_is_refused(origin: str) -> None:
    """A request that a browser sends for a page of somebody else is not carried out."""
    assert status(request("POST", "/graphql", origin=origin), write=True) == 403


def test_a_second_origin_does_not_hide_behind_the_first() -> None:
    """Every origin named has to be our own."""
    scope = request(origin=f"http://{OWN}")
    scope["headers"] += [(b"origin", PAGE.encode())]

    assert status(scope) == 403


@pytest.mark.parametrize(
    ("site", "mode", "answer"),
    [
        ("", "", 200),
        ("none", "navigate", 200),
        ("same-origin", "cors", 200),
        ("cross-site", "navigate", 200),  # somebody followed a link to our page
        ("cross-site", "no-cors", 403),
        ("same-site", "cors", 403),
        ("cross-site", "", 403),
    ],
)
def test_what_a_browser_says_of_the_page_counts(site: str, mode: str, answer: int) -> None:
    """Another page may lead to ours, and may load nothing of it."""
    assert status(request(sec_fetch_site=site, sec_fetch_mode=mode)) == answer


@pytest.mark.parametrize(
    ("method", "path", "shows", "writes"),
    [
        ("GET", "/", 200, 200),
        ("HEAD", "/runs", 200, 200),
        ("OPTIONS", "/", 200, 200),
        ("POST", "/graphql", 200, 200),  # what it may change, Dagster's own read-only mode says
        ("GET", "/graphql", 405, 405),
        ("GET", "/graphql/", 405, 405),
        ("HEAD", "/graphql", 405, 405),
        ("POST", "/report_asset_materialization/x", 405, 200),
        ("DELETE", "/", 405, 200),
        ("POST", "/graphql2", 405, 200),
    ],
)
def test_which_methods_are_answered(method: str, path: str, shows: int, writes: int) -> None:
    """Nothing is changed unless it may write; a question is never asked by a link."""
    assert status(request(method, path)) == shows
    assert status(request(method, path), write=True) == writes


def test_a_refusal_says_why_in_plain_text() -> None:
    """With its length, so that the connection can go on."""
    start, body = sent(request(host="evil.example"))[0]

    headers = dict(start["headers"])
    assert headers[b"content-type"].startswith(b"text/plain")
    assert int(headers[b"content-length"]) == len(body["body"])
    assert b"its own name" in body["body"]


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        ({}, True),
        ({"origin": f"http://{OWN}"}, True),
        ({"origin": PAGE}, False),
        ({"host": "evil.example"}, False),
    ],
)
def test_a_socket_is_refused_before_it_is_accepted(headers: dict[str, str], answered: bool) -> None:
    """A page of somebody else cannot listen to ours."""
    back, reached = sent(request(path="/graphql", kind="websocket", **headers))

    assert (reached == ["websocket"]) == answered
    if not answered:
        assert back == [{"type": "websocket.close", "code": 1008}]


def test_what_is_no_request_passes() -> None:
    """The server's own start and end reach the application."""
    assert sent({"type": "lifespan"})[1] == ["lifespan"]
