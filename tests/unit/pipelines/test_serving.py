"""The servers of `quanshu ui` as a browser meets them: real requests on loopback.

Which requests are answered is tested of the guard itself (`test_guarding`); here, that it stands.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city.declared import write_catalog
from tests.contract.command import KEY
from tests.processes import Helper, helper

ROOT = Path(__file__).parents[3]
SENSOR = {"repositoryLocationName": "quanshu", "repositoryName": "__repository__"}
STOP = """mutation($id: String!) { stopSensor(id: $id) { __typename } }"""
FIND = """query($s: SensorSelector!) { sensorOrError(sensorSelector: $s) {
  ... on Sensor { sensorState { id status selectorId } } } }"""
START = """mutation($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename } }"""
OWN = {"Content-Type": "application/json"}


class Server:
    """One running server."""

    def __init__(self, port: int, process: Helper) -> None:
        """Remember where it listens, and who it is."""
        self.port = port
        self.process = process

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Send one request, with whatever headers a page could make a browser send."""
        con = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            con.request(method, path, json.dumps(body) if body else None, OWN | named)
            answer = con.getresponse()
        except ConnectionError:
            self.process.alive_for(1)
            raise
        said = answer.status, answer.read().decode("utf-8", "replace")
        con.close()
        return said

    def graphql(self, query: str, **variables: object) -> str:
        """Ask as the server's own page does."""
        body = {"query": query, "variables": variables}
        status, said = self.ask("POST", "/graphql", body, Origin=f"http://127.0.0.1:{self.port}")
        assert status == 200, said
        return said


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _served(folder: Path, *words: str) -> Iterator[Server]:
    catalogue, port = write_catalog(folder), _free_port()
    places = ("--home", str(folder / "home"), "--catalog", str(catalogue), "--port", str(port))
    command = [sys.executable, "-c", "from cli.process import main; main()", "ui", *places, *words]
    environment = os.environ | KEY | {"PYTHONPATH": str(ROOT)}
    with helper("the web server", command, cwd=ROOT, env=environment) as process:
        while not _listens(port):
            process.alive_for(0.1)
        yield Server(port, process)
        os.killpg(process.process.pid, signal.SIGINT)
        process.process.wait(60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a small city as `quanshu ui` does when nothing else is asked."""
    yield from _served(tmp_path_factory.mktemp("ui"))


def test_its_own_page_is_answered(server: Server) -> None:
    """The page, and a question of the page, are answered; no other page may frame it."""
    assert server.ask("GET", "/")[0] == 200
    assert "quanshu" in server.graphql(
        "{ workspaceOrError { __typename ... on Workspace { locationEntries { name } } } }"
    )


def test_another_page_is_refused(server: Server) -> None:
    """By a name that was rebound to this machine, by a form, by a link, by a socket."""
    other, question = "http://evil.example", {"query": "{ version }"}
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec_WebSocket_Protocol": "graphql-ws",
    }

    assert server.ask("GET", "/", Host="evil.example")[0] == 421
    assert server.ask("POST", "/graphql", question, Origin=other)[0] == 403
    assert server.ask("POST", "/graphql", question, Sec_Fetch_Site="cross-site")[0] == 403
    assert server.ask("GET", "/graphql", None, Origin=other, **upgrade)[0] == 403
    assert server.ask("GET", "/graphql?query=%7Bversion%7D")[0] == 405


def test_it_only_shows(server: Server) -> None:
    """Nobody stops a sensor, and with it the withdrawals, of a server that was not asked to."""
    selector = SENSOR | {"sensorName": "grants"}
    state = json.loads(server.graphql(FIND, s=selector))["data"]["sensorOrError"]["sensorState"]

    said = server.graphql(STOP, id=state["id"])

    assert "UnauthorizedError" in said
    assert server.ask("POST", "/report_asset_materialization/shares/extract", {})[0] == 405
    again = json.loads(server.graphql(FIND, s=selector))["data"]["sensorOrError"]["sensorState"]
    assert (again["status"], state["status"]) == ("RUNNING", "RUNNING")


@pytest.mark.thorough  # a server of its own; what writing lets through is tested of the guard
def test_asked_to_it_writes(tmp_path: Path) -> None:
    """With --write its own page may start and stop; another page still may not."""
    for server in _served(tmp_path, "--write"):
        selector = SENSOR | {"sensorName": "grants"}
        assert "UnauthorizedError" not in server.graphql(START, s=selector)
        body = {"query": START, "variables": {"s": selector}}
        assert server.ask("POST", "/graphql", body, Origin="http://evil.example")[0] == 403
