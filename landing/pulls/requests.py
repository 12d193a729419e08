"""One request to a department's interface: streamed to a file, within limits, with retries.

Belongs here: what is sent to whom, and what each answer means. Keep out: what is asked for (`http`,
`pages`).
The token goes to the declared origin (scheme, host, port) and to nobody else. A redirect may lead
to another host, without the token; never from https to http. No address stands in a message,
because it may carry a secret.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from catalog_specs.errors import PullError, SettingsError, TransientError
from catalog_specs.models.pull import HttpPull
from landing.pulls.errand import Errand

if TYPE_CHECKING:
    import httpx

__all__ = ["Caller", "Missing", "Unchanged", "opened_caller", "origin"]

ATTEMPTS = 4
"""Failures that tell nothing; one that says how long to wait is waited for until the deadline."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
"""The longest pause of our own choice; what the interface asks for may be longer."""
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
    """The interface cannot answer now; `pause`: the seconds it asks to wait, 0 when it does not."""

    def __init__(self, pause: float) -> None:
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
    begun: float
    """When the pull began, on the errand's clock."""

    def begin_again(self) -> None:
        """Let the pull bring as many bytes as at first: what it brought is thrown away."""
        self.left = self.spec.limit

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
        untold = tried = 0
        while untold < ATTEMPTS:
            told = 0.0
            try:
                answered = self._followed(address, headers or {}, _Sink(target, bound))
            except _NotNow as not_now:
                told = not_now.pause
            except httpx.RequestError:
                pass  # its words name the address
            except (httpx.InvalidURL, UnicodeError):
                raise self.unlike("is declared or redirects to what is no address") from None
            else:
                self.left -= target.stat().st_size
                return answered
            untold += not told
            if untold < ATTEMPTS:
                self._wait(max(told, min(FIRST_PAUSE * 2**tried, LONGEST_PAUSE)))
            tried += 1
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
                raise _NotNow(self._asked_to_wait(answer.headers))
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

    def _asked_to_wait(self, headers: Mapping[str, str]) -> float:
        """Return the seconds that `Retry-After` (RFC 9110: seconds or a date) asks for."""
        told = headers.get("retry-after", "").strip()
        if told.isdecimal():
            return float(told)
        until = _moment(told)
        if until is None:
            return 0.0
        # the interface's own clock where it tells it; dates have whole seconds, so one is added
        now = _moment(headers.get("date", "")) or self.errand.now + timedelta(seconds=self._gone())
        return max((until - now).total_seconds() + 1, 0.0)

    def _gone(self) -> float:
        return self.errand.elapsed() - self.begun

    def _wait(self, pause: float) -> None:
        """Wait; TransientError at once where that would be longer than the pull may take."""
        self._in_time(pause)
        self.errand.pause(pause)

    def _in_time(self, pause: float) -> None:
        if self._gone() + pause > self.spec.deadline:
            raise TransientError(
                f"the pull would take longer than {self.spec.deadline:,} seconds",
                where=self.errand.resource.ref,
                remedy="raise `feed.pull.deadline`, or ask for less; the next run tries again",
            )


@contextmanager
def opened_caller(errand: Errand, spec: HttpPull, address: str) -> Iterator[Caller]:
    """Yield a caller; meanwhile the client keeps its log of addresses to itself."""
    import httpx

    token = _token(errand, spec.token) if spec.token else None
    patience = httpx.Timeout(spec.timeout, connect=min(spec.timeout, CONNECT_SECONDS))
    headers = {"User-Agent": "quanshu", "Accept-Encoding": "identity"}
    with _quiet("httpx", "httpcore"):
        try:
            client = httpx.Client(timeout=patience, headers=headers)
        except (ValueError, OSError, httpx.InvalidURL):  # its words quote a proxy's address
            raise SettingsError(
                "no client can be made with the proxy or certificates that the environment names",
                where=errand.resource.ref,
                remedy="correct HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY or SSL_CERT_FILE",
            ) from None
        with client:
            caller = Caller(errand, spec, address, client, token, spec.limit, errand.elapsed())
            # before anybody takes the address apart: the error of who cannot would quote it
            _acceptable(caller, address)
            yield caller


def _token(errand: Errand, variable: str) -> str:
    """Return a token that can stand in a header: an error about another one would quote it."""
    token = errand.secret(variable)
    if token.isascii() and token.isprintable() and " " not in token:
        return token
    raise SettingsError(
        f"the environment variable {variable} holds what cannot be a token",
        where=errand.resource.ref,
        remedy="set it to visible ASCII characters alone, without spaces or line breaks",
    )


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


def _moment(told: str) -> datetime | None:
    """Return an HTTP date; None for what is none."""
    try:
        found = parsedate_to_datetime(told)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
