"""A log checked by an implementation that shares nothing with ours: `tlog-scales`.

It is run in an environment of its own, in which nothing of Quanshu can be imported. It is told on
standard input what to check, and answers with what held; what does not hold is named by its error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof
from tlog_scales.utils import b64dec
from tlog_scales.writer import TilesWriter


class Nobody:
    """A signer that signs nothing worth having: the log is written again for its tiles alone."""

    def sign(self, checkpoint: Checkpoint) -> Any:
        """Return a signature of nobody."""
        from tlog_scales.signing import DummySigner

        return DummySigner("nobody", 1).sign(checkpoint)


def log(folder: str, keys: list[str], again: str) -> dict[str, Any]:
    """Check the checkpoint's signatures and root, and write the log again from its entries."""
    reader = TilesReader(LocalBackend(Path(folder)))
    said = reader.get_checkpoint()
    by = VkeySet(*map(Vkey.from_string, keys)).verify(said.signatures, said)
    writer = TilesWriter.create(
        Path(again),
        said.origin,
    )
    for index in range(said.size):
        writer.add_leaf(reader.get_entry(index))
    writer.commit([Nobody()])
    return {
        "size": said.size,
        "root": said.root_hash.hex(),
        "calculated": reader.calculate_root_hash().hex(),
        "written": Checkpoint.from_text((Path(again) / "checkpoint").read_text()).root_hash.hex(),
        "signed": sorted(vkey.name for vkey, _ in by),
    }


def inclusion(proof: str, entry: str, keys: list[str]) -> str:
    """Check a `.tlog-proof` of an entry given in hexadecimal digits."""
    head, _, note = proof.partition("\n\n")
    _, place, *steps = head.split("\n")
    said = Checkpoint.from_text(note)
    for key in keys:
        said.verify(Vkey.from_string(key))
    found = InclusionProof(int(place.split()[1]), said.size, [b64dec(one) for one in steps])
    found.check(leaf_hash(bytes.fromhex(entry)), said.root_hash)
    return "holds"


def consistency(old: list[Any], new: list[Any], steps: list[str]) -> str:
    """Check that a log of a size and root continues another; hashes in hexadecimal digits."""
    proof = ConsistencyProof(old[0], new[0], [bytes.fromhex(one) for one in steps])
    proof.check(bytes.fromhex(old[1]), bytes.fromhex(new[1]))
    return "holds"


QUESTIONS: dict[str, Callable[..., Any]] = {
    "log": log,
    "inclusion": inclusion,
    "consistency": consistency,
}


def answered(question: dict[str, Any]) -> Any:
    """Return what came of a question; the name of the error when it does not hold."""
    try:
        return QUESTIONS[question.pop("ask")](**question)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its way to refuse
        return type(error).__name__


if __name__ == "__main__":
    try:
        import audit  # noqa: F401
    except ImportError:
        json.dump([answered(one) for one in json.load(sys.stdin)], sys.stdout)
