"""Whatever somebody changes of a log, in whichever way, is noticed."""

from __future__ import annotations

import resource
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from audit.verifier import LogError, check_log
from tests.unit.audit.changes import KINDS, Victim


def noticed(victim: Victim, random: Random, count: int) -> Counter[str]:
    """Make single changes, and return how many of each kind the verifier noticed.

    It is asked by somebody who knows the log's public key and remembers its last checkpoint.
    """
    keys, last = victim.log.verifiers, victim.log.checkpoint
    found: Counter[str] = Counter()
    files = victim.files
    while found.total() < count:
        kind = KINDS[found.total() % len(KINDS)]
        with victim.changed(kind, random, files) as folder:
            if folder is None:
                continue
            with pytest.raises(LogError):
                for _ in check_log(folder, keys, last)[1]:
                    pass
            found[kind] += 1
    for _ in check_log(victim.log.folder, keys, last)[1]:
        pass  # it is whole again: each change was one
    return found


def test_every_change_is_noticed(tmp_path: Path) -> None:
    """Three hundred changes to two thousand entries, of eight kinds."""
    victim = Victim.made(tmp_path, 2_000)
    assert noticed(victim, Random(8), 300).total() == 300


@pytest.mark.large
def test_every_change_of_a_large_log_is_noticed(tmp_path: Path) -> None:
    """A thousand changes to a hundred thousand entries."""
    victim = Victim.made(tmp_path, 100_000)
    assert noticed(victim, Random(9), 1_000).total() == 1_000


@pytest.mark.large
def test_a_million_entries_are_verified_in_a_minute(tmp_path: Path) -> None:
    """Of processor time, and in memory that does not grow with the log."""
    victim = Victim.made(tmp_path, 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()

    said, entries = check_log(victim.log.folder, victim.log.verifiers, victim.log.checkpoint)
    count = sum(1 for _ in entries)

    assert time.process_time() - start < 60
    assert (said.size, count) == (1_000_000, 1_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
