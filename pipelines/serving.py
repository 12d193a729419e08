"""The servers on loopback: web server, daemon and code server, started and ended together.

Belongs here: these processes. Keep out: whom the server answers (`guarding`), when the graph is
made again (`reloading`).
`dagster dev` starts a server that answers everybody and changes whatever it is asked to; so its
three parts are started here, with the same code server for two of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn
import yaml

from pipelines.guarding import Guarded
from pipelines.reloading import LOCATION, Watch

__all__ = ["serve"]

_GRACE = 20.0
"""Seconds that a process has to end by itself."""


def serve(catalogue: Path, port: int, *, write: bool) -> None:
    """Serve until interrupted, or until one of the other processes ends."""
    from dagster import DagsterInstance

    # private, because the application is built here: `dagster-webserver` itself has no guard
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context

    os.umask(0o077)  # Dagster's storage and the socket below are for this account alone
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workspace = _workspace(folder)
        code = stack.enter_context(_code_server(folder))
        daemon = stack.enter_context(
            _process(["-m", "dagster._daemon", "run", "--workspace", str(workspace)])
        )
        instance = stack.enter_context(DagsterInstance.get())
        context = stack.enter_context(
            WorkspaceProcessContext(
                instance,
                workspace_load_target=WorkspaceFileTarget([str(workspace)]),
                read_only=not write,
            )
        )
        app = Guarded(create_app_from_workspace_process_context(context), port, write=write)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
        server = uvicorn.Server(config)
        watch = Watch(server, context, catalogue, (code, daemon))
        stack.callback(watch.ended.set)
        watch.start()
        server.run()


def _workspace(folder: Path) -> Path:
    """Write where the code server listens: a socket that its owner alone can open."""
    file = folder / "workspace.yaml"
    server = {"socket": str(folder / "code.sock"), "location_name": LOCATION}
    file.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
    return file


@contextmanager
def _code_server(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    from dagster._grpc.client import DagsterGrpcClient
    from dagster._grpc.server import wait_for_grpc_server

    socket = str(folder / "code.sock")
    words = ["-m", "dagster", "code-server", "start", "-m", "pipelines.definitions"]
    words += ["--socket", socket, "--location-name", LOCATION]
    with _process(words) as process:
        wait_for_grpc_server(process, DagsterGrpcClient(socket=socket), words, timeout=180)
        yield process


@contextmanager
def _process(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *words])  # noqa: S603 - our own words
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--catalog", type=Path, required=True)
    said.add_argument("--port", type=int, required=True)
    said.add_argument("--write", action="store_true")
    given = said.parse_args()
    serve(given.catalog, given.port, write=given.write)


if __name__ == "__main__":
    _main()
