"""Pulling paged JSON: every page as it was sent, to the last one, and never in a circle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import PullError
from landing.pulls import pulled
from tests.unit.landing.interface import Answer, Asked, Interface, serving
from tests.unit.landing.pulling import Source, pulled_feed

FIRMS = [{"uscc": key, "name": f"企{key}", "capital": "1.50"} for key in "abcdefg"]
NUMBER = {"by": "number", "parameter": "page", "size": 3, "size_parameter": "per"}
OFFSET = {"by": "offset", "parameter": "from"}
NEXT = {"by": "next", "next": "$.links.next"}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback without any proxy that the machine may have."""
    monkeypatch.setenv("NO_PROXY", "*")


def page(firms: list[dict[str, str]], following: Any = None) -> Answer:
    """Return an answer with firms and where the next ones are."""
    document = {"data": {"list": firms}, "links": {"next": following}}
    return Answer(json.dumps(document, ensure_ascii=False).encode())


def by_number(asked: Asked) -> Answer:
    """Answer by page number, three firms a page."""
    first = 3 * (int(asked.query["page"]) - 1)
    return page(FIRMS[first : first + 3])


def by_offset(asked: Asked) -> Answer:
    """Answer by offset, with two firms whatever is asked."""
    first = int(asked.query["from"])
    return page(FIRMS[first : first + 2])


def by_link(asked: Asked) -> Answer:
    """Answer with a relative address of the next page."""
    first = int(asked.query.get("at", 0))
    return page(FIRMS[first : first + 3], f"?at={first + 3}" if first < 6 else None)


def source(home: Path, interface: Interface, pages: dict[str, Any], **feed: Any) -> Source:
    """Return the firms behind a paged interface."""
    pull = {"type": "http", "url": f"{interface.address}/api?kind=firm", "pages": pages}
    made = pulled_feed(pull, format="json", records="$.data.list", **feed)
    return Source(home, made, {})


def members(firms: Source) -> dict[str, bytes] | None:
    """Pull, and return the members of the archive; None when there is nothing."""
    with pulled(firms.layout, firms.errand) as found:
        if found is None:
            return None
        assert found.path.suffix == ".zip"
        with zipfile.ZipFile(BytesIO(found.path.read_bytes())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("answer", "pages", "requests"),
    [
        (by_number, NUMBER, 4),
        (by_number, NUMBER | {"end": "short"}, 4),
        (by_offset, OFFSET, 5),
        (by_link, NEXT, 3),
    ],
)
def test_every_page_is_kept_as_sent(
    tmp_path: Path, answer: Callable[[Asked], Answer], pages: dict[str, Any], requests: int
) -> None:
    """The archive's members are the pages with records, in order, byte by byte."""
    with serving(answer) as interface:
        found = members(source(tmp_path, interface, pages))

    assert found is not None
    firms = [firm for one in found.values() for firm in json.loads(one)["data"]["list"]]
    assert firms == FIRMS
    assert next(iter(found)) == "page-00001.json"
    assert list(found) == sorted(found)
    assert found["page-00001.json"] == answer(interface.asked[0]).body
    assert len(interface.asked) == requests
    assert interface.asked[0].query["kind"] == "firm"


def test_pages_are_landed_as_one_delivery(tmp_path: Path) -> None:
    """The records of all pages are numbered through, each with the page it stood on."""
    with serving(by_number) as interface:
        firms = source(tmp_path, interface, NUMBER)
        landed = firms.pull()
        assert firms.pull() is None

    assert landed is not None
    assert (landed.rows, landed.malformed, landed.refusal) == (7, 0, None)
    assert landed.members == ("page-00001.json", "page-00002.json", "page-00003.json")
    assert firms.keys(landed) == list("abcdefg")


def test_404_ends_the_pages_only_where_it_is_declared(tmp_path: Path) -> None:
    """An interface that answers 404 behind the last page says so in the catalogue."""

    def answer(asked: Asked) -> Answer:
        return by_number(asked) if int(asked.query["page"]) < 4 else Answer(status=404)

    with serving(answer) as interface:
        found = members(source(tmp_path, interface, NUMBER | {"end": "missing"}))
        assert found is not None
        assert len(found) == 3
        with pytest.raises(PullError, match="404"):
            members(source(tmp_path, interface, NUMBER))


def test_the_same_pages_are_the_same_bytes(tmp_path: Path) -> None:
    """Archives carry no time, so that unchanged pages are recognised."""
    with serving(by_number) as interface:
        firms = source(tmp_path, interface, NUMBER)
        archives = []
        for _ in range(2):
            with pulled(firms.layout, firms.errand) as found:
                assert found is not None
                archives.append(found.path.read_bytes())
    assert archives[0] == archives[1]


def test_no_records_are_nothing_new_but_in_a_snapshot(tmp_path: Path) -> None:
    """No additions are nothing; a snapshot without records is the gate's to refuse."""
    with serving(lambda _: page([])) as interface:
        assert members(source(tmp_path, interface, NUMBER)) is None
        found = members(source(tmp_path, interface, NUMBER | {"end": "empty"}, kind="snapshot"))
    assert found is not None
    assert list(found) == ["page-00001.json"]


@pytest.mark.parametrize(
    ("answer", "pages", "what"),
    [
        (lambda _: page(FIRMS), NUMBER, "same page"),
        (lambda _: page(FIRMS, "/api?kind=firm"), NEXT, "circle"),
        (lambda _: page(FIRMS, "http://127.0.0.2/api"), NEXT, "another"),
        (lambda _: page(FIRMS, "file:///etc/passwd"), NEXT, "another"),
        (lambda _: page(FIRMS, "http://[secret"), NEXT, "no address"),
        (lambda _: page(FIRMS, 7), NEXT, "no address"),
        (by_number, NUMBER | {"limit": 2}, "more than 2 pages"),
        (lambda _: Answer(b"<html>"), NUMBER, "no JSON"),
        (lambda _: Answer(b"[" * 100_000), NUMBER, "no JSON"),
        (lambda _: Answer(b'{"data": {"list": 3}}'), NUMBER, "without the list"),
        (lambda _: Answer(b"[]"), NUMBER, "without the list"),
        (lambda _: Answer(status=304), NUMBER, "304"),
    ],
)
def test_pages_that_lead_astray_are_refused(
    tmp_path: Path, answer: Callable[[Asked], Answer], pages: dict[str, Any], what: str
) -> None:
    """Circles, foreign hosts, endless pages and what is no page end the pull, and nothing lands."""
    with serving(answer) as interface, pytest.raises(PullError, match=what) as raised:
        members(source(tmp_path, interface, pages))
    assert interface.address not in str(raised.value)
