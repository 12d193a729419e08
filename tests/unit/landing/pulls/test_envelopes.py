"""Envelopes: what an answer states beside its records, declared or by its common names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from catalog_specs.errors import PullError
from catalog_specs.models.pull import HttpPull
from landing.pulls.envelopes import opened_page, reached, refuse_doubtful
from landing.pulls.requests import Caller


@dataclass
class Stub:
    """What a page is read for: a declaration, and how to refuse. It asks nobody."""

    spec: HttpPull
    records: str | None

    @property
    def errand(self) -> Any:
        """Return the errand: the feed, and its own way to refuse."""
        return SimpleNamespace(feed=SimpleNamespace(records=self.records), refused=self.refused)

    def refused(self, what: str, remedy: str) -> PullError:
        """Refuse as an errand does."""
        return PullError(what, where="office/visit", remedy=remedy)

    def unlike(self, what: str) -> PullError:
        """Refuse as a caller does."""
        return self.refused(what, "compare")


def caller(records: str | None = "$.data.rows", **pull: Any) -> Caller:
    """Return who calls an interface that is declared so."""
    spec = HttpPull.model_validate({"type": "http", "url_variable": "URL", **pull})
    return cast("Caller", Stub(spec, records))


def content(**beside: Any) -> bytes:
    """Return an answer of two records, and what it says beside them."""
    return json.dumps({"data": {"rows": [{"a": 1}, {"a": 2}], **beside.pop("data", {})}} | beside
                      ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", {"a": {"b": [1]}}),
        ("$.a.b", [1]),
        ("a", {"b": [1]}),
        ("$.a.x", None),
        ("$.a.b.c", None),
    ],
)
def test_a_path_is_followed_through_objects(path: str, found: Any) -> None:
    """Where the way ends there is nothing."""
    assert reached({"a": {"b": [1]}}, path) == found


@pytest.mark.parametrize("sent", [b"<html>", b"[" * 100_000, b'{"data": {"rows": {}}}', b"{}"])
def test_what_is_no_page_is_refused(sent: bytes) -> None:
    """No JSON, or no list where the records should be."""
    with pytest.raises(PullError):
        opened_page(caller(), sent)


@pytest.mark.parametrize(
    ("sent", "number", "firm"),
    [
        (content(total=7), 7, True),
        (content(data={"totalCount": "7"}), 7, True),
        (content(data={"page": {"total_elements": 7}}), 7, True),
        (content(count=2), 2, False),
    ],
)
def test_a_total_is_known_by_its_common_names(sent: bytes, number: int, firm: bool) -> None:
    """Nearest the records first; `count` may be that of the page alone."""
    total = opened_page(caller(), sent).total

    assert total is not None
    assert (total.number, total.firm) == (number, firm)


@pytest.mark.parametrize("sent", [content(), content(total=-1), content(total="many")])
def test_what_is_no_count_is_no_total(sent: bytes) -> None:
    """Nothing is guessed."""
    assert opened_page(caller(), sent).total is None


def test_a_declared_total_must_be_told() -> None:
    """It is taken from where it is declared; a page of records without it is refused."""
    asked = caller(total="$.data.n")

    found = opened_page(asked, content(total=1, data={"n": 9})).total
    assert found is not None
    assert found.number == 9
    with pytest.raises(PullError, match=r"feed\.pull\.total"):
        opened_page(asked, content(total=9))
    assert opened_page(caller(total=False), content(total=9)).total is None


def test_a_declared_failure_is_refused() -> None:
    """Its code is told where it is a short number, and nothing else of the answer."""
    asked = caller(success={"path": "$.code", "values": [0, "ok"]})

    assert len(opened_page(asked, content(code="0")).records) == 2
    assert len(opened_page(asked, content(code="ok")).records) == 2
    with pytest.raises(PullError, match="code 500"):
        opened_page(asked, content(code=500))
    with pytest.raises(PullError) as told:
        opened_page(asked, content(code="张三的身份证"))
    assert "张三" not in str(told.value)


def test_undeclared_codes_are_trusted_against_an_answer_only() -> None:
    """An empty page with a strange code may be a failure; one with records sets what is usual."""
    asked = caller()
    usual = opened_page(asked, content(code=1000))
    empty = opened_page(asked, b'{"code": 1001, "data": {"rows": []}}')
    sound = opened_page(asked, b'{"code": 200, "data": {"rows": []}}')

    refuse_doubtful(asked, usual, None)
    refuse_doubtful(asked, usual, usual.codes)
    refuse_doubtful(asked, sound, None)
    refuse_doubtful(asked, sound, usual.codes)
    for first in (None, usual.codes):
        with pytest.raises(PullError, match="may mean a failure"):
            refuse_doubtful(asked, empty, first)
