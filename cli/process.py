"""The process of a command: what it imports is never garbage, and is not looked through for any.

Belongs here: the entry point of `quanshu`, how the interpreter treats what stays to the end, and
what must be set before anything is imported. Keep out: commands and their errors (`main`).
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

from quality.lasting import uncollected
from storage.engines.polars_memory import bound_memory

__all__ = ["lasting", "main"]


@contextmanager
def lasting() -> Iterator[None]:
    """Look for no garbage while modules are imported, nor ever after among what they made.

    At its end the interpreter would look through everything once more, whose memory is given back
    in the next moment anyway. Together that is an eighth of a second of every command.
    """
    bound_memory()
    atexit.register(gc.freeze)
    with uncollected():
        yield


def main() -> None:
    """Import the command and run it."""
    with lasting():
        from cli import main as command
    command.main()


if __name__ == "__main__":
    main()
