"""Two tiers of one test: what every run of the tests takes, and what CI repeats after them.

Belongs here: parting parameters. Keep out: what is tested.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

__all__ = ["then_thorough"]


def then_thorough(always: Iterable[object], more: Iterable[object]) -> list[object]:
    """Return parameters: some for every run of the tests, further ones for `make thorough`.

    What is thorough repeats what a smaller case shows: a promise that is broken fails `make test`.
    """
    first = [*always]
    assert first, "a kind of case that no run of the tests takes"
    return [*first, *(pytest.param(one, marks=pytest.mark.thorough) for one in more)]
