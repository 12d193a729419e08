"""Strict YAML: one document, plain values, no references, the line of every value.

Belongs here: reading one file's bytes. Scalars resolve as YAML 1.2 users expect: only `true` and
`false` are booleans (so `on:` stays a key), digits with a leading zero stay text (so `0306` stays
a code). Keep out: what the keys mean (`shapes`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

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
_PLAIN: Mapping[str, tuple[str, Sequence[str]]] = {
    "bool": (r"true|false", "tf"),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    "float": (
        r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?",
        "-+0123456789",
    ),
    "null": (r"~|null|", ("~", "n", "")),
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
}
_FORMS = {kind: re.compile(rf"(?:{pattern})\Z") for kind, (pattern, _) in _PLAIN.items()}
_BY_FIRST: dict[str, tuple[str, ...]] = {
    first: tuple(kind for kind, (_, firsts) in _PLAIN.items() if first in firsts)
    for _, firsts in _PLAIN.values()
    for first in firsts
}
"""Kinds of plain scalar by the first character, which says of most texts that they are none."""
_READ: dict[str, Callable[[str], Any]] = {
    "bool": "true".__eq__,
    "int": int,
    "float": float,
    "null": lambda _: None,
    "timestamp": date.fromisoformat,
}
# PyYAML has its parser in C only where it was built with libyaml.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: str, content: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """Parse one file; either a document or the problems that stopped it (each with its line)."""
    try:
        document, faults = _Building(file, _PARSER(_text(content))).document()
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


class _Building:
    """One pass over the parser's events: values, lines and faults together.

    PyYAML's own way, events to nodes to values, takes three times as long, and a catalogue has
    thousands of files.
    """

    def __init__(self, file: str, parser: Any) -> None:  # noqa: ANN401 - PyYAML has no types
        self._file = file
        self._parser = parser
        self._next: Callable[[], Any] = parser.get_event
        self._lines: dict[str, int] = {}
        self._unwanted: list[_Fault] = []
        self._wrong: list[_Fault] = []

    def document(self) -> tuple[Document | None, list[_Fault]]:
        """Return the document, or what keeps the file from being one."""
        try:
            self._next()
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                raise _Refused(_Fault(form.SYNTAX, "the file is empty", 1))
            first = self._next()
            self._lines[""] = _line(first)
            data = self._value(first, "", 0)
            self._ended()
        finally:
            self._parser.dispose()
        # of what is not allowed at all the rest of a file only tells again
        return Document(self._file, data, self._lines), self._unwanted or self._wrong

    def _ended(self) -> None:
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            what = "not valid YAML: another document follows"
            raise _Refused(_Fault(form.SYNTAX, what, _line(event)))

    def _value(self, event: Any, path: str, depth: int) -> Any:  # noqa: ANN401 - plain data
        """Return the value that an event begins, and remember the lines of what is in it."""
        if event.anchor is not None:
            self._refuse(event, form.ALIAS, "anchors (&) and aliases (*) are not allowed")
        kind = type(event)
        if kind is yaml.AliasEvent:
            return None
        if event.tag is not None:
            self._refuse(event, form.SYNTAX, "tags (!) are not allowed")
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if depth == _MAX_DEPTH:
            what = f"nested deeper than {_MAX_DEPTH} levels"
            raise _Refused(_Fault(form.SYNTAX, what, _line(event)))
        return (self._mapping if kind is yaml.MappingStartEvent else self._list)(path, depth + 1)

    def _mapping(self, path: str, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        seen: set[str] = set()
        before = f"{path}." if path else ""
        while type(event := self._next()) is not yaml.MappingEndEvent:
            line = _line(event)
            key = self._value(event, path, depth)
            name = event.value if type(event) is yaml.ScalarEvent else None
            if name is None:
                self._wrong.append(_Fault(form.SYNTAX, "a key must be a plain word", line))
                self._value(self._next(), path, depth)
                continue
            if name in seen:
                what = f"the key `{name}` stands twice in one mapping"
                self._wrong.append(_Fault(form.DOUBLE_KEY, what, line))
            seen.add(name)
            place = before + name
            self._lines[place] = line
            found[key] = self._value(self._next(), place, depth)
        return found

    def _list(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            place = f"{path}[{len(found)}]"
            self._lines[place] = _line(event)
            found.append(self._value(event, place, depth))
        return found

    def _scalar(self, event: Any) -> Any:  # noqa: ANN401 - a plain value
        """Return what a scalar says: a text in quotes is a text, whatever it looks like."""
        text: str = event.value
        kinds = _BY_FIRST.get(text[:1]) if event.implicit[0] else None
        for kind in kinds or ():
            if _FORMS[kind].match(text):
                try:
                    return _READ[kind](text)
                except ValueError as error:  # a day that no month has, or 5,000 digits
                    what = "no such date" if kind == "timestamp" else "not a value"
                    self._wrong.append(_Fault(form.SYNTAX, f"{what}: {error}", _line(event)))
        return text

    def _refuse(self, event: Any, code: str, message: str) -> None:  # noqa: ANN401 - an event
        self._unwanted.append(_Fault(code, message, _line(event)))


def _line(event: Any) -> int:  # noqa: ANN401 - an event
    line: int = event.start_mark.line
    return line + 1
