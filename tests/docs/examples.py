r"""The examples of docs/feeds.md: a declared feed, the files delivered, and what comes of them.

Belongs here: reading an example off the page and taking it the whole way from the inbox to the
authoritative table. Keep out: assertions.
An example is a `yaml` block (`feed`, and `types` of items that are no texts), then a block for
every file, whose info string is its language and its name, then a `json` block. A name such as
`a.zip/b.csv` is a member of an archive; `.xlsx`, `.parquet` and `.arrow` are made from CSV. With
`escaped` after the name the text holds `\\xNN` for single bytes. A feed that is pulled has `sql`
blocks (name: the variable that holds the address), which a new SQLite file runs, or `http` blocks
(name: the variable, and the target asked for), which a server on loopback answers with.
"""

from __future__ import annotations

import contextlib
import copy
import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl
import yaml

from flow.pulling import PullFailure, pull_waiting
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city, take

__all__ = ["Example", "examples", "outcome"]

_HEADING = re.compile(r"^#+ (.*)$")
_FENCE = re.compile(r"^```(\w+)(?: (.+))?$")
_PACKED = re.compile(r"(.+\.zip)/(.+)")


@dataclass(frozen=True)
class Example:
    """One example of the page: where it stands, what is declared, delivered and expected."""

    title: str
    declared: Mapping[str, Any]
    files: Mapping[str, str]
    expected: Mapping[str, Any]


def examples(page: Path) -> Iterator[Example]:
    """Yield the page's examples in order."""
    title, declared, files = "", None, dict[str, str]()
    for heading, kind, name, body in _blocks(page.read_text(encoding="utf-8")):
        title = heading
        if kind == "yaml":
            declared, files = yaml.safe_load(body), {}
        elif kind == "json" and not name and declared is not None:
            yield Example(title, declared, files, json.loads(body))
            declared = None
        elif name:
            files[name] = body


def outcome(example: Example, folder: Path) -> dict[str, Any]:
    """Return what came of an example, in the shape of its `json` block."""
    with _sources(example, folder) as (declared, environment):
        catalogue = fed_catalogue(folder, declared)
        with fed_city(catalogue, folder / "home") as (city, gate):
            deliver(city, {} if "pull" in declared["feed"] else _files(example))
            pulled = pull_waiting(city, REF, environment)
            assert not isinstance(pulled, PullFailure), pulled
            done = take(city, gate)
            found = facts(city)
    told = ("line", "rules", "raw")
    return {
        "accepted": found.accepted,
        "quarantined": [{name: row[name] for name in told} for row in found.quarantined],
        "rejected": [reason for one in done for reason in one.reasons if "GATE" in reason],
        "receipt": found.receipt() if found.receipts else {},
    }


@contextmanager
def _sources(example: Example, folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Yield what is declared, and the environment in which the example's sources are found."""
    declared: dict[str, Any] = copy.deepcopy(dict(example.declared))
    pull = declared["feed"].get("pull", {})
    if pull.get("type") == "sql":
        database = folder / "source.sqlite"
        with contextlib.closing(sqlite3.connect(database)) as con:
            con.executescript("".join(example.files.values()))
        yield declared, {pull["url"]: f"sqlite:///{database}"}
    elif pull.get("type") == "http":
        answers = {said.partition(" ")[2]: body for said, body in example.files.items()}
        with _served(answers) as address:
            if "url" in pull:
                pull["url"] = pull["url"].replace("http://127.0.0.1:{port}", address)
            variable = pull.get("url_variable", "SOURCE_INTERFACE")
            yield declared, {variable: f"{address}/", "SOURCE_TOKEN": "example"}
    else:
        yield declared, {}


@contextmanager
def _served(answers: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of a server on loopback that knows these targets and no other."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with what the page says."""
            body = answers.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _blocks(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield (heading, language, name, body) of every fenced block."""
    heading, kind, name = "", "", ""
    body: list[str] | None = None
    for line in text.splitlines():
        if body is not None and line == "```":
            yield heading, kind, name, "".join(body)
            body = None
        elif body is not None:
            body.append(line + "\n")
        elif found := _FENCE.match(line):
            kind, name, body = found[1], found[2] or "", []
        elif found := _HEADING.match(line):
            heading = found[1]


def _files(example: Example) -> dict[str, bytes]:
    """Return the bytes of every file that the example delivers."""
    encoding = example.declared["feed"].get("encoding", "utf-8")
    made: dict[str, bytes] = {}
    archives: dict[str, io.BytesIO] = {}
    for said, body in example.files.items():
        name, _, hint = said.partition(" ")
        packed = _PACKED.fullmatch(name)
        if packed is None:
            made[name] = _made(name, body, hint or encoding)
            continue
        with zipfile.ZipFile(archives.setdefault(packed[1], io.BytesIO()), "a") as archive:
            archive.writestr(packed[2], _made(packed[2], body, hint or encoding))
    return made | {name: held.getvalue() for name, held in archives.items()}


def _made(name: str, body: str, encoding: str) -> bytes:
    suffix = name.rpartition(".")[2]
    if suffix in {"parquet", "arrow"}:
        made = io.BytesIO()
        frame = pl.read_csv(io.StringIO(body), try_parse_dates=True)
        (frame.write_parquet if suffix == "parquet" else frame.write_ipc)(made)
        return made.getvalue()
    if suffix == "xlsx":
        return _workbook(body)
    if encoding == "escaped":
        plain = body.encode("utf-8")
        return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), plain)
    return body.encode({"detect": "gb18030"}.get(encoding, encoding))


def _workbook(body: str) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for y, row in enumerate(csv.reader(io.StringIO(body))):
            for x, cell in enumerate(row):
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
                    sheet.write_datetime(y, x, datetime.fromisoformat(cell), day)
                elif re.fullmatch(r"-?\d+(\.\d+)?(E\+\d+)?", cell):
                    sheet.write_number(y, x, float(cell))
                else:
                    sheet.write_string(y, x, cell)
    return made.getvalue()
