"""Ways in which somebody with a grant's file may try to get more out of it than was granted.

Each yields what it got, as bytes; one that raises got nothing. They are run in an empty folder that
holds a copy of the file, and nothing else: that is what a consumer has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from tests.city.records import person_id

__all__ = ["BY_BYTES", "BY_QUESTION", "asked"]

FILE = "grant.duckdb"
HEADER = 4096
"""A DuckDB file begins with one main header and two that take turns, of this length each."""

BY_QUESTION = {
    "tables": "FROM duckdb_tables()",
    "views and their queries": "FROM duckdb_views()",
    "columns and defaults": "FROM duckdb_columns()",
    "constraints": "FROM duckdb_constraints()",
    "indexes": "FROM duckdb_indexes()",
    "sequences": "FROM duckdb_sequences()",
    "macros": "SELECT * FROM duckdb_functions() WHERE NOT internal",
    "types": "SELECT * FROM duckdb_types() WHERE NOT internal",
    "schemas": "FROM duckdb_schemas()",
    "databases": "FROM duckdb_databases()",
    "dependencies": "FROM duckdb_dependencies()",
    "settings": "FROM duckdb_settings()",
    "secrets": "FROM duckdb_secrets()",
    "temporary files": "FROM duckdb_temporary_files()",
    "memory": "FROM duckdb_memory()",
    "extensions": "SELECT extension_name, installed FROM duckdb_extensions() WHERE installed",
    "the old catalogue": "FROM sqlite_master",
    "the standard catalogue": "FROM information_schema.columns",
    "all tables": "SHOW ALL TABLES",
    "size of the file": "PRAGMA database_size",
    "how columns are stored": "FROM pragma_storage_info('{table}')",
    "what blocks hold": "FROM pragma_metadata_info()",
    "statistics of columns": "SELECT stats(COLUMNS(*)) FROM {table}",
    "a summary": "SUMMARIZE {table}",
    "extremes": "SELECT min(COLUMNS(*)) FROM {table} UNION ALL SELECT max(COLUMNS(*)) FROM {table}",
    "a histogram": "SELECT histogram({column}) FROM {table}",
    "a plan with statistics": "EXPLAIN ANALYZE SELECT * FROM {table}",
    "every column by pattern": "SELECT COLUMNS('.*') FROM {table}",
    "the row as a whole": "SELECT t FROM {table} t",
    "rows by number": "SELECT rowid, * FROM {table}",
    "rows beyond the last": "SELECT * FROM {table} WHERE rowid > 100000 OR rowid < 0",
    "a column that is masked out": "SELECT income FROM {table}",
    "a column under its Chinese name": 'SELECT "登记收入" FROM {table}',
    "a system column": "SELECT _delivery, _row FROM {table}",
    "an earlier version": "SELECT * FROM {table} AT (VERSION => 1)",
    "an earlier time": "SELECT * FROM {table} AT (TIMESTAMP => now() - INTERVAL 1 DAY)",
    "codes that do not occur": "FROM _codes",
    "what is said of it": "FROM _meta",
    "the receipt": "FROM _receipt",
    "another schema": "FROM main.person_raw",
    "base tables below the views": "SELECT sql FROM duckdb_tables() WHERE internal OR NOT internal",
    "comments": "SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL",
    "a query by name": "FROM query_table('{table}')",
    "a query in a query": "FROM query('SELECT * FROM {table}')",
    "environment": "SELECT getenv('QUANSHU_HOME'), getenv('QUANSHU_MASTER_KEY')",
    "folders that it knows": "SELECT current_setting('secret_directory'), "
    "current_setting('temp_directory')",
    "files beside it": "SELECT content FROM read_blob('*')",
    "files below it": "SELECT content FROM read_blob('**')",
    "itself as text": "FROM read_text('{file}')",
    "itself as bytes": "SELECT content FROM read_blob('{file}')",
    "itself as CSV": "FROM read_csv('{file}', all_varchar = true, header = false, "
    "ignore_errors = true, encoding = 'latin-1', delim = '\u0001', quote = '', max_line_size = "
    "100000000)",
    "itself as JSON": "FROM read_json('{file}', ignore_errors = true)",
    "itself as Parquet": "FROM read_parquet('{file}')",
    "a Delta table beside it": "FROM delta_scan('.')",
    "the lake by its usual path": "FROM read_parquet('quanshu_home/lake/**/*.parquet')",
    "the city's views": "ATTACH 'views/city.duckdb' AS city",
    "the store": "ATTACH 'governance.db' AS store (TYPE sqlite)",
}
"""Questions that are asked of an open copy; each is asked of every table where it names one."""


def asked(con: duckdb.DuckDBPyConnection, question: str) -> Iterator[bytes]:
    """Yield what a question gets, of each table and view in turn."""
    names = con.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " QUALIFY row_number() OVER (PARTITION BY table_schema, table_name) = 1"
    ).fetchall()
    for schema, table, column in names if "{" in question.replace("{file}", "") else [("", "", "")]:
        place = f'"{schema}"."{table}"'
        text = question.replace("'{table}'", f"'{schema}.{table}'").replace("{table}", place)
        try:
            found = con.execute(text.replace("{column}", f'"{column}"').replace("{file}", FILE))
            yield repr(found.fetchall()).encode()
        except (duckdb.Error, OSError):
            continue


def _raw(file: Path) -> Iterator[bytes]:
    yield file.read_bytes()


def _other_letters(file: Path) -> Iterator[bytes]:
    """Read it as if it were UTF-16, from either byte on."""
    octets = file.read_bytes()
    for at, code in ((0, "utf-16-le"), (1, "utf-16-le"), (0, "utf-16-be"), (1, "utf-16-be")):
        yield octets[at:].decode(code, "replace").encode()


def _turned(file: Path) -> Iterator[bytes]:
    octets = file.read_bytes()
    yield octets[::-1]
    yield bytes(one ^ 0xFF for one in octets)


def _base64(file: Path) -> Iterator[bytes]:
    for found in re.findall(rb"[A-Za-z0-9+/=]{12,}", file.read_bytes()):
        yield base64.b64decode(found + b"==", validate=False)


def _zlib(file: Path) -> Iterator[bytes]:
    octets = file.read_bytes()
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", octets):
        try:
            yield zlib.decompressobj(47).decompress(octets[found.start() :], 1 << 20)
        except zlib.error:
            continue


def _zstd(file: Path) -> Iterator[bytes]:
    octets = file.read_bytes()
    for found in re.finditer(rb"\x28\xb5\x2f\xfd", octets):
        try:
            yield pa.CompressedInputStream(pa.BufferReader(octets[found.start() :]), "zstd").read()
        except (pa.ArrowInvalid, OSError):
            continue


def _numbers(file: Path) -> Iterator[bytes]:
    """Read whole numbers of eight bytes from every byte on: amounts are kept as such."""
    octets = file.read_bytes()
    for at in range(8):
        many = octets[at : at + (len(octets) - at) // 8 * 8]
        some = {one for (one,) in struct.iter_unpack("<q", many) if 10**9 < one < 10**11}
        yield repr([f"{one // 100}.{one % 100:02}" for one in some]).encode()


def _dump(file: Path) -> Iterator[bytes]:
    with duckdb.connect(file) as con:
        for name in ("FROM duckdb_tables()", "SUMMARIZE {table}", "SELECT * FROM {table}"):
            yield from asked(con, name)


def _header(number: int) -> Callable[[Path], Iterator[bytes]]:
    """Return opening it with one of the two headers wiped: in its older state, if it has one."""

    def opened(file: Path) -> Iterator[bytes]:
        with file.open("r+b") as changed:
            changed.seek(HEADER * number)
            changed.write(bytes(HEADER))
        yield from _dump(file)

    return opened


def _swapped_headers(file: Path) -> Iterator[bytes]:
    octets = bytearray(file.read_bytes())
    one, two = octets[HEADER : 2 * HEADER], octets[2 * HEADER : 3 * HEADER]
    octets[HEADER : 3 * HEADER] = two + one
    file.write_bytes(octets)
    yield from _dump(file)


def _older_header(file: Path) -> Iterator[bytes]:
    """Give each header the highest number in turn: the iteration says which one counts."""
    octets = file.read_bytes()
    for number in (1, 2):
        at = HEADER * number + 8
        file.write_bytes(octets[:at] + struct.pack("<Q", 1 << 40) + octets[at + 8 :])
        try:
            yield from _dump(file)
        except duckdb.Error:
            continue


def _free_blocks(file: Path) -> Iterator[bytes]:
    """Read every block, those that nothing refers to as well."""
    octets = file.read_bytes()
    for at in range(3 * HEADER, len(octets), 1 << 18):
        yield octets[at : at + (1 << 18)]


def _write_ahead(file: Path) -> Iterator[bytes]:
    for beside in file.parent.glob(f"{file.name}.*"):
        yield beside.read_bytes()


def _written_to(file: Path) -> Iterator[bytes]:
    """Change it, take the change back, and look at what that brought up."""
    with duckdb.connect(file) as con:
        con.execute("CREATE TABLE mine AS SELECT range AS n FROM range(200000)")
        con.execute("DROP TABLE mine")
        con.execute("FORCE CHECKPOINT")
    yield file.read_bytes()
    yield from _dump(file)


def _views_dropped(file: Path) -> Iterator[bytes]:
    with duckdb.connect(file) as con:
        for schema, name in con.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            con.execute(f'DROP VIEW "{schema}"."{name}"')
    yield from _dump(file)


def _column_added(file: Path) -> Iterator[bytes]:
    with duckdb.connect(file) as con:
        for schema, name in con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall():
            con.execute(f'ALTER TABLE "{schema}"."{name}" ADD COLUMN income DECIMAL(18, 2)')
    yield from _dump(file)


def _exported(file: Path) -> Iterator[bytes]:
    with duckdb.connect(file) as con:
        con.execute(f"EXPORT DATABASE '{file.parent / 'exported'}'")
    for one in (file.parent / "exported").iterdir():
        yield one.read_bytes()


def _copied(file: Path) -> Iterator[bytes]:
    other = file.parent / "other.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{file}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{other}' AS two")
        con.execute("COPY FROM DATABASE one TO two")
    yield other.read_bytes()
    yield from _dump(other)


def _attached(file: Path) -> Iterator[bytes]:
    """Attach whatever it names that looks like a path."""
    paths = set(re.findall(rb"(?:/[\w.\-]+){2,}", file.read_bytes()))
    with duckdb.connect() as con:
        for path in paths:
            try:
                con.execute(f"ATTACH '{path.decode()}' AS other (READ_ONLY)")
                yield path
            except (duckdb.Error, UnicodeDecodeError):
                continue


def _guessed_keys(file: Path) -> Iterator[bytes]:
    """Yield ids whose hash, without a key or under one that is easily guessed, it holds."""
    octets = file.read_bytes()
    for number in range(40):
        told = person_id(number).encode()
        for name in ("md5", "sha1", "sha256", "sha512"):
            keys = (b"", b"quanshu", b"residents_for_office", b"data_office", told)
            hashes = [hashlib.new(name, told).hexdigest()]
            hashes += [hmac.new(key, told, name).hexdigest() for key in keys]
            if any(one[:16].encode() in octets for one in hashes):
                yield told


BY_BYTES: dict[str, Callable[[Path], Iterator[bytes]]] = {
    "its bytes": _raw,
    "its bytes as other letters": _other_letters,
    "its bytes turned round": _turned,
    "amounts in its bytes": _numbers,
    "base64 in it": _base64,
    "deflated streams in it": _zlib,
    "Zstandard frames in it": _zstd,
    "blocks that nothing refers to": _free_blocks,
    "a log beside it": _write_ahead,
    "its state without the first header": _header(1),
    "its state without the second header": _header(2),
    "its headers changed round": _swapped_headers,
    "its older header made the newer": _older_header,
    "what a change brings up": _written_to,
    "what lies below its views": _views_dropped,
    "a column added under its old name": _column_added,
    "an export": _exported,
    "a copy of the whole database": _copied,
    "what it names as paths": _attached,
    "ids by their hashes": _guessed_keys,
}
"""Ways that take the file apart or change it; each has a copy of its own."""
