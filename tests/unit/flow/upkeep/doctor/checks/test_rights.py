"""Rights of files: what others may read is told, and set right on demand."""

from __future__ import annotations

import stat

from flow.city import City
from flow.run import run
from flow.upkeep.doctor.registry import examine


def test_files_are_private_whatever_the_umask(city: City) -> None:
    """After a run that was started with umask 0, no file but open data is anybody else's."""
    assert examine(city) == ()
    for name in ("lake", "views", "shares", "work"):
        for path in (city.layout.home / name, *(city.layout.home / name).rglob("*")):
            assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0 or path.is_symlink(), path
    for path in (city.layout.home / "open_data").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)


def test_loose_rights_are_told_and_mended(city: City) -> None:
    """Files of an earlier version, open to all, are counted by folder and closed on demand."""
    ledger = next(city.layout.ledger("deliveries").rglob("*.parquet"))
    ledger.chmod(0o644)
    (city.layout.home / "lake").chmod(0o755)
    (city.layout.home / "open_data" / "index.html").chmod(0o600)
    found = examine(city)
    assert [(one.code, one.where) for one in found] == [
        ("DOC-101", "lake"),
        ("DOC-101", "open_data"),
    ]
    assert "2 files" in found[0].what
    assert "--fix" in found[0].remedy
    assert examine(city, fix=True) == ()
    assert examine(city) == ()
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600


def test_a_home_of_an_earlier_version_is_closed_by_the_next_run(city: City) -> None:
    """The next run closes the folders below a home, so that nothing in them can be reached."""
    (city.layout.home / "lake").chmod(0o755)
    run(city)
    assert stat.S_IMODE((city.layout.home / "lake").stat().st_mode) == 0o700
