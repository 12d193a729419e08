"""Looks, samples and proposals for the tests of scaffolding, each complete but for one thing.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.loader import load
from catalog_specs.vocabulary import FeedFormat
from scaffold.looks import Look
from scaffold.sampling import Sample
from tests.city.declared import CATALOGUE

__all__ = ["look", "sample", "small_city"]


@cache
def small_city() -> Catalog:
    """Return the minimal city: persons, divisions and visits."""
    return load(CATALOGUE)


def look(header: str = "栏", **more: Any) -> Look:
    """Return the look of a column of ten different short texts that pass no test."""
    plain = {"rows": 10, "given": 10, "distinct": 10, "longest": 4, "scale": 0}
    return Look(**{"header": header, **plain, **more})


def sample(headers: Sequence[str] = ("栏",), **more: Any) -> Sample:
    """Return a UTF-8 CSV of ten records with its header on top."""
    plain = {"rows": 10, "defects": {}, "encoding": "utf-8", "delimiter": ","}
    return Sample(**{"format": FeedFormat.CSV, "headers": tuple(headers), **plain, **more})
