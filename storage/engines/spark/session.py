"""The session: the one door to the second engine, from a rendered query to files that were checked.

Belongs here: connecting, sending, waiting, looking at what was written. Keep out: what is asked
(`rendering`), where it goes on (`values`, `quality`). Imported inside functions only.
The client itself tries again for many minutes when a server is gone, and says nothing. So every
query runs beside a watch that asks each second whether anybody still answers, and until when.
"""

from __future__ import annotations

import atexit
import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_specs.errors import SecondEngineError, SecondEngineFailedError
from storage.engines.spark.address import Address
from storage.engines.spark.kinds import Columns, spark_type
from storage.engines.spark.rendering import Said
from storage.places.object_path import ObjectPath, Place

__all__ = ["Job", "Session", "connected"]

_PULSE = 1.0
"""Seconds between two looks at whether the server answers."""
_AGAIN = 3
"""How often the client itself tries again; by default it goes on for ten minutes."""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # what it infers of columns, to filter by, grows with their square and helps none of our
    # queries: of three hundred columns one was planned for more than five minutes
    "spark.sql.constraintPropagation.enabled": "false",
}
_UNCARRIED = frozenset("*?[]{}\\%,")
"""What a cluster's file systems take for a pattern, a list or an escape in a path."""
_LOGGERS = ("SQLQueryContextLogger", "pyspark.sql.connect.logging")
"""They repeat SQL of queries that fail, and rules hold literals."""


@dataclass(frozen=True)
class Job:
    """A query with the files of every view in it, by name.

    The `rows` that come of it, where their number is known before, go to `folder`, which does not
    exist yet: what a write that died left behind in another is never looked at. `columns` are those
    of views whose files need not all have them.
    """

    said: Said
    files: Mapping[str, Sequence[Place]]
    folder: Path
    rows: int | None
    where: str
    columns: Mapping[str, Columns] = field(default_factory=dict)


class Session:
    """A session of one server, opened when it is first used; one query at a time."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._stopped = Event()
        self._spark: Any = None

    def write(self, job: Job) -> tuple[Path, ...]:
        """Let the engine write what a query returns, and return the files when all is there.

        Raises:
            SecondEngineError: it does not answer, does not end in time, refuses the query, or wrote
                something else than it should.
        """
        _require_plain([job.folder, *(path for some in job.files.values() for path in some)], job)
        self._stopped.clear()
        self._awaited(lambda: self._written(job), job.where)
        return _complete(job)

    def interrupt(self) -> None:
        """Give up the query that is running, from another thread."""
        self._stopped.set()

    def close(self) -> None:
        """End the session, if there is one: it would otherwise hang when the process ends."""
        spark, self._spark = self._spark, None
        if spark is not None and self._address.answers():
            _attempted(spark.stop)

    def _written(self, job: Job) -> None:
        spark = self._spark = self._spark or connected(self._address)
        for name, files in job.files.items():
            reader = spark.read
            if name in job.columns:
                reader = reader.schema(_declared(job.columns[name]))
            found = reader.parquet(*map(_uri, files))
            found.createOrReplaceTempView(name)
        writer = spark.sql(job.said.sql).write.mode("error")
        writer.option("compression", "snappy").parquet(_uri(job.folder))

    def _awaited(self, act: Callable[[], None], where: str) -> None:
        """Run an act in a thread of its own, as long as there is somebody to wait for."""
        if not self._address.answers():
            raise self._gone("does not answer", where)
        done: Future[None] = Future()
        Thread(target=_settle, args=(done, act), name="second-engine", daemon=True).start()
        until = time.monotonic() + self._address.seconds
        while not _over(done):
            if not self._address.answers():
                raise self._gone("went away while it was working", where)
            if self._stopped.is_set() or time.monotonic() > until:
                self._give_up()
                said = "was interrupted" if self._stopped.is_set() else "took too long"
                raise self._gone(said, where)
        error = done.exception()
        if error is not None:
            raise self._failed(error, where) from None

    def _give_up(self) -> None:
        """Ask the engine to stop; nobody waits for its answer, which may be as long in coming."""
        spark = self._spark
        if spark is not None:
            Thread(target=_attempted, args=(spark.interruptAll,), daemon=True).start()

    def _gone(self, what: str, where: str) -> SecondEngineError:
        # whoever comes next begins anew: this session may be waiting for ever
        self._spark = None
        return SecondEngineError(
            f"the second engine at {self._address.place} {what}",
            where=where,
            remedy="start it or see to it, then run again: the delivery waits and nothing of it "
            "was kept; or set `engine: duckdb` in the resource",
        )

    def _failed(self, error: BaseException, where: str) -> SecondEngineError:
        """Tell a failure by its class: an engine's own words quote values."""
        if not self._address.answers():
            return self._gone("went away while it was working", where)
        self.close()
        return SecondEngineFailedError(
            f"the second engine at {self._address.place} failed ({type(error).__name__})",
            where=where,
            remedy="look into the server's log, and whether it sees the home under the same path "
            "and, where QUANSHU_SPARK_READS_STORE says so, reads the object store; then run again, "
            "or set `engine: duckdb` in the resource",
        )


def connected(address: Address) -> Any:  # noqa: ANN401 - the vendor is an extra
    """Open a session of a server."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings(), _as_a_program():
        warnings.simplefilter("ignore")  # it warns of the edition of pandas, which is never used
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    spark = SparkSession.builder.remote(address.url).create()
    spark.client.set_retry_policies([DefaultPolicy(max_retries=_AGAIN, max_backoff=1_000)])
    # at the end of the process it would ask a server that is gone, and wait for it
    atexit.unregister(spark.client._on_exit)  # noqa: SLF001 - there is no other way
    for name, value in _SETTINGS.items():
        spark.conf.set(name, value)
    return spark


@contextmanager
def _as_a_program() -> Iterator[None]:
    """Give the program's module a file while the client is imported.

    Of one that has none, as under `python -c`, the client thinks that its own examples are tested,
    and ends the process for want of a whole Spark.
    """
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "-c"
    try:
        yield
    finally:
        del main.__file__


def _settle(done: Future[None], act: Callable[[], None]) -> None:
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - whoever waits is told, whatever it is
        done.set_exception(error)
    else:
        done.set_result(None)


def _over(done: Future[None]) -> bool:
    with suppress(TimeoutError):
        done.exception(_PULSE)
        return True
    return False


def _attempted(act: Callable[[], object]) -> None:
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        act()


def _declared(columns: Columns) -> str:
    """Return columns as Spark declares them."""
    told = ((name.replace("`", "``"), spark_type(kind or "")) for name, kind in columns.items())
    return ", ".join(f"`{name}` {kind}" for name, kind in told)


def _uri(place: Place) -> str:
    return str(place) if isinstance(place, ObjectPath) else f"file://{place.absolute()}"


def _require_plain(paths: Sequence[Place], job: Job) -> None:
    if any(_UNCARRIED.intersection(str(path)) for path in paths):
        raise SecondEngineError(
            "the path of the home holds a character that a second engine cannot carry: one of "
            "* ? [ ] { } \\ % ,",
            where=job.where,
            remedy="put the home below folders without such characters",
        )


def _complete(job: Job) -> tuple[Path, ...]:
    """Return the files of a write that ended, when their footers count the rows that were asked."""
    files = tuple(sorted(job.folder.glob("*.parquet")))
    try:
        rows = sum(pq.read_metadata(file).num_rows for file in files)
    except (OSError, pa.ArrowInvalid):
        rows = -1
    if rows < 0 or job.rows not in (None, rows):
        raise SecondEngineError(
            f"the second engine wrote {'what cannot be read' if rows < 0 else f'{rows} rows'} "
            f"where there are {job.rows}",
            where=job.where,
            remedy="see that the server writes into the home under the same path as this machine; "
            "then run again",
        )
    return files
