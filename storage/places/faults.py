"""Faults of an object store: what its vendors' words mean, told in ours.

Belongs here: from an error of obstore, delta-rs, DuckDB or Polars to a code. Keep out: the codes
(`catalog_specs.rules.homes.store_faults`). Each vendor has its own tree of errors for the same
answer of a server. What they have in common is the answer, which their words quote; nothing else of
the words is believed or told: they may hold signed addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault

__all__ = ["fault_behind", "told"]

_SAID = (
    (StoreFault.NO_BUCKET, re.compile(r"NoSuchBucket|bucket does not exist", re.IGNORECASE)),
    (
        StoreFault.FORBIDDEN,
        re.compile(
            r"AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken"
            r"|40[13] (?:Forbidden|Unauthorized)|HTTP 40[13]|code: 40[13]|necessary privileges"
            r"|valid authentication credentials|CredentialsNotLoaded|MissingCredential"
        ),
    ),
    (
        StoreFault.UNREACHABLE,
        re.compile(
            r"error sending request|Connection refused|Could not connect|Couldn't connect"
            r"|Could not establish connection|dns error|timed out|Timeout was reached"
            r"|builder error|URL scheme is not allowed|Connection reset|error trying to connect"
        ),
    ),
    (
        StoreFault.FAILED,
        re.compile(r"Generic S3 error|Server returned non-2xx status code|HTTP (?:Error|5\d\d)"),
    ),
)
"""Fault → what its vendors write of it. The first that is met counts: the more exact come first."""
_OF_AN_OBJECT = re.compile(r"NoSuchKey|404 \(?Not Found|HTTP 404|code: 404|416 \(?Re|HTTP 416")
"""What is written of an object that is gone, or shorter than was thought: no fault of the store."""
_VENDORS = ("obstore", "deltalake", "_internal", "duckdb", "_duckdb", "polars", "pyarrow")
_WORDS = re.compile(r"\bS3\b|s3://|[Oo]bject store|Error performing|HTTP")


def fault_behind(error: BaseException, where: str = "") -> ObjectStoreError | None:
    """Return what of an object store is behind an error; None where it is none of a store's.

    An error of ours is never looked at: it says itself what happened. An object that is gone or cut
    off is the answer of a store that works: the home is damaged (`storage.damage`).
    """
    for one in _chain(error):
        if isinstance(one, ObjectStoreError):
            return one
        words = str(one)
        if not (_of_vendor(one) and _WORDS.search(words)):
            continue
        for fault, said in _SAID:
            if fault is StoreFault.FAILED and _OF_AN_OBJECT.search(words):
                continue
            if said.search(words):
                return ObjectStoreError(fault, where=where or "QUANSHU_OBJECT_STORE")
    return None


def told(error: BaseException, where: str) -> ObjectStoreError:
    """Return an error of a store in our words, whatever it was."""
    return fault_behind(error, where) or ObjectStoreError(StoreFault.FAILED, where=where)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _of_vendor(error: BaseException) -> bool:
    # delta-rs, Polars and Arrow raise the language's own classes as well
    return isinstance(error, OSError) or type(error).__module__.startswith(_VENDORS)
