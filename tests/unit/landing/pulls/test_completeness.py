"""Pages are whole, or the pull fails: what the source says is compared with what came."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import PullError, TransientError
from tests.unit.landing.interface import Answer, Asked, Interface, serving
from tests.unit.landing.pulling import Source, pulled_feed

Server = Callable[[Asked], Answer]
NUMBER = {"by": "number", "parameter": "page", "size": 10, "size_parameter": "size"}
OFFSET = {"by": "offset", "parameter": "from", "size": 10, "size_parameter": "size"}
NEXT = {"by": "next", "next": "$.data.next"}
SHORT = {"end": "short"}
EMPTY = {"end": "empty"}
KEYS = [f"{n:03}" for n in range(45)]


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback without any proxy that the machine may have."""
    monkeypatch.setenv("NO_PROXY", "*")


def page(keys: Sequence[str], data: dict[str, Any] | None = None, **beside: Any) -> Answer:
    """Return an answer with firms, what stands beside the list, and beside that."""
    items = [{"uscc": key, "name": f"企{key}", "capital": "1.50"} for key in keys]
    return Answer(json.dumps(beside | {"data": {**(data or {}), "items": items}}).encode())


def serve(
    keys: Sequence[str] = KEYS, *, cap: int = 10, data: dict[str, Any] | None = None, **beside: Any
) -> Server:
    """Return a server by page and by offset that gives `cap` records a page at most."""

    def answer(asked: Asked) -> Answer:
        asked_size = int(asked.query.get("size", cap))
        first = (int(asked.query.get("page", 1)) - 1) * asked_size
        first = int(asked.query.get("from", first))
        return page(keys[first : first + min(asked_size, cap)], data, **beside)

    return answer


def firms(home: Path, interface: Interface, pages: Any, **told: Any) -> Source:
    """Return a snapshot, unless told, of the firms behind an interface."""
    pull = {"type": "http", "url": f"{interface.address}/api", "pages": pages}
    kind = told.pop("kind", "snapshot")
    feed = pulled_feed(pull | told, kind=kind, format="json", records="$.data.items")
    return Source(home, feed, {})


def pulled(home: Path, server: Server, pages: Any, **told: Any) -> list[str | None]:
    """Pull once, and return the different keys that came."""
    with serving(server) as interface:
        source = firms(home, interface, pages, **told)
        return sorted(set(source.keys(source.pull())), key=str)


@pytest.mark.parametrize("pages", [NUMBER | {"size": 100} | SHORT, OFFSET | {"size": 100} | SHORT])
@pytest.mark.parametrize("data", [{"total": 45}, {}, {"count": 10}])
def test_a_server_may_give_fewer_than_it_is_asked_for(
    tmp_path: Path, pages: dict[str, Any], data: dict[str, Any]
) -> None:
    """Pages are capped below the size asked for, and every record comes all the same."""
    assert pulled(tmp_path, serve(data=data), pages) == KEYS


def test_a_cap_counts_whichever_way_the_server_reckons(tmp_path: Path) -> None:
    """Also where the second page is reckoned by the cap and not by the size asked for."""

    def answer(asked: Asked) -> Answer:
        size = min(int(asked.query["size"]), 10)
        first = (int(asked.query["page"]) - 1) * size
        return page(KEYS[first : first + size])

    assert pulled(tmp_path, answer, NUMBER | {"size": 1000} | SHORT) == KEYS


@pytest.mark.parametrize("pages", [NUMBER | SHORT, OFFSET | SHORT, NUMBER | EMPTY])
def test_a_short_page_in_the_middle_is_not_the_last(tmp_path: Path, pages: dict[str, Any]) -> None:
    """A page that lacks a record, because it was filtered, does not end the pull."""

    def answer(asked: Asked) -> Answer:
        first = int(asked.query.get("from", (int(asked.query.get("page", 1)) - 1) * 10))
        return page([key for key in KEYS[first : first + 10] if key != "015"])

    assert pulled(tmp_path, answer, pages) == [key for key in KEYS if key != "015"]


def test_a_last_page_that_comes_again_ends_the_pull(tmp_path: Path) -> None:
    """Where the total is told, by number or by pages, the same page again is the end at once."""
    asked = []

    def answer(question: Asked) -> Answer:
        asked.append(question)
        number = min(int(question.query["page"]), 2)
        keys = KEYS[(number - 1) * 10 : number * 10]
        return page(keys, {"total": 20, "pages": 2}, timestamp=len(asked))

    cases: tuple[tuple[dict[str, Any], int], ...] = (
        ({"pages": NUMBER | SHORT}, 3),
        ({"pages": NUMBER | EMPTY}, 3),
        ({"pages": NUMBER, "total": "$.data.total"}, 2),
        ({"pages": NUMBER | {"total_pages": "$.data.pages"}}, 2),
        ({"pages": NUMBER | {"total_pages": "$.data.pages"}, "total": False}, 2),
    )
    for place, (told, requests) in enumerate(cases):
        asked.clear()
        assert pulled(tmp_path / f"{place}", answer, **told) == KEYS[:20], told
        assert len(asked) == requests, told


def test_without_a_total_a_full_page_that_comes_again_fails_at_once(tmp_path: Path) -> None:
    """Whatever timestamp stands beside it: its records are those of a page before."""
    asked = []

    def answer(question: Asked) -> Answer:
        asked.append(question)
        return page(KEYS[:10], timestamp=len(asked))

    with pytest.raises(PullError, match="same page"):
        pulled(tmp_path, answer, NUMBER | SHORT)
    assert len(asked) == 2


def test_a_short_page_that_comes_again_is_the_last(tmp_path: Path) -> None:
    """With `end: short`, an interface that answers any page with its only one is whole."""
    assert pulled(tmp_path, lambda _: page(KEYS[:3]), {**NUMBER, **SHORT}) == KEYS[:3]


@pytest.mark.parametrize("kind", ["snapshot", "upsert"])
@pytest.mark.parametrize("place", [1, 4])
@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ({"code": 0}, {"code": 429}, {}),
        ({"status": "200"}, {"status": "500"}, {}),
        ({"success": True}, {"success": False}, {}),
        ({"code": 1}, {"code": 0}, {"success": {"path": "$.code", "values": [1]}}),
        ({"r": {"c": "A1"}}, {"r": {"c": "X"}}, {"success": {"path": "$.r.c", "values": ["A1"]}}),
        ({"r": "0"}, {}, {"success": {"path": "$.r", "values": [0]}}),
        ({}, {"error": {"why": "limit"}}, {}),
    ],
)
def test_a_failure_with_status_200_is_a_failure(
    tmp_path: Path, kind: str, place: int, good: Any, bad: Any, told: Any
) -> None:
    """A page without records whose code is no success is neither the end nor nothing new."""

    def answer(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        return (
            page([], **bad)
            if number == place
            else page(KEYS[10 * number - 10 : 10 * number], **good)
        )

    with pytest.raises(PullError):
        pulled(tmp_path, answer, {**NUMBER, **EMPTY}, kind=kind, **told)


def test_a_failure_among_linked_pages_is_a_failure(tmp_path: Path) -> None:
    """An answer without a next address is the last page only if it succeeded and all came."""

    def answer(asked: Asked) -> Answer:
        first = int(asked.query.get("at", 0))
        if first == 20:
            return page([], code=429)
        return page(KEYS[first : first + 10], {"next": f"?at={first + 10}"}, code=0)

    with pytest.raises(PullError, match="code"):
        pulled(tmp_path, answer, NEXT)

    def torn(asked: Asked) -> Answer:
        first = int(asked.query.get("at", 0))
        following = f"?at={first + 10}" if first < 10 else None
        return page(KEYS[first : first + 10], {"next": following, "total": 45})

    with pytest.raises(PullError, match="45 records and sends 20"):
        pulled(tmp_path, torn, NEXT)


@pytest.mark.parametrize(
    ("data", "beside", "told"),
    [
        ({"total": 46}, {}, {}),
        ({"totalCount": "46"}, {}, {}),
        ({"page": {"total_elements": 46}}, {}, {}),
        ({}, {"count": 46}, {}),
        ({}, {"meta": {"total": 46}}, {}),
        ({}, {"n": 46}, {"total": "$.n"}),
        ({}, {"total": 45, "n": 46}, {"total": "$.n"}),
    ],
)
@pytest.mark.parametrize("pages", [{**NUMBER, **EMPTY}, None])
def test_fewer_than_there_are_said_to_be_fail(
    tmp_path: Path, data: Any, beside: Any, told: Any, pages: Any
) -> None:
    """A total, declared or with a name that means one, is compared with pages and documents."""
    cap = 10 if pages else 100
    with pytest.raises(PullError, match="46 records and sends 45"):
        pulled(tmp_path, serve(cap=cap, data=data, **beside), pages, **told)


def test_what_only_looks_like_a_total_can_be_declared_to_be_none(tmp_path: Path) -> None:
    """`total: false` says that no number beside the records counts them."""
    server = serve(data={"total": 9_999})
    assert pulled(tmp_path, server, {**NUMBER, **EMPTY}, total=False) == KEYS


def test_a_declared_total_must_be_told(tmp_path: Path) -> None:
    """Where the declared path leads to no number, nothing is known."""
    with pytest.raises(PullError, match="points"):
        pulled(tmp_path, serve(data={"total": "many"}), NUMBER, total="$.data.total")


def test_a_snapshot_of_unknown_end_is_refused(tmp_path: Path) -> None:
    """Without a total and a declared end nobody knows whether rows are gone or were not sent."""
    with pytest.raises(PullError, match="all there are"):
        pulled(tmp_path, serve(), NUMBER)
    assert pulled(tmp_path, serve(), NUMBER, kind="upsert") == KEYS
    assert pulled(tmp_path / "told", serve(data={"total": 45}), NUMBER) == KEYS


def moving(steps: dict[int, Callable[[list[str]], object]], *, told: bool) -> Server:
    """Return a server by offset whose list changes before some of its answers."""
    keys, asked = list(KEYS), []

    def answer(question: Asked) -> Answer:
        asked.append(question)
        if change := steps.get(len(asked)):
            change(keys)
        first = int(question.query["from"])
        return page(keys[first : first + 10], {"total": len(keys)} if told else None)

    return answer


@pytest.mark.parametrize("told", [True, False])
def test_a_row_that_comes_on_two_pages_is_one(tmp_path: Path, told: bool) -> None:
    """A row added in front while pages are read moves others onto the next page; none is lost."""
    server = moving({2: lambda keys: keys.insert(0, "new")}, told=told)
    assert set(pulled(tmp_path, server, {**OFFSET, **EMPTY})) >= set(KEYS)


def test_pages_that_moved_up_are_read_again(tmp_path: Path) -> None:
    """A row removed in front hides another between two pages: the total fell, so read again."""
    server = moving({2: lambda keys: keys.remove("000")}, told=True)
    assert pulled(tmp_path, server, {**OFFSET, **EMPTY}) == KEYS[1:]


def test_pages_that_never_stand_still_are_tried_later(tmp_path: Path) -> None:
    """After three readings the pull fails as one that may pass."""
    steps = {n: lambda keys: keys.pop(0) for n in range(2, 40)}
    with pytest.raises(TransientError, match="moved"):
        pulled(tmp_path, moving(steps, told=True), {**OFFSET, **EMPTY})


def test_a_source_that_counts_equal_records_is_whole(tmp_path: Path) -> None:
    """Two equal records on two pages are in the total; a second reading says they stay."""
    server = serve([*KEYS, "000"], data={"total": 46})
    assert pulled(tmp_path, server, NUMBER) == KEYS


def test_pages_that_end_before_their_number_fail(tmp_path: Path) -> None:
    """Where the number of pages is told, each of them must come."""
    pages = {**NUMBER, "total_pages": "$.data.pages"}
    with pytest.raises(PullError, match="before the last"):
        pulled(tmp_path, serve(data={"pages": 6}), pages)
    assert pulled(tmp_path, serve(data={"pages": 5}), pages) == KEYS
