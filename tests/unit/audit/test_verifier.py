"""The verifier: it alone, with published examples, and with logs that somebody changed."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit import verifier
from audit.log import AuditLog
from audit.verifier import (
    Checkpoint,
    LogError,
    VerifierKey,
    check_log,
    key_id,
    opened,
    tile_path,
)
from storage.layout import Layout
from tests.unit.audit.acts import acts

GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""The example of golang.org/x/mod/sumdb/note (documentation of `Open`)."""
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
).encode()


def test_a_published_note_opens_and_a_changed_one_does_not() -> None:
    """The example that Go's own implementation documents."""
    key = VerifierKey.parse(GO_KEY)
    assert opened(GO_NOTE, [key]).by == (key,)
    with pytest.raises(LogError, match="wrong"):
        opened(GO_NOTE.replace(b"answer", b"anSwer"), [key])
    with pytest.raises(LogError, match="no key that is known"):
        opened(GO_NOTE, [])


def test_ids_of_keys_are_those_of_the_specification() -> None:
    """SHA-256 over name, newline, type and key; its first four bytes."""
    raw = base64.b64decode(GO_KEY.split("+", 2)[2])
    assert key_id("PeterNeumann", raw[0], raw[1:]).hex() == "c74f20a3"


def test_paths_of_tiles_are_those_of_the_specification() -> None:
    """The examples of tlog-tiles."""
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tile_path("entries", 1000, 17) == "tile/entries/x001/000.p/17"


@pytest.mark.parametrize(
    "text", [b"", b"a\n1\n", b"\n1\nAA==\n", b"a\n01\nAA==\n", b"a\n1\nAA==\n"]
)
def test_what_is_no_checkpoint_is_refused(text: bytes) -> None:
    """Leading zeroes, short roots, no name."""
    with pytest.raises(LogError):
        Checkpoint.parse(text)


def test_it_runs_alone_in_an_empty_folder(tmp_path: Path) -> None:
    """The file and a copy of the log are enough; a changed byte is named."""
    log = AuditLog(Layout(tmp_path / "home"))
    log.append(acts(300))
    away = tmp_path / "away"
    shutil.copytree(log.folder, away / "log")
    shutil.copy(verifier.__file__, away)
    call = [sys.executable, "-I", "verifier.py", "log", "log/log.vkey"]

    good = subprocess.run(call, cwd=away, capture_output=True, text=True, check=False)
    bundle = away / "log" / tile_path("entries", 0)
    bundle.write_bytes(bundle.read_bytes().replace(b'"rows":7,', b'"rows":8,', 1))
    bad = subprocess.run(call, cwd=away, capture_output=True, text=True, check=False)

    assert (good.returncode, good.stdout[:3]) == (0, "OK:")
    assert (bad.returncode, bad.stdout[:6]) == (1, "WRONG:")


def test_a_shorter_or_another_past_is_noticed(tmp_path: Path) -> None:
    """By whoever remembers an earlier checkpoint, though the log by itself is whole."""
    one = AuditLog(Layout(tmp_path / "one"))
    one.append(acts(5))
    early = one.checkpoint
    copied = tmp_path / "copied"
    shutil.copytree(tmp_path / "one", copied)
    one.append(acts(5))
    late, fork = one.checkpoint, AuditLog(Layout(copied))
    fork.append(acts(9, 50))

    list(check_log(one.folder, one.verifiers, early)[1])
    with pytest.raises(LogError, match="earlier checkpoint"):
        list(check_log(fork.folder, fork.verifiers, late)[1])
    shutil.rmtree(tmp_path / "one" / "audit")
    shutil.copytree(copied / "audit", tmp_path / "one" / "audit")
    assert late is not None
    with pytest.raises(LogError, match="was longer"):
        check_log(one.folder, one.verifiers, Checkpoint(late.origin, 99, late.root))
