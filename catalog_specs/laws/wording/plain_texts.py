"""Plain texts: the catalogue contains no invisible characters.

Belongs here: that law. Keep out: which characters those are (`catalog_specs.plain_text`). A feed is
left out: it describes other people's files, whose headers and markers may contain anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from catalog_specs.laws.law import Fault, Law
from catalog_specs.plain_text import hidden_characters, is_plain
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]

_FOREIGN = ("feed",)
"""Parts of a declaration that quote what others deliver."""


def _shown(declared: Declared) -> Iterator[Fault]:
    for at in declared.places:
        model = _model(declared, at)
        if model is not None and _suspect(model):
            content = model.model_dump(mode="json", by_alias=True, exclude={*_FOREIGN})
            for path, found in _hidden(content, ""):
                yield Fault(
                    at,
                    path,
                    f"a text holds characters that do not show: {', '.join(found)}",
                    "type the text again; a copy would contain them too",
                )


def _model(declared: Declared, at: str) -> BaseModel | None:
    kind, _, key = at.partition(":")
    found = declared.city if kind == "catalog" else getattr(declared, kind, None)
    model = found.get(key) if isinstance(found, Mapping) else found
    return model if isinstance(model, BaseModel) else None


def _suspect(model: BaseModel) -> bool:
    """Say whether a declaration may hold such a character: one look at it as JSON.

    A back-slash there may begin the escape of one. Most declarations have neither.
    """
    try:
        content = model.model_dump_json(by_alias=True, exclude={*_FOREIGN})
    except PydanticSerializationError:  # half a surrogate pair
        return True
    return "\\" in content or not is_plain(content)


def _hidden(content: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:  # noqa: ANN401 - JSON
    match content:
        case str():
            found = hidden_characters(content)
            if found:
                yield path, found
        case dict():
            for name, value in content.items():
                found = hidden_characters(name)
                if found:
                    yield path, found  # the name itself must not reach a terminal
                else:
                    yield from _hidden(value, f"{path}.{name}".lstrip("."))
        case list():
            for place, value in enumerate(content):
                yield from _hidden(value, f"{path}[{place}]")


LAWS = (
    Law(
        "CAT-180",
        "目录文本所见即所得",
        "no text of the catalogue holds control, direction or invisible characters",
        "",
        "type the text again, without characters that do not show",
        _shown,
    ),
)
