"""Stand-ins: modules that are imported when something of them is first asked for, or never.

Belongs here: standing in for modules while others are imported that name them. Keep out: which ones
are worth it (`engine`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["left_out", "stood_in"]


class _StandIn(ModuleType):
    """Has nothing of a module but its name; whatever is asked of it the module answers."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        _withdraw(self)
        return getattr(import_module(self.__name__), name)


class _Vacancy(ModuleType):
    """Has nothing of a module but the names of its classes, none of which can be made."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):  # what Python itself asks of every module
            raise AttributeError(name)

        def refuse(_: object, *_arguments: object, **_named: object) -> None:
            raise NotImplementedError(f"{self.__name__}.{name} was left out in this process")

        return type(name, (), {"__init__": refuse})


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Let modules never be imported of which a block takes classes that nobody makes.

    Whoever imports them afterwards gets them themselves. A module that is there already stays.
    """
    with _in_place_of([_Vacancy(name) for name in names]):
        yield


@contextmanager
def stood_in(*names: str) -> Iterator[None]:
    """Let modules be named by what a block imports, without importing them.

    Whoever imports them afterwards gets them themselves; so does what was imported in the block, as
    soon as it asks for anything of them. A module that is there already stays.
    """
    with _in_place_of([_StandIn(name) for name in names]):
        yield


@contextmanager
def _in_place_of(modules: Iterable[ModuleType]) -> Iterator[None]:
    made = [one for one in modules if one.__name__ not in sys.modules]
    sys.modules.update((one.__name__, one) for one in made)
    try:
        yield
    finally:
        for one in made:
            _withdraw(one)


def _withdraw(one: ModuleType) -> None:
    if sys.modules.get(one.__name__) is one:
        del sys.modules[one.__name__]
