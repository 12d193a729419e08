"""Shapes: from plain data to a model, and from pydantic's errors to clear problems.

Belongs here: dotted paths, remedies, suggestions for unknown keys and words. Keep out: reading
files (`files`), anything that needs a second file (`laws`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalog_specs.problems import Problem
from catalog_specs.reading import form
from catalog_specs.reading.yaml_text import Document
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["allowed_keys", "dotted", "shape"]

Shape = TypeVar("Shape", bound=BaseModel)
Location = Sequence[int | str]


def shape(
    model: type[Shape], document: Document, data: object, prefix: str = ""
) -> tuple[Shape | None, tuple[Problem, ...]]:
    """Validate data that stand at `prefix` of a document; the model, or every problem in it."""
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        details = [d for d in error.errors(include_url=False) if not _is_echo(d)]
        by_path: dict[str, list[ErrorDetails]] = {}
        for detail in details:
            absent = detail["type"] == "missing"
            path = dotted(data, detail["loc"], prefix, absent=absent)
            by_path.setdefault(path, []).append(detail)
        return None, tuple(_problem(model, document, path, ds) for path, ds in by_path.items())


def _is_echo(detail: ErrorDetails) -> bool:
    """Say whether pydantic calls a list too short only because its entries failed."""
    least = detail.get("ctx", {}).get("min_length", 0)
    given = detail["input"]
    return detail["type"] == "too_short" and isinstance(given, list) and len(given) >= least


def _problem(
    model: type[BaseModel], document: Document, path: str, details: Sequence[ErrorDetails]
) -> Problem:
    """Explain the one error of a place, or that it fits none of several kinds."""
    code, message, remedy = _explain(model, details[0])
    if len(details) > 1:
        wanted = "; ".join(dict.fromkeys(detail["msg"] for detail in details))
        message, remedy = "fits none of the kinds of value allowed here", f"one of: {wanted}"
    return Problem(document.file, path, code, message, remedy, line=document.line(path))


def dotted(data: object, location: Location, prefix: str = "", *, absent: bool = False) -> str:
    """Return pydantic's location as a path in the file, without the tags of unions.

    `absent` says that the last part is a key that the file lacks.
    """
    path, here = prefix, data
    for index, part in enumerate(location):
        missing = absent and index == len(location) - 1
        if isinstance(here, Mapping) and (part in here or missing):
            path = f"{path}.{part}" if path else str(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path, here = f"{path}[{part}]", here[part]
    return path


def _explain(model: type[BaseModel], detail: ErrorDetails) -> tuple[str, str, str]:
    """Return code, message and remedy for one pydantic error."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "extra_forbidden":
            allowed = allowed_keys(model, detail["loc"][:-1])
            remedy = did_you_mean(key, allowed, f"remove it; allowed here: {one_of(allowed)}")
            return form.UNKNOWN_KEY, f"unknown key `{key}`", remedy
        case "missing":
            return form.MISSING_KEY, f"the key `{key}` is missing", f"add `{key}:`"
        case kind:
            return form.VALUE, _message(detail), _remedy(kind, detail)


def _message(detail: ErrorDetails) -> str:
    given = detail["input"]
    shown = f" (given: `{given}`)" if isinstance(given, str | int | float | bool) else ""
    return detail["msg"].removeprefix("Value error, ") + shown


def _remedy(kind: str, detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    given = detail["input"]
    if "expected" in context and isinstance(given, str):
        words = [word for word in str(context["expected"]).split("'") if word.isidentifier()]
        return did_you_mean(given, set(words) - {"or"}, f"use {context['expected']}")
    if kind == "string_type" and isinstance(given, int | float):
        return f'put it in quotes: "{given}"'
    if "expected_tags" in context:
        return did_you_mean(
            str(context.get("tag", "")),
            str(context["expected_tags"]).replace("'", "").split(", "),
            f"use {context['expected_tags']}",
        )
    return _REMEDIES.get(kind, "give a value of the kind the message names")


_REMEDIES: Mapping[str, str] = {
    "string_type": "write a text",
    "string_pattern_mismatch": "codes are lower-case letters, digits and underscores, beginning "
    "with a letter; a resource is `<department>/<resource>`, an item "
    "`<department>/<resource>.<item>`",
    "string_too_short": "write a text that says something",
    "date_from_datetime_parsing": "write a date as YYYY-MM-DD",
    "date_type": "write a date as YYYY-MM-DD",
    "date_parsing": "write a date as YYYY-MM-DD",
    "tuple_type": "write a list: `[a, b]`",
    "list_type": "write a list: `[a, b]`",
    "dict_type": "write keys with values: `{key: value}`",
    "model_type": "write keys with values: `{key: value}`",
    "bool_parsing": "write `true` or `false`",
    "bool_type": "write `true` or `false`",
    "int_parsing": "write a whole number",
    "union_tag_not_found": "say which mask it is: `{mask: keep}`",
    "too_short": "name at least one",
    "value_error": "change the file so that the message no longer holds",
}


def allowed_keys(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """Return the keys that a model knows at a location, read from its JSON Schema."""
    schema = _schema(model)
    place: Mapping[str, Any] = schema
    for part in location:
        place = _step(schema, _resolved(schema, place), part)
    found = dict.fromkeys(
        key
        for option in _options(schema, _resolved(schema, place))
        for key in option.get("properties", {})
    )
    return tuple(found)


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


def _resolved(schema: Mapping[str, Any], place: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in place:
        place = schema["$defs"][place["$ref"].rpartition("/")[2]]
    return place


def _options(schema: Mapping[str, Any], place: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    choices = place.get("anyOf", place.get("oneOf"))
    if choices is None:
        return (place,)
    return tuple(_resolved(schema, choice) for choice in choices)


def _step(
    schema: Mapping[str, Any], place: Mapping[str, Any], part: int | str
) -> Mapping[str, Any]:
    """Go one step down: a key, an index, a map's value, or the tag of a union's member."""
    tagged = place.get("discriminator", {}).get("mapping", {}).get(part)
    if tagged is not None:
        return {"$ref": tagged}
    for option in _options(schema, place):
        if "discriminator" in option:
            return _step(schema, option, part)
        choices = (
            option.get("properties", {}).get(part),
            option.get("items") if isinstance(part, int) else None,
            *option.get("patternProperties", {}).values(),
            option.get("additionalProperties"),
        )
        below = next((choice for choice in choices if isinstance(choice, Mapping)), None)
        if below is not None:
            return below
    return {}
