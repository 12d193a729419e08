"""Handing over: by a grant in force alone, recorded first, and encrypted where it travels."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pyrage
import pytest

from audit.acts import Operation
from audit.lake import unexplained
from audit.log import AuditLog
from catalog_specs.errors import AccessError, AuditError, SettingsError
from flow.failures import Faults
from flow.handover.packages import hand_over_file, hand_over_package
from flow.handover.recalls import acknowledge
from flow.upkeep.sealing import seal_lake
from governance.keys import KeyRing
from outlets.handover.encryption import ENCRYPTED
from outlets.handover.found_files import look_at
from outlets.handover.sealing import unsealed
from outlets.handover.signing_key import public_key
from outlets.handover.trace import Evidence, trace
from register.copies import COPIES, Disposal, Form
from tests.city import GRANT
from tests.city.lake import bytes_under
from tests.unit.flow.handover.homes import batch_city

PRIVATE = pyrage.x25519.Identity.generate()
RECEIVER = str(PRIVATE.to_public())


def test_a_package_is_sealed_recorded_and_traced(tmp_path: Path) -> None:
    """Two copies of one grant: each is known by itself, from any of its files."""
    city = batch_city(tmp_path)
    first = hand_over_package(city, GRANT, tmp_path / "out")
    second = hand_over_package(city, GRANT, tmp_path / "out")

    assert unsealed(first.place, public_key(city.layout)) == ()
    assert COPIES.read(city.layout) == tuple(
        sorted((first.copy, second.copy), key=lambda one: (one.at, one.copy))
    )
    acts = [entry.act for entry in AuditLog(city.layout).read()]
    assert [act.facts["copy"] for act in acts] == [first.copy.copy, second.copy.copy]
    assert {act.operation for act in acts} == {Operation.DOWNLOAD}
    assert not any(city.layout.work.glob("handover-*"))

    copies = COPIES.read(city.layout)
    for done in (first, second):
        for file in (*done.place.glob("*.csv"), *done.place.glob("*.parquet")):
            if file.name != "dictionary.csv":
                known = trace(look_at(file), copies, city.keys)
                assert [(one.copy, one.evidence) for one in known] == [
                    (done.copy.copy, Evidence.DIGEST)
                ]
    (text,) = second.place.glob("civil*.csv")
    text.write_bytes(b"\n".join(text.read_bytes().splitlines()[:40]))
    (cut,) = trace(look_at(text), copies, city.keys)
    assert (cut.copy, cut.evidence) == (second.copy.copy, Evidence.ORDER)


def test_every_further_copy_is_explained_by_an_act(tmp_path: Path) -> None:
    """Also after what was committed before was sealed, and after a recall was acknowledged."""
    city = batch_city(tmp_path)
    for number in range(3):
        done = hand_over_package(city, GRANT, tmp_path / "out")
        assert seal_lake(city, Faults(city.layout)) == ()
        acknowledge(city, done.copy.copy, Disposal.DESTROYED, f"销〔2026〕{number}号")
    assert list(unexplained(city.audit)) == []
    assert [one.act.approver for one in city.audit.read()][-1] == "销〔2026〕2号"


def test_on_a_medium_it_is_encrypted_to_the_receiver(tmp_path: Path) -> None:
    """Outside `work/` nothing of it lies in clear; inside is a sealed package, whole."""
    city = batch_city(tmp_path, medium="file")
    done = hand_over_package(city, GRANT, tmp_path / "out", RECEIVER)

    assert {path.name for path in done.place.iterdir()} == {
        ENCRYPTED, "SHA256SUMS", "SHA256SUMS.sig", "signing.pub",
    }  # fmt: skip
    assert unsealed(done.place, public_key(city.layout)) == ()
    assert not any(b"350502" in content for _, content in bytes_under(tmp_path / "out"))
    assert done.copy.receiver == RECEIVER
    assert not any(city.layout.work.glob("handover-*"))
    inside = tmp_path / "inside"
    with ZipFile(
        BytesIO(pyrage.decrypt((done.place / ENCRYPTED).read_bytes(), [PRIVATE]))
    ) as packed:
        packed.extractall(inside)
    assert unsealed(inside, public_key(city.layout)) == ()
    (found,) = trace(look_at(done.place / ENCRYPTED), COPIES.read(city.layout), city.keys)
    assert (found.copy, found.evidence) == (done.copy.copy, Evidence.DIGEST)


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({"medium": "file"}, "receiver's key"),
        ({"status": "suspended"}, "suspended"),
        ({"valid_to": "2026-03-01"}, "expired"),
        ({"approvals": [], "resources__0__items": ["income"]}, "approval"),
        ({"method": "query", "batch_reason": None}, "no batch"),
    ],
)
def test_nothing_is_handed_out_against_the_grant(
    tmp_path: Path, grant: dict[str, Any], said: str
) -> None:
    """Refused with its reason: no folder, no row of the ledger, no act."""
    city = batch_city(tmp_path, **grant)
    with pytest.raises(AccessError, match=said):
        hand_over_package(city, GRANT, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert COPIES.read(city.layout) == ()
    assert list(AuditLog(city.layout).read()) == []
    with pytest.raises(AccessError, match="no such grant"):
        hand_over_package(city, "nobody", tmp_path / "out")


def test_without_the_audit_log_nothing_is_handed_out(tmp_path: Path) -> None:
    """A log that cannot be written stops the copy, whatever else is ready."""
    city = batch_city(tmp_path)
    city.layout.audit.write_text("in the way", encoding="utf-8")
    with pytest.raises(AuditError):
        hand_over_package(city, GRANT, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert COPIES.read(city.layout) == ()


def test_a_copy_is_not_made_without_the_key_that_marks_it(tmp_path: Path) -> None:
    """An installation without a master key hands out no package."""
    city = replace(batch_city(tmp_path), keys=KeyRing({}, SettingsError("no", where="", remedy="")))
    with pytest.raises(SettingsError):
        hand_over_package(city, GRANT, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_duckdb_file_is_handed_over_as_a_package_is(tmp_path: Path) -> None:
    """Of any grant that hands out rows: sealed, on record, and opened by plain DuckDB."""
    city = batch_city(tmp_path, method="query", batch_reason=None)
    done = hand_over_file(city, GRANT, tmp_path / "out")
    assert (done.copy.form, done.copy.rows) == (Form.DUCKDB, 60)
    assert unsealed(done.place, public_key(city.layout)) == ()
    file = done.place / f"{GRANT}.duckdb"
    with duckdb.connect(file, read_only=True) as con:
        assert con.sql('SELECT count(*) FROM "人口基本信息"').fetchone() == (60,)
    (found,) = trace(look_at(file), COPIES.read(city.layout), city.keys)
    assert found.copy == done.copy.copy
