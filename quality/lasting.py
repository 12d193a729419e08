"""Lasting objects: what an import makes stays as long as the process, and is never garbage.

Belongs here: leaving the collector out of it. Keep out: what is imported (`engine`), when
(`loading`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nobody look for garbage meanwhile, nor ever after among what is there then.

    An import makes objects that stay as long as the process: Great Expectations' a quarter of a
    million. Looking through them again and again takes a quarter of it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
