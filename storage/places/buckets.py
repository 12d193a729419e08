"""Buckets: the one client of each, and what it answers.

Belongs here: opening clients, asking them, errors in our words. Keep out: paths (`object_path`).
Credentials are read from the environment by the client itself, when it is opened: no value of ours
ever holds one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.faults import told

if TYPE_CHECKING:
    from obstore.store import S3Store

__all__ = ["any_opened", "asking", "bucket", "vendor"]

_AGAIN = 3
"""How often it tries again: by default it goes on for three minutes."""
_opened: set[str] = set()


def bucket(name: str) -> S3Store:
    """Return the client of a bucket, opened once in a process.

    Raises:
        ObjectStoreError: the packages are missing, or the environment makes no client.
    """
    return _bucket(name, os.getpid())


@cache
def _bucket(name: str, process: int) -> S3Store:
    """Open a client: a fork has none of the threads of the one before."""
    del process
    try:
        from obstore.store import S3Store
    except ImportError:
        raise ObjectStoreError(StoreFault.NO_EXTRA, where=f"s3://{name}") from None
    try:
        # options of ours for connections would set aside those of the environment
        made = S3Store(name, retry_config={"max_retries": _AGAIN})
    except Exception as error:  # noqa: BLE001 - a vendor's words may hold what it was configured by
        raise told(error, f"s3://{name}") from None
    _opened.add(name)
    return made


def any_opened() -> bool:
    """Say whether this process works with an object store at all."""
    return bool(_opened)


def vendor() -> Any:  # noqa: ANN401 - a module
    """Return the client's functions; imported where a home lies on an object store, and only there.

    Raises:
        ObjectStoreError: the packages are missing.
    """
    try:
        import obstore
    except ImportError:
        raise ObjectStoreError(StoreFault.NO_EXTRA, where="s3://") from None
    return obstore


@contextmanager
def asking(where: str) -> Iterator[None]:
    """Ask a store within this block: what it refuses is told in our words.

    An object that is absent, or is there already, is an answer and not a fault.

    Raises:
        FileNotFoundError, FileExistsError: as of a file.
        ObjectStoreError: anything else that the store answers, or its silence.
    """
    from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

    try:
        yield
    except (AlreadyExistsError, PreconditionError):
        raise FileExistsError(f"somebody else wrote {where}") from None
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise ObjectStoreError(StoreFault.NO_BUCKET, where=where) from None
        raise FileNotFoundError(f"there is no {where}") from None
    except (BaseError, OSError) as error:
        raise told(error, where) from None
