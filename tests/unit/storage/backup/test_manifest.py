"""Manifests: what is written is read back, and what is cut off is no manifest."""

from __future__ import annotations

from dataclasses import fields

import pytest

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.manifest import (
    LINK,
    Entry,
    Head,
    Manifest,
    object_list,
    read_object_list,
)

FILE = Entry("lake/泉州/a b", "file", 0o600, 5, 7, "d1", "o1", 9)
LINKED = Entry("open_data/x/latest", LINK, to="20260302-01")
NUMBERS = {"int": 1, "str": "文"}


def _head() -> Head:
    return Head(**{one.name: NUMBERS[str(one.type)] for one in fields(Head)})


def test_both_are_read_as_they_were_written() -> None:
    """Head, manifest and list of objects."""
    manifest = Manifest((FILE, LINKED), {"ledgers/verdicts": (3, 12)})
    assert Manifest.parse(manifest.text(), "here") == manifest
    assert Head.parse(_head().text(), "here") == _head()
    assert b"\n\n" not in _head().text()
    assert read_object_list(object_list(manifest.entries), "here") == {"o1": 9}


@pytest.mark.parametrize("end", [1, 20, -9, -1])
def test_what_is_cut_off_is_refused(end: int) -> None:
    """Wherever it ends, one error says so."""
    manifest = Manifest((FILE,))
    for read, text in (
        (Manifest.parse, manifest.text()),
        (Head.parse, _head().text()[:-1]),
        (read_object_list, object_list(manifest.entries)),
    ):
        with pytest.raises(BackupError) as caught:
            read(text[:end], "here")  # type: ignore[operator]
        assert caught.value.fault is BackupFault.UNREADABLE_LIST


def test_a_newer_format_is_told_as_that() -> None:
    """Whatever else it may hold."""
    with pytest.raises(BackupError) as caught:
        Head.parse(b'quanshu backup\n{"format": 2, "more": 1}\n', "here")
    assert caught.value.fault is BackupFault.NEWER
