"""Encryption: only the receiver's own key opens what was handed over."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyrage
import pytest

from catalog_specs.errors import AccessError
from outlets.handover.encryption import encrypt, read_receiver


def test_the_receiver_alone_reads_it(tmp_path: Path) -> None:
    """Every file comes out as it went in; another key opens nothing, and no text shows."""
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / "甲.csv").write_text("金丝雀\n" * 100, encoding="utf-8")
    (folder / "receipt.json").write_text("{}", encoding="utf-8")
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    target = tmp_path / "package.age"
    encrypt(folder, target, str(mine.to_public()))

    sealed = target.read_bytes()
    assert "金丝雀".encode() not in sealed
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])
    with ZipFile(BytesIO(pyrage.decrypt(sealed, [mine]))) as packed:
        assert sorted(packed.namelist()) == ["receipt.json", "甲.csv"]
        assert packed.read("甲.csv").decode() == "金丝雀\n" * 100


def test_a_key_that_is_none_encrypts_nothing(tmp_path: Path) -> None:
    """Nothing is written, so that nothing can be taken for encrypted."""
    (tmp_path / "copy").mkdir()
    with pytest.raises(AccessError, match="age key"):
        encrypt(tmp_path / "copy", tmp_path / "x.age", "age1nothing")
    assert not (tmp_path / "x.age").exists()


@pytest.mark.parametrize(
    "text", ["", "# only words\n", "age1a\nage1b\n", "AGE-SECRET-KEY-1ABC\n", "ssh-ed25519 AAAA\n"]
)
def test_a_file_names_one_public_key(tmp_path: Path, text: str) -> None:
    """None, two, or a secret one is refused, and a secret one is not repeated."""
    file = tmp_path / "key.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AccessError) as refused:
        read_receiver(file)
    assert "ABC" not in str(refused.value)


def test_comments_stand_beside_a_key(tmp_path: Path) -> None:
    """As `age-keygen` writes them; a file that is not there names nobody."""
    (tmp_path / "key.txt").write_text("# 应用单位\nage1abc\n", encoding="utf-8")
    assert read_receiver(tmp_path / "key.txt") == "age1abc"
    with pytest.raises(AccessError):
        read_receiver(tmp_path / "none.txt")
