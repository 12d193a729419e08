"""The process of a command: its modules are collected neither meanwhile nor at the end."""

from __future__ import annotations

import gc
import subprocess
import sys

from cli.process import lasting


def test_nothing_is_collected_while_modules_are_imported() -> None:
    """What is made meanwhile is put aside; afterwards garbage is looked for as before."""
    assert gc.isenabled()
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        made = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_who_collects_nothing_goes_on_doing_so() -> None:
    """A process that began without looking for garbage is left as it was."""
    gc.disable()
    try:
        with lasting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_end_of_a_process_looks_through_nothing() -> None:
    """What was made after the imports is put aside as well, before the interpreter ends."""
    code = (
        "import atexit, gc\nfrom cli.process import lasting\n"
        "atexit.register(lambda: print(len(gc.get_objects())))\n"
        "with lasting():\n    pass\n"
        "made = [[] for _ in range(1000)]"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(ended.stdout) < 1000
