"""Errors: three parts under a stable code, and a reason where there is one."""

from __future__ import annotations

from catalog_specs.errors import AccessError, AnswerError
from catalog_specs.rules.answers import AnswerRefusal


def test_an_answer_that_is_refused_tells_why_in_both_languages() -> None:
    """Reason, remedy and counts are told; it is an access error to whoever knows no more."""
    plain = AnswerError(AnswerRefusal.DAILY, where="list")
    more = AnswerError(AnswerRefusal.DAILY, where="list", detail="9 > 3")
    assert isinstance(plain, AccessError)
    assert AnswerRefusal.DAILY.english in str(plain)
    assert AnswerRefusal.DAILY.remedy in str(plain)
    assert "（9 > 3）" in str(more)
