"""Registry of masks: every module of `catalog_specs.masks.kinds`, found by its being there.

Belongs here: finding the kinds, and the union that a catalogue's files are validated against. Keep
out: any one kind. A new file in `kinds/` needs no line anywhere else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated, Any, Union, get_args

from pydantic import Field, GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core import CoreSchema

from catalog_specs.masks import kinds
from catalog_specs.masks.mask import Mask

__all__ = ["AnyMask", "kind_modules", "mask_kinds"]


def kind_modules() -> tuple[ModuleType, ...]:
    """Return the modules of the kinds, in the order of their names."""
    names = sorted(found.name for found in iter_modules(kinds.__path__))
    return tuple(import_module(f"{kinds.__name__}.{name}") for name in names)


def mask_kinds() -> tuple[type[Mask], ...]:
    """Return every kind of mask, in the order of their names."""
    return tuple(_kind_of(module) for module in kind_modules())


def _kind_of(module: ModuleType) -> type[Mask]:
    """Return the one mask of a module; TypeError when there is none, or its name is another."""
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Mask) and one.__module__ == module.__name__
    ]
    names = [get_args(one.model_fields["mask"].annotation) for one in found]
    if names != [(module.__name__.rpartition(".")[2],)]:
        raise TypeError(f"{module.__name__} must hold one mask, named like its file")
    return found[0]


def _union(_: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's hook
    written = Annotated[Union[mask_kinds()], Field(discriminator="mask")]  # type: ignore[valid-type]  # noqa: UP007
    return handler.generate_schema(written)


AnyMask = Annotated[Mask, GetPydanticSchema(_union)]
"""A mask as a file writes it: its kind is named by `mask`."""
