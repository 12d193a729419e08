"""A full disk is told from anything else, whoever of the vendors noticed it."""

from __future__ import annotations

import errno

import pytest

from catalog_specs.errors import CheckError
from storage.full_disk import is_full


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "no"), True),
        (OSError(errno.EDQUOT, "no"), True),
        (OSError(errno.EACCES, "no"), False),
        (
            RuntimeError("External: Unable to copy data: No space left on device (os error 28)"),
            True,
        ),
        (RuntimeError("rows"), False),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_it_is_recognised(error: Exception, full: bool, wrapped: bool) -> None:
    """By its number or by the system's own words, also behind another error."""
    caught: Exception = error
    if wrapped:
        caught = CheckError("a rule could not be evaluated", where="gate", remedy="none")
        caught.__cause__ = error
    assert is_full(caught) is full
