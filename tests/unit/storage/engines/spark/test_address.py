"""Where the second engine answers."""

from __future__ import annotations

import socket

import pytest

from storage.engines.spark.address import Address


@pytest.mark.parametrize(
    ("url", "valid"),
    [
        ("sc://localhost", True),
        ("sc://10.0.0.7:15002/;token=secret", True),
        ("sc://:1", False),
        ("http://localhost:1", False),
        ("sc://host:port", False),
        ("sc://host:99999", False),
        ("localhost:15002", False),
    ],
)
def test_an_address_is_sc_with_host_and_port(url: str, *, valid: bool) -> None:
    """Anything else is no address, and nobody connects to it."""
    assert Address(url).is_valid is valid


def test_no_message_tells_the_token() -> None:
    """Neither the place nor the value itself when it is shown."""
    address = Address("sc://localhost/;token=secret")
    assert address.place == "localhost:15002"
    assert "secret" not in f"{address} {address!r} {address.place}"


def test_somebody_answers_or_nobody_does() -> None:
    """At once, without any client of a vendor."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = Address(f"sc://127.0.0.1:{listener.getsockname()[1]}")
        assert address.answers()
    assert not address.answers()
