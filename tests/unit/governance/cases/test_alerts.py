"""Alerts: one message for all cases of a run, without a value, to a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from catalog_specs.errors import SettingsError
from governance.cases.alerts import Alert, AlertKind, body, send
from tests.unit.governance.cases.test_clocks import case


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the address of a server, and what it was sent."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            taken.append(json.loads(self.rfile.read(length)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"json://127.0.0.1:{server.server_port}/topsecret", taken
        finally:
            server.shutdown()
            thread.join()


def test_one_message_names_every_case() -> None:
    """Number, resource, subject and department; none of the words that a person wrote."""
    alerts = [
        Alert(AlertKind.NEW, case("2026-03-02")),
        Alert(AlertKind.OVERDUE, case("2026-03-02")),
    ]
    with listening() as (address, taken):
        send((address,), alerts)
    (message,) = taken
    assert message["title"].startswith("泉数 Quanshu: 2 ")
    assert message["message"].splitlines() == [
        "新问题单 / new  #0 d/r name d",
        "逾期 / overdue  #0 d/r name d",
    ]


def test_a_long_list_says_how_many_more() -> None:
    """Nobody reads a message of a thousand lines."""
    alerts = [Alert(AlertKind.NEW, case("2026-03-02"))] * 27
    assert body(alerts).splitlines()[-1] == "… +7"


@pytest.mark.parametrize("address", ["nonsense", "nothing://topsecret@x"])
def test_an_unknown_address_is_told_without_it(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The message names the variable; the others are sent to all the same."""
    alerts = [Alert(AlertKind.NEW, case("2026-03-02"))]
    with listening() as (good, taken), pytest.raises(SettingsError, match="QUANSHU_ALERTS") as told:
        send((address, good), alerts)
    assert len(taken) == 1
    assert "topsecret" not in f"{told.value}{caplog.text}"


def test_a_message_that_is_not_taken_is_told() -> None:
    """The run says so, and everything else of it is done."""
    alerts = [Alert(AlertKind.NEW, case("2026-03-02"))]
    with listening(500) as (address, _), pytest.raises(SettingsError, match="could not be sent"):
        send((address,), alerts)
