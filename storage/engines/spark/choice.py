"""The choice of an engine: whether the work of a resource goes to the second one.

Belongs here: asking the resource, its size, and whether there is an engine at all. Keep out:
whether the work can be said to it (`rendering`), doing it.
"""

from __future__ import annotations

from importlib.util import find_spec

from catalog_specs.errors import SettingsError
from catalog_specs.vocabulary import Engine
from storage.engines.spark.address import Address

__all__ = ["goes_there"]


def goes_there(ref: str, engine: Engine, rows: int, address: Address | None) -> bool:
    """Say whether work on so many rows of a resource is done there.

    Raises:
        SettingsError: the resource asks for it, and it is not installed or its address unknown.
    """
    if engine is Engine.DUCKDB or not rows:
        return False
    installed = find_spec("pyspark") is not None and find_spec("sqlglot") is not None
    if engine is Engine.AUTO:
        return address is not None and rows >= address.rows and installed
    if address is None or not installed:
        missing = "QUANSHU_SPARK is not set" if installed else "it is not installed"
        raise SettingsError(
            f"the resource asks for the second engine, and {missing}",
            where=ref,
            remedy="install `quanshu[spark]` and set QUANSHU_SPARK to the address of a Spark "
            "Connect server, or set `engine: duckdb` in the resource",
        )
    return True
