"""The seal: whoever receives a package sees every change, with or without Quanshu."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_specs.errors import AuditError
from outlets.handover.sealing import PUBLIC, SIGNATURE, SUMS, seal, unsealed
from outlets.handover.signing_key import fingerprint, public_key
from storage.layout import Layout


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """Return a sealed folder of two files."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "a.csv").write_text("一\n", encoding="utf-8")
    (folder / "b.csv").write_text("二\n", encoding="utf-8")
    seal(Layout(tmp_path / "home"), folder)
    return folder


def test_a_sealed_folder_is_whole_and_known(sealed: Path) -> None:
    """Under the published key, which everybody may read; the private one is its owner's alone."""
    layout = Layout(sealed.parent / "home")
    published = public_key(layout)
    assert published == (sealed / PUBLIC).read_bytes()
    assert unsealed(sealed) == unsealed(sealed, published) == ()
    assert stat.S_IMODE(layout.signing_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.signing_public.stat().st_mode) == 0o644


def _other_key(folder: Path) -> None:
    seal(Layout(folder.parent / "other"), folder)


@pytest.mark.parametrize(
    ("change", "file"),
    [
        (lambda at: (at / "a.csv").write_text("三\n", encoding="utf-8"), "a.csv"),
        (lambda at: (at / "b.csv").unlink(), "b.csv"),
        (lambda at: (at / "c.csv").touch(), "c.csv"),
        (lambda at: shutil.move(at / "a.csv", at / "c.csv"), "c.csv"),
        (lambda at: (at / SUMS).write_bytes((at / SUMS).read_bytes()[67:]), SIGNATURE),
        (lambda at: (at / SIGNATURE).write_bytes(bytes(64)), SIGNATURE),
        (lambda at: (at / SIGNATURE).unlink(), SUMS),
        (lambda at: (at / PUBLIC).write_text("no key", encoding="ascii"), PUBLIC),
        (_other_key, PUBLIC),
    ],
)
def test_every_change_is_seen(sealed: Path, change: Callable[[Path], object], file: str) -> None:
    """Changed, missing, added, renamed, cut, forged, or sealed by somebody else."""
    published = public_key(Layout(sealed.parent / "home"))
    change(sealed)
    assert unsealed(sealed, published)[0].file == file


def test_a_link_is_no_file_of_a_package(sealed: Path) -> None:
    """What it points at may change after it was checked."""
    (sealed / "a.csv").rename(sealed.parent / "a.csv")
    (sealed / "a.csv").symlink_to(sealed.parent / "a.csv")
    assert [one.file for one in unsealed(sealed)] == ["a.csv"]


def test_everybody_can_check_it_without_quanshu(sealed: Path) -> None:
    """`sha256sum -c` and `openssl` say the same, and notice the same."""
    check = ["sha256sum", "-c", "--quiet", SUMS]
    verify = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", PUBLIC, "-rawin",
        "-in", SUMS, "-sigfile", SIGNATURE,
    ]  # fmt: skip
    for words in (check, verify):
        assert subprocess.run(words, cwd=sealed, capture_output=True, check=False).returncode == 0
    (sealed / SUMS).write_text((sealed / SUMS).read_text("ascii").replace("a.csv", "b.csv"))
    for words in (check, verify):
        assert subprocess.run(words, cwd=sealed, capture_output=True, check=False).returncode != 0


def test_the_same_key_signs_as_long_as_it_is_private(sealed: Path, tmp_path: Path) -> None:
    """A second package is under the same key; one that others may read signs nothing."""
    layout = Layout(tmp_path / "home")
    before = fingerprint((sealed / PUBLIC).read_bytes())
    seal(layout, sealed)
    assert fingerprint((sealed / PUBLIC).read_bytes()) == before
    assert unsealed(sealed) == ()
    layout.signing_key.chmod(0o644)
    with pytest.raises(AuditError, match="0644"):
        seal(layout, sealed)
