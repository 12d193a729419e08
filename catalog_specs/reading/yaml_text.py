"""Strict YAML: one document, plain values, no references, the line of every value.

Belongs here: reading one file's bytes. Scalars resolve as YAML 1.2 users expect: only `true` and
`false` are booleans (so `on:` stays a key), digits with a leading zero stay text (so `0306` stays
a code). Keep out: what the keys mean (`shapes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NamedTuple

import yaml

from catalog_specs.problems import Problem
from catalog_specs.reading import form

__all__ = ["MAX_BYTES", "Document", "read_yaml"]

MAX_BYTES = 1_000_000
_MAX_DEPTH = 40
"""Levels: no declaration needs so many, and a file of brackets cannot exhaust the stack."""


@dataclass(frozen=True)
class Document:
    """One parsed file: its plain data, and the line of every dotted path in it."""

    file: str
    data: Any
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, path: str) -> int:
        """Return the line of the nearest known place at or above a dotted path, from 1."""
        while path and path not in self.lines:
            cut = max(path.rfind("."), path.rfind("["))
            path = path[: max(cut, 0)]
        return self.lines.get(path, 1)


class _Fault(NamedTuple):
    code: str
    message: str
    line: int


class _Refused(Exception):  # noqa: N818 — a private signal, turned into a Problem at once
    def __init__(self, fault: _Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


# YAML 1.1 reads `no` and `off` as false, `010` as 8 and `12:30` as 750. Codes are written so, and
# stay texts: only the forms below are more than text.
_PLAIN = {
    "bool": (r"true|false", "tf"),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    "float": (
        r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?",
        "-+0123456789",
    ),
    "null": (r"~|null|", "~n\0"),
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
}


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, (pattern, firsts) in _PLAIN.items():
        for first in firsts:
            # PyYAML looks a scalar up by its first character, an empty one by "".
            key = "" if first == "\0" else first
            found.setdefault(key, []).append(
                (f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"))
            )
    return found


# PyYAML has its loader in C only where it was built with libyaml.
class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader with plain scalars only."""

    yaml_implicit_resolvers: ClassVar = _resolvers()


def read_yaml(file: str, content: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """Parse one file; either a document or the problems that stopped it (each with its line)."""
    try:
        text = _text(content)
        faults = list(_unwanted(text))
        document = None if faults else _build(file, text, faults)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not valid YAML: {error.problem or error.context}"
        faults, document = [_Fault(form.SYNTAX, what, mark.line + 1 if mark else 1)], None
    except yaml.YAMLError as error:
        what = f"not valid YAML: {str(error).splitlines()[0]}"
        faults, document = [_Fault(form.SYNTAX, what, 1)], None
    except _Refused as refused:
        faults, document = [refused.fault], None
    return (None if faults else document), tuple(_problem(file, fault) for fault in faults)


def _problem(file: str, fault: _Fault) -> Problem:
    return Problem(file, "", fault.code, fault.message, form.remedy_of(fault.code), line=fault.line)


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Refused(_Fault(form.UNREADABLE, f"the file is larger than {MAX_BYTES:,} bytes", 1))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Refused(_Fault(form.UNREADABLE, "the file is not UTF-8", line)) from None


def _unwanted(text: str) -> Iterator[_Fault]:
    """Find references, tags and deep nesting before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=_Strict):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None) is not None:
            yield _Fault(form.ALIAS, "anchors (&) and aliases (*) are not allowed", line)
        if getattr(event, "tag", None) is not None:
            yield _Fault(form.SYNTAX, "tags (!) are not allowed", line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            yield _Fault(form.SYNTAX, f"nested deeper than {_MAX_DEPTH} levels", line)
            return


def _build(file: str, text: str, faults: list[_Fault]) -> Document | None:
    loader = _Strict(text)
    try:
        node = loader.get_single_node()
        if node is None:
            faults.append(_Fault(form.SYNTAX, "the file is empty", 1))
            return None
        lines: dict[str, int] = {"": node.start_mark.line + 1}
        _remember(node, "", lines, faults)
        return None if faults else Document(file, loader.construct_document(node), lines)
    except ValueError as error:  # 2024-02-30 looks like a date and is none
        raise _Refused(_Fault(form.SYNTAX, f"not a value: {error}", 1)) from None
    finally:
        loader.dispose()


def _remember(node: yaml.Node, path: str, lines: dict[str, int], faults: list[_Fault]) -> None:
    """Note the line of every place below a node; keys that stand twice become faults."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                faults.append(_Fault(form.SYNTAX, "a key must be a plain word", line))
                continue
            place = f"{path}.{key.value}" if path else str(key.value)
            if key.value in seen:
                what = f"the key `{key.value}` stands twice in one mapping"
                faults.append(_Fault(form.DOUBLE_KEY, what, line))
            seen.add(key.value)
            lines[place] = line
            _remember(value, place, lines, faults)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[f"{path}[{index}]"] = value.start_mark.line + 1
            _remember(value, f"{path}[{index}]", lines, faults)
    elif node.tag.endswith(":timestamp"):
        _check_date(node, faults)


def _check_date(node: yaml.Node, faults: list[_Fault]) -> None:
    try:
        date.fromisoformat(node.value)
    except ValueError as error:
        faults.append(_Fault(form.SYNTAX, f"no such date: {error}", node.start_mark.line + 1))
