"""Reading of objects by DuckDB: the extension from an installed package, and the keys it signs by.

Belongs here: making a connection able to read `s3://`. Keep out: what is read, writing (files are
written on the disk and put in place whole: `storage.places`).
The extension is loaded from a file of a package, with its signature checked; nothing is ever
downloaded. Keys are given as a secret of the connection: the engine stores none in a file, redacts
them where it lists secrets, and a statement that fails is never shown.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.buckets import any_opened
from storage.sql import literal

__all__ = ["reach_objects", "require_reader"]

_KEYS = {
    "KEY_ID": ("AWS_ACCESS_KEY_ID",),
    "SECRET": ("AWS_SECRET_ACCESS_KEY",),
    "SESSION_TOKEN": ("AWS_SESSION_TOKEN",),
    "REGION": ("AWS_REGION", "AWS_DEFAULT_REGION"),
}
_TRUE = ("1", "true", "yes", "on")


def reach_objects(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read objects, if this process works with an object store.

    Raises:
        ObjectStoreError: the extension is not installed, or not for this version of DuckDB.
    """
    if not any_opened():
        return
    file = require_reader()
    said = ", ".join(f"{name} {value}" for name, value in _secret(os.environ))
    try:
        con.execute(f"LOAD {literal(file)}")
        con.execute(f"CREATE OR REPLACE TEMPORARY SECRET quanshu (TYPE s3, {said})")
    except duckdb.Error:
        raise ObjectStoreError(StoreFault.NO_EXTRA, where=str(file)) from None


def require_reader() -> Path:
    """Return the file of the extension; refuse where there is none for this version of DuckDB.

    Raises:
        ObjectStoreError: it is not installed.
    """
    found = importlib.util.find_spec("duckdb_extension_httpfs")
    package = Path(str(found.origin)).parent if found is not None else Path()
    file = package / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if found is None or not file.is_file():
        raise ObjectStoreError(StoreFault.NO_EXTRA, where=f"duckdb {duckdb.__version__}")
    return file


def _secret(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a secret says: the variables that every other client here reads by itself."""
    for name, variables in _KEYS.items():
        value = next(filter(None, map(environment.get, variables)), None)
        if value is not None:
            yield name, literal(value)
    endpoint = environment.get("AWS_ENDPOINT_URL") or environment.get("AWS_ENDPOINT", "")
    if endpoint:
        parts = urlsplit(endpoint)
        yield "ENDPOINT", literal(parts.netloc + parts.path.rstrip("/"))
        yield "USE_SSL", str(parts.scheme != "http").lower()
    hosted = environment.get("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "").lower() in _TRUE
    yield "URL_STYLE", literal("vhost" if hosted else "path")
