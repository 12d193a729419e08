"""One request to a department's interface: streamed to a file, within limits, with retries.

Belongs here: what is sent to whom, and what each answer means. Keep out: what is asked for (`http`,
`pages`).
The token goes to the declared origin (scheme, host, port) and to nobody else. A redirect may lead
to another host, without the token; never from https to http. No address stands in a message,
because it may carry a secret.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from catalog_specs.errors import PullError, TransientError
from catalog_specs.models.pull import HttpPull
from lakehouse.pulls.errand import Errand

if TYPE_CHECKING:
    import httpx

__all__ = ["Caller", "Missing", "Unchanged", "opened_caller", "origin"]

ATTEMPTS = 4
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
REDIRECTS = 5
CONNECT_SECONDS = 15
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_REFUSED = frozenset({401, 403, 407})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_PORTS = {"http": 80, "https": 443}


class Unchanged(Exception):  # noqa: N818 - an answer, not an error
    """The interface says that nothing changed."""


class Missing(Exception):  # noqa: N818 - an answer, not an error
    """The interface says that there is nothing at an address."""


class _NotNow(Exception):  # noqa: N818 - an answer, not an error
    """The interface cannot answer now; `pause` is how long it asks to wait, in seconds."""

    def __init__(self, pause: float | None = None) -> None:
        super().__init__()
        self.pause = pause


@dataclass(frozen=True)
class _Sink:
    """The file an answer is written to, and the bytes it may have."""

    path: Path
    most: int


@dataclass
class Caller:
    """Who calls one interface for one pull; counts bytes and time over all its requests."""

    errand: Errand
    spec: HttpPull
    address: str
    client: httpx.Client
    token: str | None
    left: int
    """Bytes that the pull may still bring."""
    until: float = field(default_factory=time.monotonic)

    def fetch(
        self,
        address: str,
        target: Path,
        headers: Mapping[str, str] | None = None,
        *,
        most: int | None = None,
    ) -> Mapping[str, str]:
        """Write what is at an address to a file of `most` bytes; return the answer's headers.

        Raises Unchanged, Missing; PullError for an answer that trying again would not change;
        TransientError when all attempts failed.
        """
        import httpx

        bound = self.left if most is None else min(self.left, most)
        for attempt in range(ATTEMPTS):
            pause = FIRST_PAUSE * 2**attempt
            try:
                answered = self._followed(address, headers or {}, _Sink(target, bound))
            except _NotNow as told:
                pause = pause if told.pause is None else told.pause
            except httpx.RequestError:
                pass  # its words name the address
            except httpx.InvalidURL:
                raise self.unlike("is declared or redirects to what is no address") from None
            else:
                self.left -= target.stat().st_size
                return answered
            if attempt + 1 < ATTEMPTS:
                self._in_time(pause)
                self.errand.pause(pause)
        raise TransientError(
            f"the interface did not answer in {ATTEMPTS} attempts",
            where=self.errand.resource.ref,
            remedy="see that it runs and can be reached from here; the next run tries again",
        )

    def unlike(self, what: str) -> PullError:
        """Return the error of an interface that answers otherwise than declared."""
        return self.errand.refused(
            f"the interface {what}", "compare `feed.pull` with what the department offers"
        )

    def joined(self, address: str, following: str) -> str:
        """Return where an address leads from another."""
        try:
            return urljoin(address, following)
        except ValueError:
            raise self.unlike("leads to what is no address") from None

    def _followed(self, address: str, headers: Mapping[str, str], sink: _Sink) -> Mapping[str, str]:
        """Ask, and go where the answer leads."""
        for _ in range(REDIRECTS + 1):
            _acceptable(self, address)
            secret = {"Authorization": f"Bearer {self.token}"} if self._ours(address) else {}
            with self.client.stream("GET", address, headers={**headers, **secret}) as answer:
                if answer.status_code not in _REDIRECTED:
                    return self._taken(answer, sink)
                following = self.joined(address, answer.headers.get("location", ""))
            if origin(address)[0] == "https" != origin(following)[0]:
                raise self.unlike("redirects from https to an address that is not")
            address = following
        raise self.unlike(f"redirects more than {REDIRECTS} times")

    def _ours(self, address: str) -> bool:
        return self.token is not None and origin(address) == origin(self.address)

    def _taken(self, answer: httpx.Response, sink: _Sink) -> Mapping[str, str]:
        match answer.status_code:
            case 200:
                self._write(answer, sink)
                return answer.headers
            case 304:
                raise Unchanged
            case 404:
                raise Missing
            case code if code in _REFUSED:
                raise self.unlike(f"refuses the token, or lacks one (HTTP {code})")
            case code if code in _PASSING:
                raise _NotNow(_seconds(answer.headers.get("retry-after")))
            case code:
                raise self.unlike(f"answered HTTP {code}")

    def _write(self, answer: httpx.Response, sink: _Sink) -> None:
        taken = 0
        with sink.path.open("wb") as file:
            for chunk in answer.iter_bytes():
                taken += len(chunk)
                if taken > sink.most:
                    raise self.unlike("sends more bytes than a page or `feed.pull.limit` may have")
                self._in_time(0)
                file.write(chunk)

    def _in_time(self, pause: float) -> None:
        if time.monotonic() + pause > self.until:
            raise TransientError(
                f"the pull took longer than {self.spec.deadline:,} seconds",
                where=self.errand.resource.ref,
                remedy="raise `feed.pull.deadline`, or ask for less; the next run tries again",
            )


@contextmanager
def opened_caller(errand: Errand, spec: HttpPull, address: str) -> Iterator[Caller]:
    """Yield a caller; meanwhile the client keeps its log of addresses to itself."""
    import httpx

    token = errand.secret(spec.token) if spec.token else None
    patience = httpx.Timeout(spec.timeout, connect=min(spec.timeout, CONNECT_SECONDS))
    headers = {"User-Agent": "quanshu", "Accept-Encoding": "identity"}
    with _quiet("httpx", "httpcore"), httpx.Client(timeout=patience, headers=headers) as client:
        until = time.monotonic() + spec.deadline
        yield Caller(errand, spec, address, client, token, spec.limit, until)


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def origin(address: str) -> tuple[str, str, int | None]:
    """Return an address's scheme, host and port; of what is no address, nothing."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None


def _acceptable(caller: Caller, address: str) -> None:
    scheme, host, port = origin(address)
    if scheme not in _PORTS or not host or port is None:
        raise caller.unlike("is declared or leads to an address that is not http or https")


def _seconds(told: str | None) -> float | None:
    """Return how long an interface asks to wait; a date counts as nothing told."""
    return min(float(told), LONGEST_PAUSE) if told and told.isdecimal() else None
