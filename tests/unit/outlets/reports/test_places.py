"""Behaviour of places: names that every file share takes, and no two pages in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outlets.reports import places

CODES = st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=2, unique=True)


@given(CODES)
def test_no_two_rules_share_a_page(codes: list[str]) -> None:
    """Whatever two codes are, their pages differ, also where case does not count."""
    first, second = (places.rule("a/b", code).lower() for code in codes)
    assert first != second


@given(st.text(min_size=1, max_size=12))
def test_a_page_has_a_name_that_any_system_takes(code: str) -> None:
    """A rule's page has no character that Windows or a link would not take as it is."""
    name = places.rule("a/b", code).removeprefix("resources/a/b/rules/")
    assert not set(name) & set('<>:"/\\|?*%# ')
    assert name.isascii()
