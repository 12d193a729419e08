"""The execution engine: Great Expectations inside an open DuckDB connection.

Belongs here: the one execution engine that makes GX work on DuckDB, and its batch. Keep out: rules,
expectations, results. This module loads SQLAlchemy and is itself imported inside functions only.

Three seams suffice, all the engine's own:
*one kept connection*: GX fetches rows after it has handed the connection back, by which time DuckDB
has dropped the result;
*a dialect module*: GX chooses its SQL for regular expressions and LIKE by what the module contains.
The name `DremioDialect` in it makes GX write `REGEXP_MATCHES(column, pattern)` and a plain `LIKE`,
which is DuckDB's own spelling and meaning (RE2, found anywhere in the text);
*filtered rows as a relation*: some metrics select from them without making them one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper, Dialect
from sqlalchemy.pool import StaticPool

from quality.lasting import uncollected
from quality.stand_ins import left_out, stood_in
from storage.engines.connection import Connection

if TYPE_CHECKING:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

__all__ = ["dialect", "load_batch", "load_vendor", "open_engine"]

_TYPES = (
    "BIGINT", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER",
    "NUMERIC", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR",
)  # fmt: skip


_EXACT = 2**53
"""Below it a float is every whole number it can be taken for."""
_ROWS = ("row_condition", "condition_parser")
_UNASKED = ("altair", "scipy.stats")
"""What Great Expectations imports for charts, and for tests of a distribution, which no rule may
name: a third of what importing it takes."""
_SOURCES = ("datasource", "fluent")
"""Where it describes every source of data that it knows by models, which takes another third. Here
the one batch is a table of a connection that is open already (`load_batch`)."""


@cache
def load_vendor() -> None:
    """Import Great Expectations (4 to 7 seconds, once), quietly and without side effects.

    Its own logger would repeat messages of the database, and those quote cell values. It redirects
    Python's warnings into logging, and warns of what it imports itself; both end here.
    """
    import logging
    import warnings

    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings(), _without("pyspark"):
        warnings.simplefilter("ignore", DeprecationWarning)
        with stood_in(*_UNASKED), left_out(*_sources()), uncollected():
            import great_expectations  # noqa: F401
    logging.captureWarnings(capture=False)
    _give_every_metric_its_rows()


def _sources() -> list[str]:
    """Return the names of the vendor's modules that describe sources of data, without any import.

    All but the one for a source that is described wrongly: its kind is asked for.
    """
    vendor = "great_expectations"
    found = find_spec(vendor)
    folders = (found and found.submodule_search_locations) or ()
    names = {path.stem for one in folders for path in Path(one, *_SOURCES).glob("*_datasource.py")}
    return [".".join((vendor, *_SOURCES, name)) for name in sorted(names - {"invalid_datasource"})]


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let an import not find a package that it would import if it could, and never asks here."""
    missing = object()
    before = sys.modules.get(package, missing)
    sys.modules[package] = None  # type: ignore[assignment] # so Python itself says "not there"
    try:
        yield
    finally:
        del sys.modules[package]
        if before is not missing:
            sys.modules[package] = before  # type: ignore[assignment]


def _give_every_metric_its_rows() -> None:
    """Let the one metric that names the keys of its domain itself have a condition of its rows.

    GX 1.24 leaves it out of `column_pair_values.in_set`, so that a rule would judge records it is
    not about: those that could not be split, deletions, and whatever its author meant to leave out.
    """
    from great_expectations.expectations import registry

    for name, metric in registry._registered_metrics.items():  # noqa: SLF001 - there is no other way
        if name.startswith("column_pair_values.in_set."):
            metric["metric_domain_keys"] = (*metric["metric_domain_keys"], *_ROWS)


@cache
def dialect() -> sa.Dialect:
    """Return the dialect in which conditions are rendered: as text, in which a % is one %."""
    found: sa.Dialect = Dialect(paramstyle="qmark")
    found.colspecs = {**found.colspecs, sa.Float: _Bound}
    return found


class _Bound(sa.Float[float]):
    """A number as text, a whole one without the `.0` that GX gives to every bound.

    DuckDB takes `18.0` for a decimal, and what is compared with it for one of 128 bits.
    """

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[float], str]:
        """Return what renders a number."""
        del dialect
        return lambda number: str(int(number) if _is_whole(number) else number)


def _is_whole(number: float) -> bool:
    return abs(number) < _EXACT and number == int(number)


def open_engine(con: Connection) -> SqlAlchemyExecutionEngine:
    """Return a GX execution engine that works on this very connection, in autocommit."""
    # The address only chooses the dialect: every connection is made by `creator`, from ours.
    engine = sa.create_engine(
        "duckdb:///:memory:",
        creator=lambda: ConnectionWrapper(con),
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
    )
    return _engine_class()(engine=engine, create_temp_table=False)


def load_batch(engine: SqlAlchemyExecutionEngine, table: str) -> None:
    """Make a table the engine's one batch; its columns are reflected anew."""
    from great_expectations.core.batch import Batch
    from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData

    name = sa.quoted_name(table, quote=True)
    data = SqlAlchemyBatchData(
        execution_engine=engine, table_name=name, source_table_name=name, create_temp_table=False
    )
    # The inspector remembers the columns of a table by its name, and ours are made anew.
    engine._inspector = None  # noqa: SLF001 - as GX itself does before each batch
    engine.batch_manager.load_batch_list([Batch(data=data)])


@cache
def _engine_class() -> Any:  # noqa: ANN401 - a class of a vendor without types
    load_vendor()
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

    class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc] # GX is untyped
        """SQLAlchemy engine of GX that keeps its one connection and speaks DuckDB."""

        def __init__(self, **arguments: Any) -> None:  # noqa: ANN401 - GX's own
            super().__init__(**arguments)
            self._connection: sa.Connection | None
            self.dialect_module = _dialect_module()

        @contextmanager
        def get_connection(self) -> Iterator[sa.Connection]:
            """Yield the one connection, which stays open as long as the engine."""
            if self._connection is None or self._connection.closed:
                self._connection = self.engine.connect()
            yield self._connection

        def get_domain_records(self, domain_kwargs: dict[str, Any]) -> sa.FromClause:
            """Return the rows a metric is about; a filtered SELECT as a relation to select from."""
            records = super().get_domain_records(domain_kwargs=domain_kwargs)
            return records.subquery() if isinstance(records, sa.Select) else records

        def close(self) -> None:
            """Let go of the connection; GX itself would leave that to the garbage collector."""
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            super().close()

    return DuckDBExecutionEngine


def _dialect_module() -> ModuleType:
    module = ModuleType("quanshu_gx_duckdb")
    names = {"dialect": Dialect, "DremioDialect": Dialect}
    module.__dict__.update(names | {name: getattr(sa.types, name) for name in _TYPES})
    # SQLAlchemy reflects a VARCHAR as its more general type, which an expectation must accept
    module.__dict__["VARCHAR"] = sa.types.String
    return module
