"""Dagster's storage on a PostgreSQL server: the one that the governance store is on.

Belongs here: this storage, in a schema of its own. Keep out: which server (`settings`), the home's
own files, which are the default (`instance`). It is loaded where the server is used alone: its
libraries come with `quanshu[postgresql]`.
Both keep the revision of their tables in a table of the same name, so that they need two schemas.
The address stands in the environment and never in a file: it may hold a password.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from dagster import StringSource
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from catalog_specs.errors import SettingsError

__all__ = ["SCHEMA", "ServerStorage"]

SCHEMA = "quanshu_dagster"
"""The schema of the database that is Dagster's."""


class ServerStorage(DagsterPostgresStorage):
    """Dagster's own storage for PostgreSQL, which knows nothing of schemas, kept to one."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return what `dagster.yaml` says of it: the variable that holds the address."""
        return {"address": StringSource}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Any,  # noqa: ANN401 - as config_type says
    ) -> ServerStorage:
        """Make the schema where it is not there yet, and open the storage in it.

        Raises:
            SettingsError: nothing answers at the address.
        """
        address: str = config_value["address"]
        _make_schema(address)
        return cls(_in_schema(address), inst_data=inst_data)


def _make_schema(address: str) -> None:
    try:
        connection = psycopg2.connect(address)
    except psycopg2.Error:
        # without the driver's words: they may quote the address
        raise SettingsError(
            "the PostgreSQL server does not answer",
            where="QUANSHU_GOVERNANCE_DB",
            remedy="see that the server runs and that this account may use the database",
        ) from None
    try:
        with connection, connection.cursor() as cursor:
            # two that make it at once: the second waits here, and finds it
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (SCHEMA,))
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    finally:
        connection.close()


def _in_schema(address: str) -> str:
    """Return the address for Dagster's driver, with the schema in which it makes its tables."""
    parts = urlsplit(address)
    options = f"options={quote(f'-csearch_path={SCHEMA}')}"
    query = "&".join(filter(None, (parts.query, options)))
    return f"postgresql+psycopg2://{parts.netloc}{parts.path}?{query}"
