"""Pulling a file over HTTP: what is new is landed under a harmless name; no secret is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import PullError, QuanshuError, SettingsError, TransientError
from register.records import VerdictKind
from register.verdicts import VERDICTS
from tests.city.registers import verdict_on
from tests.unit.landing.interface import Answer, Asked, Interface, serving
from tests.unit.landing.pulling import SECRET, Source, pulled_feed

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
    raw = firms.layout.delivery(landed.resource, landed.delivery) / "raw" / "firms.jsonl"
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


def _down(_: Asked) -> Answer:
    return Answer(SECRET.encode(), status=503)


@pytest.mark.parametrize(
    ("answer", "pull", "error"),
    [
        (_down, {}, TransientError),
        (lambda _: Answer(SECRET.encode(), status=404), {}, PullError),
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
        "WIDE": f"http://{SECRET}..例\ud800/",
    }

    with caplog.at_level(logging.DEBUG), pytest.raises(error) as raised:
        firms.pull()

    told = f"{raised.value}{caplog.text}"
    assert SECRET not in told
    assert TOKEN not in told
    assert firms.deliveries == ()


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
