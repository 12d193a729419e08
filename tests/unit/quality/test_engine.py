"""The execution engine: Great Expectations on one open DuckDB connection, quietly."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from quality.engine import _sources, _without, load_batch, load_vendor, open_engine
from storage.engines.connection import Connection


@pytest.fixture
def con() -> Iterator[Connection]:
    """Yield a connection with a table that no other connection sees; GX is loaded, quietly."""
    load_vendor()
    with duckdb.connect() as made:
        made.execute(
            "CREATE TEMP TABLE feed AS FROM "
            "(VALUES ('张三', 1), ('O''Neil', 2), (NULL, 3)) t(\"姓 名\", number)"
        )
        yield made


def metric(con: Connection, name: str, **value: Any) -> Any:
    """Work a metric of the feed's first column out, as GX does."""
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import ValidationGraph

    engine = open_engine(con)
    try:
        load_batch(engine, "feed")
        wanted = MetricConfiguration(name, {"column": "姓 名"}, value)
        graph = ValidationGraph(execution_engine=engine)
        graph.build_metric_dependency_graph(wanted, runtime_configuration={})
        found, aborted = graph.resolve(show_progress_bars=False)
        assert not aborted
        return found[wanted.id]
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("column_values.match_regex.unexpected_count", {"regex": "^[一-龥]+$"}, 1),
        ("column_values.match_regex.unexpected_count", {"regex": "三"}, 1),
        ("column_values.match_like_pattern.unexpected_count", {"like_pattern": "O'%"}, 1),
        ("column_values.in_set.unexpected_count", {"value_set": ["O'Neil"]}, 1),
        ("column_values.nonnull.unexpected_count", {}, 1),
    ],
)
def test_metrics_are_worked_out_in_duckdbs_own_words(
    con: Connection, name: str, value: dict[str, Any], count: int
) -> None:
    """On the very connection, whose own tables no other sees; expressions are found anywhere."""
    assert metric(con, name, **value) == count


def test_a_table_made_anew_is_looked_at_anew(con: Connection) -> None:
    """Under its old name it may have other columns."""
    engine = open_engine(con)
    try:
        load_batch(engine, "feed")
        before = [one["name"] for one in _columns(engine)]
        con.execute("CREATE OR REPLACE TEMP TABLE feed (other BIGINT)")
        load_batch(engine, "feed")
        after = [one["name"] for one in _columns(engine)]
    finally:
        engine.close()

    assert (before, after) == (["姓 名", "number"], ["other"])


def _columns(engine: Any) -> Any:
    from great_expectations.validator.metric_configuration import MetricConfiguration

    wanted = MetricConfiguration("table.column_types", {}, {"include_nested": True})
    return engine.resolve_metrics([wanted])[wanted.id]


def test_loading_leaves_warnings_and_logging_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own logger is silent, for it repeats what a database says, and that quotes values."""
    shown = warnings.showwarning
    monkeypatch.delenv("GX_ANALYTICS_ENABLED", raising=False)

    load_vendor.__wrapped__()  # as in a process in which nobody did yet

    assert warnings.showwarning is shown
    assert gc.isenabled()
    assert logging.getLogger("great_expectations").level > logging.CRITICAL
    assert os.environ["GX_ANALYTICS_ENABLED"]


def test_an_engine_that_is_never_asked_for_is_not_imported() -> None:
    """Great Expectations would import pyspark where it is installed, and take seconds for it."""
    kept = object()
    sys.modules["pyspark"] = kept  # type: ignore[assignment]
    try:
        with _without("pyspark"), pytest.raises(ImportError):
            importlib.import_module("pyspark")
        assert sys.modules["pyspark"] is kept  # type: ignore[comparison-overlap]
    finally:
        del sys.modules["pyspark"]


def test_what_loading_made_is_not_looked_through_for_garbage_again() -> None:
    """It stays as long as the process; what is made later is still collected."""
    load_vendor()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000


def test_no_source_of_data_is_described_but_the_table_at_hand() -> None:
    """Great Expectations knows two dozen others, whose models take a third of its import."""
    names = _sources()
    assert "great_expectations.datasource.fluent.pandas_datasource" in names
    told = "import sys; from quality.engine import load_vendor; load_vendor(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", told], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "great_expectations" in loaded
    assert not {*names} & {*loaded}
