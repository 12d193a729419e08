"""Buckets: one client each, opened when somebody asks, and a clear refusal without the packages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.buckets import any_opened, bucket
from storage.places.object_path import ObjectPath


def test_a_bucket_has_one_client(store: ObjectPath) -> None:
    """It is opened once in a process, and from then on connections read objects."""
    assert bucket(store.bucket) is bucket(store.bucket)
    assert any_opened()


def test_without_the_packages_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code says what to install."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ObjectStoreError) as raised:
        bucket("another-bucket")
    assert raised.value.code is StoreFault.NO_EXTRA
    assert "quanshu[s3]" in raised.value.remedy


def test_nothing_of_it_is_imported_for_a_home_on_a_disk() -> None:
    """Whoever stores on the disk loads neither the client nor the extension."""
    asked = "import sys, flow.run, pipelines.settings; sys.exit('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
