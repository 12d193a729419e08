"""Stand-ins: modules that are imported when something of them is first asked for.

Belongs here: standing in for modules while others are imported that name them. Keep out: which ones
are worth it (`engine`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["stood_in"]


class _StandIn(ModuleType):
    """Has nothing of a module but its name; whatever is asked of it the module answers."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        _withdraw(self)
        return getattr(import_module(self.__name__), name)


@contextmanager
def stood_in(*names: str) -> Iterator[None]:
    """Let modules be named by what a block imports, without importing them.

    Whoever imports them afterwards gets them themselves; so does what was imported in the block, as
    soon as it asks for anything of them. A module that is there already stays.
    """
    made = [_StandIn(name) for name in names if name not in sys.modules]
    sys.modules.update((one.__name__, one) for one in made)
    try:
        yield
    finally:
        for one in made:
            _withdraw(one)


def _withdraw(one: _StandIn) -> None:
    if sys.modules.get(one.__name__) is one:
        del sys.modules[one.__name__]
