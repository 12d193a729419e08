"""Pulling a file over HTTP: conditions, tokens, redirects, limits, retries; no secret is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import PullError, QuanshuError, SettingsError, TransientError
from register.records import VerdictKind
from register.verdicts import VERDICTS
from tests.city.registers import verdict_on
from tests.unit.landing.interface import Answer, Asked, Interface, serving
from tests.unit.landing.pulling import NOW, SECRET, Source, pulled_feed

TOKEN = "token-5a5a"  # noqa: S105 - of a test


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback without any proxy that the machine may have."""
    monkeypatch.setenv("NO_PROXY", "*")


def body(*keys: str) -> bytes:
    """Return firms as JSON lines."""
    firms = ({"uscc": key, "name": f"企{key}", "capital": "1.50"} for key in keys)
    return "".join(json.dumps(firm) + "\n" for firm in firms).encode()


@pytest.fixture
def interface() -> Iterator[Interface]:
    """Yield an interface that answers with two firms."""
    with serving(lambda _: Answer(body("a", "b"))) as made:
        yield made


def source(tmp_path: Path, address: str, **pull: Any) -> Source:
    """Return the firms behind an address, which stands in the environment and holds a secret."""
    made = {"type": "http", "url_variable": "FIRMS", **pull}
    environment = {"FIRMS": f"{address}/firms.jsonl?key={SECRET}", "TOKEN": TOKEN}
    return Source(tmp_path / "home", pulled_feed(made, format="jsonl"), environment)


def test_a_file_becomes_a_delivery(tmp_path: Path, interface: Interface) -> None:
    """What was sent is landed as it was sent, under the address's own file name."""
    firms = source(tmp_path, interface.address)

    landed = firms.pull()

    assert landed is not None
    assert (landed.origin, landed.rows, landed.files) == ("http", 2, ("firms.jsonl",))
    raw = firms.layout.delivery("trade/firm", landed.delivery) / "raw" / "firms.jsonl"
    assert raw.read_bytes() == body("a", "b")
    assert interface.asked[0].query == {"key": SECRET}
    assert "authorization" not in interface.asked[0].headers


def test_the_same_bytes_are_no_delivery(tmp_path: Path, interface: Interface) -> None:
    """An interface without conditions is asked again, and its answer recognised."""
    firms = source(tmp_path, interface.address)

    assert firms.pull() is not None
    assert firms.pull() is None
    assert len(interface.asked) == 2


def test_a_former_state_is_a_delivery(tmp_path: Path, interface: Interface) -> None:
    """When a source goes back to what it said before the last time, that is new."""
    firms = source(tmp_path, interface.address)
    for keys in ("a", "ab", "a"):
        interface.answer = lambda _, keys=keys: Answer(body(*keys))  # type: ignore[misc]
        assert firms.keys(firms.pull()) == list(keys)


def test_it_asks_on_condition(tmp_path: Path, interface: Interface) -> None:
    """ETag and date of the last delivery are sent back, and 304 is nothing new."""

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"one"':
            return Answer(status=304)
        known = {"ETag": '"one"', "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT"}
        return Answer(body("a"), headers=known)

    interface.answer = answer
    firms = source(tmp_path, interface.address)

    landed = firms.pull()
    assert landed is not None
    assert firms.pull() is None
    assert interface.asked[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 00:00:00 GMT"

    VERDICTS.record(firms.layout, (verdict_on(landed, VerdictKind.REJECTED),))
    assert firms.pull() is None  # asked for whole, and recognised
    assert "if-none-match" not in interface.asked[2].headers


def test_the_token_goes_to_the_declared_origin_alone(tmp_path: Path, interface: Interface) -> None:
    """A redirect within the origin keeps the token; one to another port is followed without."""
    with serving(lambda _: Answer(body("z"))) as other:

        def answer(asked: Asked) -> Answer:
            if asked.path == "/firms.jsonl":
                return Answer(status=302, headers={"Location": "/moved"})
            return Answer(status=307, headers={"Location": f"{other.address}/there"})

        interface.answer = answer
        firms = source(tmp_path, interface.address, token="TOKEN")  # noqa: S106
        assert firms.keys(firms.pull()) == ["z"]

    assert [one.headers.get("authorization") for one in interface.asked] == [f"Bearer {TOKEN}"] * 2
    assert [one.path for one in other.asked] == ["/there"]
    assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_it_tries_again_what_may_pass(tmp_path: Path, interface: Interface, status: int) -> None:
    """Two failures, and the third answer is taken; the pauses grow or are as asked."""
    refused = [Answer(status=status), Answer(status=status, headers={"Retry-After": "7"})]
    answers = iter([*refused, Answer(body("a"))])
    interface.answer = lambda _: next(answers)
    firms = source(tmp_path, interface.address)

    assert firms.keys(firms.pull()) == ["a"]
    assert firms.pauses == [0.5, 7.0]


def test_a_torn_answer_is_asked_for_again(tmp_path: Path, interface: Interface) -> None:
    """A body that ends before its length is never landed."""
    answers = iter([Answer(body("a"), cut=10), Answer(body("a", "b"))])
    interface.answer = lambda _: next(answers)
    firms = source(tmp_path, interface.address)

    assert firms.keys(firms.pull()) == ["a", "b"]


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
        answers = iter([Answer(status=503), not_now, Answer(body("a"))])
        interface.answer = lambda _, answers=answers: next(answers)  # type: ignore[misc]
        firms = source(tmp_path / f"{len(clock)}", interface.address)

        assert firms.keys(firms.pull()) == ["a"]
        assert firms.pauses[0] == 0.5
        assert waited - 0.5 <= firms.pauses[1] <= waited


def test_a_source_that_tells_when_to_come_again_is_pulled_whole(
    tmp_path: Path, interface: Interface
) -> None:
    """Ten times "not yet" is no failure while the deadline lasts, and no longer."""
    answers = iter([Answer(status=429, headers={"Retry-After": "300"})] * 10 + [Answer(body("a"))])
    interface.answer = lambda _: next(answers)
    firms = source(tmp_path, interface.address)
    assert firms.keys(firms.pull()) == ["a"]
    assert sum(firms.pauses) == 3000

    interface.answer = lambda _: Answer(status=429, headers={"Retry-After": "300"})
    firms.pauses.clear()
    with pytest.raises(TransientError, match="3,600 seconds"):
        firms.pull()
    assert sum(firms.pauses) == 3600


def _down(_: Asked) -> Answer:
    return Answer(SECRET.encode(), status=503)


def _circle(_: Asked) -> Answer:
    return Answer(status=301, headers={"Location": f"/firms.jsonl?key={SECRET}"})


def _elsewhere(_: Asked) -> Answer:
    return Answer(status=301, headers={"Location": f"file:///etc/{SECRET}"})


def _nowhere(_: Asked) -> Answer:
    return Answer(status=301, headers={"Location": f"http://[{SECRET}"})


@pytest.mark.parametrize(
    ("answer", "pull", "error"),
    [
        (_down, {}, TransientError),
        (_circle, {}, PullError),
        (_elsewhere, {}, PullError),
        (_nowhere, {}, PullError),
        (lambda _: Answer(SECRET.encode(), status=403), {"token": "TOKEN"}, PullError),
        (lambda _: Answer(SECRET.encode(), status=404), {}, PullError),
        (lambda _: Answer(SECRET.encode(), status=418), {}, PullError),
        (lambda _: Answer(body("a") * 100), {"limit": 1000}, PullError),
        (lambda _: Answer(body("a")), {"token": "NOT_SET"}, SettingsError),
        (lambda _: Answer(body("a")), {"token": "BROKEN"}, SettingsError),
        (lambda _: Answer(body("a")), {"token": "FOREIGN"}, SettingsError),
        (lambda _: Answer(body("a")), {"url_variable": "NOT_SET"}, SettingsError),
        (lambda _: Answer(body("a")), {"url_variable": "WIDE"}, PullError),
        (lambda _: Answer(body("a")), {"url_variable": "NO_HOST"}, PullError),
        (lambda _: Answer(body("a")), {"url_variable": "NO_NAME"}, PullError),
        (lambda _: Answer(body("a")), {"url_variable": "ODD"}, PullError),
        (lambda _: Answer(body("a")), {"url_variable": "CLOSED"}, TransientError),
    ],
)
def test_no_error_tells_a_secret(
    tmp_path: Path,
    interface: Interface,
    answer: Any,
    pull: dict[str, Any],
    error: type[QuanshuError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every failure is one of ours, without address, token or answer, and nothing is landed."""
    interface.answer = answer
    firms = source(tmp_path, interface.address, **pull)
    firms.environment |= {
        "ODD": f"ftp://{SECRET}/x",
        "CLOSED": f"http://127.0.0.1:9/{SECRET}",
        "NO_HOST": f"http://[{SECRET}/",
        "NO_NAME": f"http://{SECRET}\u2100.test/",
        "BROKEN": f"{SECRET}\nX: y",
        "FOREIGN": f"{SECRET}é",
        "WIDE": f"http://{SECRET}..例\ud800/",
    }

    with caplog.at_level(logging.DEBUG), pytest.raises(error) as raised:
        firms.pull()

    told = f"{raised.value}{caplog.text}"
    assert SECRET not in told
    assert TOKEN not in told
    assert firms.deliveries == ()


def test_a_proxy_that_is_none_is_told_without_its_address(
    tmp_path: Path, interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment says of proxies may hold a password, and is not quoted."""
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", f"gopher://u:{SECRET}@127.0.0.1:1")

    with pytest.raises(SettingsError, match="HTTP_PROXY") as raised:
        source(tmp_path, interface.address).pull()
    assert SECRET not in str(raised.value)


def test_the_end_of_a_secret_address_names_no_file(tmp_path: Path, interface: Interface) -> None:
    """What does not look like a file is taken for a secret: no receipt and no path tells it."""
    firms = source(tmp_path, interface.address, url_variable="SIGNED")
    firms.environment["SIGNED"] = f"{interface.address}/export/{SECRET}"

    landed = firms.pull()

    assert landed is not None
    assert landed.files == ("firm",)
    told = [str(path) for path in firms.layout.home.rglob("*")]
    told += [p.read_text("utf-8") for p in firms.layout.home.rglob("*.json")]
    assert SECRET not in "".join(told)


def test_an_address_in_the_catalogue_will_do(tmp_path: Path, interface: Interface) -> None:
    """An address without a secret may stand in the catalogue; a nameless one lends no name."""
    firms = source(tmp_path, "", url=interface.address + "/", url_variable=None)

    landed = firms.pull()

    assert landed is not None
    assert landed.files == ("firm",)


def test_it_gives_up_in_time(tmp_path: Path, interface: Interface) -> None:
    """A pull that would wait beyond its deadline ends at once."""
    interface.answer = lambda _: Answer(status=503, headers={"Retry-After": "60"})
    firms = source(tmp_path, interface.address, deadline=5)

    with pytest.raises(TransientError, match="5 seconds"):
        firms.pull()
    assert firms.pauses == []
