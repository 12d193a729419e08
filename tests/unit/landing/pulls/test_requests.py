"""One request: to whom the token goes, what may pass, what is written, and what is never told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_specs.errors import PullError, QuanshuError, SettingsError, TransientError
from catalog_specs.models.pull import HttpPull
from landing.pulls.errand import Errand
from landing.pulls.requests import (
    ATTEMPTS,
    REDIRECTS,
    Caller,
    Missing,
    Unchanged,
    opened_caller,
    origin,
)
from tests.unit.landing.interface import Answer, Asked, Interface, serving
from tests.unit.landing.pulling import NOW, REF, SECRET, Source, pulled_feed, sql

TOKEN = "token-5a5a"  # noqa: S105 - of a test
BODY = b'{"uscc": "a"}\n'


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback without any proxy that the machine may have."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module")
def server() -> Iterator[Interface]:
    """Yield one interface for all tests."""
    with serving(lambda _: Answer(BODY)) as made:
        yield made


@pytest.fixture
def interface(server: Interface) -> Interface:
    """Return the interface as if nobody had asked it, answering with one firm."""
    server.asked.clear()
    server.answer = lambda _: Answer(BODY)
    return server


@dataclass(frozen=True)
class Trip:
    """One pull of one interface: its errand, how it is declared, what it waited."""

    errand: Errand
    spec: HttpPull
    address: str
    pauses: list[float]

    @contextmanager
    def caller(self) -> Iterator[Caller]:
        """Yield who calls."""
        with opened_caller(self.errand, self.spec, self.address) as made:
            yield made

    def fetch(self, headers: Mapping[str, str] | None = None) -> bytes:
        """Return what is at the address."""
        target = self.errand.folder / "answer"
        with self.caller() as made:
            made.fetch(self.address, target, headers)
        return target.read_bytes()


def trip(folder: Path, address: str, **pull: Any) -> Trip:
    """Return a pull of an address that holds a secret; waiting takes no time."""
    environment = {"TOKEN": TOKEN, "BROKEN": f"{SECRET}\nX: y", "FOREIGN": f"{SECRET}é"}
    firms = Source(folder, pulled_feed(sql()), environment)
    spec = HttpPull.model_validate({"type": "http", "url_variable": "FIRMS", **pull})
    errand = replace(firms.errand, folder=folder)
    return Trip(errand, spec, f"{address}/firms?key={SECRET}", firms.pauses)


def test_what_is_sent_is_written_as_it_is(tmp_path: Path, interface: Interface) -> None:
    """Unpacked by nobody; what the answer says of itself is returned."""
    interface.answer = lambda _: Answer(b"\x1f\x8b\0", headers={"ETag": '"one"'})
    firms = trip(tmp_path, interface.address)
    with firms.caller() as caller:
        told = caller.fetch(firms.address, tmp_path / "f", {"If-None-Match": '"none"'})
    assert (told["etag"], (tmp_path / "f").read_bytes()) == ('"one"', b"\x1f\x8b\0")
    (asked,) = interface.asked
    assert asked.query == {"key": SECRET}
    assert asked.headers["if-none-match"] == '"none"'
    assert asked.headers["accept-encoding"] == "identity"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(("status", "told"), [(304, Unchanged), (404, Missing)])
def test_nothing_new_and_nothing_there_are_answers(
    tmp_path: Path, interface: Interface, status: int, told: type[Exception]
) -> None:
    """Not errors: who asked knows what they mean."""
    interface.answer = lambda _: Answer(status=status)
    with pytest.raises(told):
        trip(tmp_path, interface.address).fetch()
    assert len(interface.asked) == 1


def test_the_token_goes_to_the_declared_origin_alone(tmp_path: Path, interface: Interface) -> None:
    """A redirect within the origin keeps the token; one to another port is followed without."""
    with serving(lambda _: Answer(b"z")) as other:

        def answer(asked: Asked) -> Answer:
            if asked.path == "/firms":
                return Answer(status=302, headers={"Location": "moved"})
            return Answer(status=307, headers={"Location": f"{other.address}/there"})

        interface.answer = answer
        assert trip(tmp_path, interface.address, token="TOKEN").fetch() == b"z"  # noqa: S106

    assert [one.path for one in interface.asked] == ["/firms", "/moved"]
    assert [one.headers.get("authorization") for one in interface.asked] == [f"Bearer {TOKEN}"] * 2
    assert [one.path for one in other.asked] == ["/there"]
    assert "authorization" not in other.asked[0].headers


def test_the_token_comes_back_with_the_way_back(tmp_path: Path, interface: Interface) -> None:
    """An answer of another origin may lead home, where the token belongs."""
    with serving(lambda _: Answer(status=301, headers={"Location": home})) as other:
        home = f"{interface.address}/home"
        away = Answer(status=301, headers={"Location": other.address})
        interface.answer = lambda asked: away if asked.path == "/firms" else Answer(BODY)
        assert trip(tmp_path, interface.address, token="TOKEN").fetch() == BODY  # noqa: S106
    assert interface.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_it_tries_again_what_may_pass(tmp_path: Path, interface: Interface, status: int) -> None:
    """Two failures, and the third answer is taken; the pauses grow or are as asked."""
    refused = [Answer(status=status), Answer(status=status, headers={"Retry-After": "7"})]
    answers = iter([*refused, Answer(BODY)])
    interface.answer = lambda _: next(answers)
    firms = trip(tmp_path, interface.address)
    assert firms.fetch() == BODY
    assert firms.pauses == [0.5, 7.0]


def test_it_gives_up_after_some_attempts(tmp_path: Path, interface: Interface) -> None:
    """Each pause is twice the one before."""
    interface.answer = lambda _: Answer(status=503)
    firms = trip(tmp_path, interface.address)
    with pytest.raises(TransientError, match=f"{ATTEMPTS} attempts"):
        firms.fetch()
    assert (len(interface.asked), firms.pauses) == (ATTEMPTS, [0.5, 1.0, 2.0])


def test_a_torn_answer_is_asked_for_again(tmp_path: Path, interface: Interface) -> None:
    """A body that ends before its length is no answer, and nothing of it stays in the file."""
    answers = iter([Answer(BODY * 9, cut=10), Answer(BODY)])
    interface.answer = lambda _: next(answers)
    assert trip(tmp_path, interface.address).fetch() == BODY


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": " 300 "}, 300),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 91),
        ({"Retry-After": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 1),
        ({"Retry-After": "soon"}, 1),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(
    tmp_path: Path, interface: Interface, told: dict[str, str], waited: float
) -> None:
    """Seconds and dates, however long, are waited for; what is neither counts as nothing told."""
    later = format_datetime(NOW + timedelta(seconds=0.5), usegmt=True)
    for clock in ({}, {"Date": later}):  # ours, and the interface's own where it tells it
        not_now = Answer(status=429, headers=told | clock)
        answers = iter([Answer(status=503), not_now, Answer(BODY)])
        interface.answer = lambda _, answers=answers: next(answers)  # type: ignore[misc]
        firms = trip(tmp_path, interface.address)
        assert firms.fetch() == BODY
        assert firms.pauses[0] == 0.5
        assert waited - 0.5 <= firms.pauses[1] <= waited


def test_who_tells_when_to_come_again_is_waited_for(tmp_path: Path, interface: Interface) -> None:
    """Ten times "not yet" is no failure while the deadline lasts, and no longer."""
    later = Answer(status=429, headers={"Retry-After": "300"})
    answers = iter([*([later] * 10), Answer(BODY)])
    interface.answer = lambda _: next(answers)
    firms = trip(tmp_path, interface.address)
    assert firms.fetch() == BODY
    assert sum(firms.pauses) == 3000

    interface.answer = lambda _: later
    firms.pauses.clear()
    with pytest.raises(TransientError, match="3,600 seconds"):
        firms.fetch()
    assert sum(firms.pauses) == 3600


def test_it_gives_up_in_time(tmp_path: Path, interface: Interface) -> None:
    """A pause beyond the deadline is not even begun."""
    interface.answer = lambda _: Answer(status=503, headers={"Retry-After": "60"})
    firms = trip(tmp_path, interface.address, deadline=5)
    with pytest.raises(TransientError, match="5 seconds"):
        firms.fetch()
    assert firms.pauses == []


def test_a_pull_brings_no_more_bytes_than_declared(tmp_path: Path, interface: Interface) -> None:
    """All its answers together; one alone may be bounded more narrowly; begun again, from zero."""
    interface.answer = lambda _: Answer(b"x" * 100)
    firms = trip(tmp_path, interface.address, limit=250)
    with firms.caller() as caller:
        fetched: Callable[..., object] = caller.fetch
        with pytest.raises(PullError, match="more bytes"):
            fetched(firms.address, tmp_path / "f", most=99)
        for _ in range(2):
            fetched(firms.address, tmp_path / "f", most=100)
        with pytest.raises(PullError, match="more bytes"):
            fetched(firms.address, tmp_path / "f")
        caller.begin_again()
        fetched(firms.address, tmp_path / "f")
        assert caller.left == 150


def redirected(*places: str) -> Callable[[Asked], Answer]:
    """Return an interface that leads from one place to the next, and then answers."""
    answers = iter(
        [*(Answer(status=301, headers={"Location": one}) for one in places), Answer(BODY)]
    )
    return lambda _: next(answers)


def test_redirects_are_followed_so_far(tmp_path: Path, interface: Interface) -> None:
    """And no farther."""
    interface.answer = redirected(*["/again"] * REDIRECTS)
    assert trip(tmp_path, interface.address).fetch() == BODY
    interface.answer = redirected(*["/again"] * (REDIRECTS + 1))
    with pytest.raises(PullError, match="redirects more than"):
        trip(tmp_path, interface.address).fetch()


def test_no_redirect_leads_out_of_encryption(tmp_path: Path) -> None:
    """From http to https one may."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        place = {"https://a/": "http://a/", "http://b/": "https://b/"}.get(asked[-1])
        return httpx.Response(301, headers={"Location": place}) if place else httpx.Response(200)

    firms = trip(tmp_path, "")
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        caller = Caller(firms.errand, firms.spec, "https://a/", client, None, 100, 0.0)
        with pytest.raises(PullError, match="from https"):
            caller.fetch("https://a/", tmp_path / "f")
        caller.fetch("http://b/", tmp_path / "f")
    assert asked == ["https://a/", "http://b/", "https://b/"]


@pytest.mark.parametrize(
    ("answer", "pull", "error"),
    [
        (redirected(f"file:///etc/{SECRET}"), {}, PullError),
        (redirected(f"http://[{SECRET}"), {}, PullError),
        (redirected(""), {}, None),
        (lambda _: Answer(SECRET.encode(), status=401), {"token": "TOKEN"}, PullError),
        (lambda _: Answer(SECRET.encode(), status=403), {"token": "TOKEN"}, PullError),
        (lambda _: Answer(SECRET.encode(), status=418), {}, PullError),
        (lambda _: Answer(SECRET.encode(), status=503), {}, TransientError),
        (lambda _: Answer(SECRET.encode() * 100), {"limit": 1000}, PullError),
        (lambda _: Answer(BODY), {"token": "NOT_SET"}, SettingsError),
        (lambda _: Answer(BODY), {"token": "BROKEN"}, SettingsError),
        (lambda _: Answer(BODY), {"token": "FOREIGN"}, SettingsError),
    ],
)
def test_no_error_tells_a_secret(
    tmp_path: Path,
    interface: Interface,
    answer: Any,
    pull: dict[str, Any],
    error: type[QuanshuError] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every failure is one of ours, without address, token or answer; so is the log."""
    interface.answer = answer
    firms = trip(tmp_path, interface.address, **pull)
    with caplog.at_level(logging.DEBUG):
        if error is None:
            assert firms.fetch() == BODY
            told = ""
        else:
            with pytest.raises(error) as raised:
                firms.fetch()
            told = f"{raised.value}{raised.value.remedy}"
            assert raised.value.where == REF
    assert SECRET not in told + caplog.text
    assert TOKEN not in told + caplog.text


@pytest.mark.parametrize("address", [f"ftp://{SECRET}/x", f"http://[{SECRET}/", "http://", SECRET])
def test_an_address_that_is_none_is_refused_before_anybody_is_asked(
    tmp_path: Path, address: str
) -> None:
    """Without a word of it."""
    with pytest.raises(PullError, match="not http or https") as raised:
        replace(trip(tmp_path, ""), address=address).fetch()
    assert SECRET not in str(raised.value)


def test_a_proxy_that_is_none_is_told_without_its_address(
    tmp_path: Path, interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment says of proxies may hold a password, and is not quoted."""
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", f"gopher://u:{SECRET}@127.0.0.1:1")
    with pytest.raises(SettingsError, match="HTTP_PROXY") as raised:
        trip(tmp_path, interface.address).fetch()
    assert SECRET not in str(raised.value)


def test_the_client_logs_again_afterwards(tmp_path: Path, interface: Interface) -> None:
    """Its log is quiet for the length of a pull, and not for the rest of the program."""
    logger = logging.getLogger("httpx")
    before = logger.level
    with trip(tmp_path, interface.address).caller():
        assert logger.getEffectiveLevel() >= logging.WARNING
    assert logger.level == before


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://Host/a", ("http", "host", 80)),
        ("https://host", ("https", "host", 443)),
        ("https://u:p@host:8443/?q", ("https", "host", 8443)),
        ("ftp://host", ("ftp", "host", None)),
        ("http://[", ("", "", None)),
        ("http://host:99999", ("", "", None)),
        ("", ("", "", None)),
    ],
)
def test_an_origin_is_scheme_host_and_port(
    address: str, found: tuple[str, str, int | None]
) -> None:
    """The port that goes without saying counts as said."""
    assert origin(address) == found
