"""All that a run of the town needs and every run needs alike, done once before anything forks.

Belongs here: making a process ready. Keep out: what it is ready for (`forks`).
The process must have no thread pool, which no fork would get: libraries start theirs when they
first work. So whatever starts one is done in a fork that hands over what it found: loading the
catalogue tries patterns in the engines, and what a run imports is known after one.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import traceback
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.city import NOW
from tests.city.deliveries import deliver

if TYPE_CHECKING:
    from catalog_specs.catalog import Catalog
    from storage.engines.spark.address import Address

__all__ = ["ready"]

_UNFORKED = ("grpc", "pyspark")


def ready(catalogue: Path, spark: Address | None = None) -> Catalog:
    """Import what a run imports, compile every rule of the day, and return the catalogue.

    The client of a second engine is imported by each fork itself: it could not be forked.
    """
    import great_expectations  # noqa: F401 - so that the rehearsal does not import it as well

    catalog, imported = _rehearsed(catalogue, spark)
    for name in imported:
        import_module(name)
    _compile(catalog)
    names = {(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()}
    if pools := [name for name in names if name.startswith(("polars-0", "tokio"))]:
        sys.exit(f"forks would wait for ever for the threads of {pools}")
    return catalog


def _rehearsed(catalogue: Path, spark: Address | None) -> tuple[Catalog, list[str]]:
    """Run the town once in a fork; return its catalogue, and what was imported on the way."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(tell, "wb") as stream:
                stream.write(_rehearsal(catalogue, spark))
        except BaseException:  # noqa: BLE001 - printed, and missed by the process that waits
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    if not said:
        sys.exit("the rehearsal failed")
    catalog, imported = pickle.loads(said)  # noqa: S301 - from our own fork
    return catalog, imported


def _rehearsal(catalogue: Path, spark: Address | None) -> bytes:
    from catalog_specs.loader import load
    from flow.run import run
    from tests.city.homes import city_of

    before = {*sys.modules}
    catalog = load(catalogue)
    with tempfile.TemporaryDirectory() as folder:
        deliver(Path(folder))
        if failures := run(replace(city_of(catalog, Path(folder)), spark=spark)).failures:
            sys.exit("\n".join(map(str, failures)))
    fresh = [name for name in sys.modules if name not in before and _by_its_name(name)]
    return pickle.dumps((catalog, fresh))


def _by_its_name(module: str) -> bool:
    """Say whether a module can be imported by this name, and is not another one's alias."""
    spec = getattr(sys.modules[module], "__spec__", None)
    return spec is not None and spec.name == module and not module.startswith(_UNFORKED)


def _compile(catalog: Catalog) -> None:
    from catalog_specs.local_time import local_day
    from quality.gate.plan import compile_plan
    from quality.rules.derivation import rules_for
    from values.shapes import typed_schema

    for resource in catalog.resources.values():
        rules, types = rules_for(catalog, resource), typed_schema(catalog, resource)
        compile_plan(resource, rules, local_day(catalog, NOW), types)
