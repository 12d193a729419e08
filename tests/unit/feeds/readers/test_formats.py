"""Behaviour of the registry of formats: one module each, found by its name."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest

from catalog_specs.vocabulary import FeedFormat
from feeds import readers
from feeds.format import Look
from feeds.isolation import IsolatedReader
from feeds.readers import Source, format_of, reader_for
from feeds.untrusted import reading
from tests.unit.feeds.feeds import make_feed


@pytest.mark.parametrize("form", FeedFormat)
def test_a_format_is_found_by_its_name(form: FeedFormat) -> None:
    """The module that is called like a format holds that format and its reader."""
    assert format_of(form).name is form
    assert reader_for(form) is format_of(form).reader


def test_no_module_is_left_over() -> None:
    """Every module among the readers is a format, and every format is a module."""
    found = {module.name for module in pkgutil.iter_modules([str(Path(readers.__file__).parent)])}
    assert found == {f"{form.value}_reader" for form in FeedFormat}


def test_what_is_packed_is_parsed_in_a_process_of_its_own() -> None:
    """The reading process knows every packed format, and no other comes to it."""
    packed = {form for form in FeedFormat if form.traits.packed}
    assert set(reading._OPENERS) == packed
    assert {f for f in FeedFormat if isinstance(reader_for(f), IsolatedReader)} == packed


@pytest.mark.parametrize("form", FeedFormat)
def test_an_empty_file_is_of_no_format(tmp_path: Path, form: FeedFormat) -> None:
    """No format takes a file in which nothing stands, whatever its feed says."""
    (tmp_path / "f").write_bytes(b"")
    feed = make_feed().model_copy(update={"format": form})
    assert not format_of(form).recognises(Look.at(Source(tmp_path / "f", feed)))


@pytest.mark.parametrize("text", [b"A,B,C\n1,2,3\n", b"PAR1,B,C\n1,2,3\n", b"{A},B,C\n", b"PK,B\n"])
def test_plain_text_has_no_mark(tmp_path: Path, text: bytes) -> None:
    """A text that begins with some format's letters is none of its files."""
    (tmp_path / "f").write_bytes(text)
    look = Look.at(Source(tmp_path / "f", make_feed()))
    assert not [form for form in FeedFormat if format_of(form).recognises(look)]
