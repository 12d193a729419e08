"""Versions: what a newer program wrote, and what waits to be brought along."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from deltalake import DeltaTable, Field

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks import versions
from flow.upkeep.doctor.checks.versions import CHECK
from storage.ledger import Ledger
from tests.unit.flow.upkeep.doctor.conftest import REF


def told(city: City) -> list[tuple[str, str]]:
    """Return code and place of what is found."""
    return [(one.code, one.where) for one in CHECK.look(Patient(city))]


@pytest.mark.parametrize(("revision", "code"), [("9999", "DOC-701"), ("0001", "DOC-702")])
def test_a_store_of_another_version_is_told(city: City, revision: str, code: str) -> None:
    """It is neither migrated by looking, nor used as if it were known."""
    with sqlite3.connect(city.layout.governance_db) as store:
        store.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    store.close()
    assert told(city)[0] == (code, "governance.db")
    assert told(city)[0] == (code, "governance.db")


def test_a_ledger_of_another_version_is_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that this program does not know, and columns that the table does not have yet."""
    ledger: Ledger[object] = next(one for one in versions.LEDGERS if one.name == "verdicts")
    DeltaTable(str(ledger.path(city.layout))).alter.add_columns([Field("novel", "string")])
    assert told(city) == [("DOC-701", "lake/ledgers/verdicts")]
    shape = replace(
        ledger.shape, columns=(*ledger.shape.columns, replace(ledger.shape.columns[0], name="x"))
    )
    monkeypatch.setattr(versions, "LEDGERS", (replace(ledger, shape=shape),))
    assert ("DOC-703", "lake/ledgers/verdicts") in told(city)


def test_a_table_as_an_earlier_catalogue_asked_is_told(city: City) -> None:
    """A column that the catalogue has and the table has not waits for `quanshu evolve`."""
    table = DeltaTable(str(city.layout.authoritative(REF)))
    fields = [one.name for one in table.schema().fields]
    table.alter.set_table_name("x")  # a name is no difference
    before = [one for one in told(city) if one[0] == "DOC-703"]
    resource = city.catalog.resource(REF)
    other = resource.model_copy(update={"key": tuple(fields[1:2])})
    catalog = replace(city.catalog, resources={**city.catalog.resources, REF: other})
    after = [one for one in told(replace(city, catalog=catalog)) if one[0] == "DOC-703"]
    assert (before, after) == ([], [("DOC-703", f"lake/authoritative/{REF}")])
