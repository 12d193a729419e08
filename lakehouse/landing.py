"""Landing: a delivered file becomes a delivery: raw bytes kept, rows as text, a receipt (四(三)).

Belongs here: the order of steps that makes landing atomic and repeatable. Keep out: reading files
(`intake`, `landed_rows`), looking at inboxes (`inbox`), judging (`quality`).

A delivery is built in a dot-folder beside its place; one rename is the commit. The inbox file is
taken away only after it, so that a crash anywhere leaves either the file in the inbox, or a whole
delivery and a file that the next run recognises by its bytes. Leftover dot-folders hold nothing
that is not still in the inbox, and the next landing removes them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TransientError
from catalog_specs.models.resource import Resource
from lakehouse.inbox import Inbox, Skipped, look, waiting
from lakehouse.intake import Source
from lakehouse.landed_rows import land_rows
from lakehouse.layout import Layout
from lakehouse.receipts import RECEIPT, Recognised, deliveries, write_receipt
from lakehouse.records import Delivery

__all__ = ["Inbox", "Recognised", "Skipped", "deliveries", "land", "look", "waiting"]

_ASIDE = ".landing-"


def land(
    layout: Layout, catalog: Catalog, resource: Resource, path: Path, now: datetime
) -> Delivery | Recognised:
    """Take one file from the inbox; return its delivery, or which earlier one it repeats.

    A file that cannot be read as declared is landed all the same, with a refusal in its receipt.
    Raises TransientError when the file is still being written or another run has just taken it:
    then nothing has happened. Runs that land the same resource wait for each other.
    """
    place = layout.landing(resource.ref)
    place.mkdir(parents=True, exist_ok=True)
    locks = layout.work / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"landing.{resource.ref.replace('/', '.')}.lock"):
        _sweep(place)
        seen = _state(path)
        sha256 = _sha256(path)
        known = deliveries(layout, resource.ref)
        earlier = next((one for one in known if one.sha256 == sha256), None)
        if earlier is None:
            source = Source(path, resource.feed, catalog.profile.timezone)
            sequence = known[-1].sequence + 1 if known else 1
            delivery = _build(place, source, resource.ref, (sequence, sha256, now), seen)
            path.unlink()
            return delivery
        _unmoved(path, seen)
        path.unlink()
        return Recognised(resource.ref, earlier.delivery, path.name, sha256)


def _build(
    place: Path, source: Source, ref: str, mark: tuple[int, str, datetime], seen: tuple[int, ...]
) -> Delivery:
    """Build a delivery aside and rename it into place."""
    sequence, sha256, now = mark
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=place))
    try:
        raw = aside / "raw" / source.path.name
        raw.parent.mkdir()
        _keep(source.path, raw)
        landed = land_rows(source, aside)
        code, detail = landed.refusal or (None, None)
        delivery = Delivery(
            resource=ref,
            delivery=f"{sequence:06}-{sha256[:12]}",
            sequence=sequence,
            files=(source.path.name,),
            sha256=sha256,
            bytes=raw.stat().st_size,
            rows=landed.rows,
            malformed=landed.malformed,
            headers=landed.headers,
            landed_at=now.isoformat(),
            refusal=code,
            refusal_detail=detail,
            members=landed.members,
            read_as=landed.read_as,
            encoding=landed.encoding,
            skipped=landed.skipped,
            filing_no=source.feed.filing_no,
        )
        write_receipt(aside / RECEIPT, delivery)
        for written in (raw, raw.parent, aside / "rows.parquet", aside / RECEIPT, aside):
            _sync(written)
        _unmoved(source.path, seen)
        aside.chmod(0o755)
        aside.rename(place / delivery.delivery)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _sync(place)
    return delivery


def _keep(path: Path, raw: Path) -> None:
    """Keep the bytes under a second name; copy where they cannot be linked or are shared already.

    A file that has further names may still be written through them, so it is copied.
    """
    if path.lstat().st_nlink == 1:
        with contextlib.suppress(OSError):
            os.link(path, raw, follow_symlinks=False)
            return
    shutil.copyfile(path, raw, follow_symlinks=False)


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when somebody writes the file; TransientError when it is no file now."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        raise _moving(path) from None
    if not stat.S_ISREG(state.st_mode):
        raise _moving(path)
    return state.st_ino, state.st_size, state.st_mtime_ns


def _unmoved(path: Path, seen: tuple[int, ...]) -> None:
    if _state(path) != seen:
        raise _moving(path)


def _moving(path: Path) -> TransientError:
    return TransientError(
        "a waiting file changed or went away while it was landed",
        where=path.name,
        remedy="run again; departments write aside and rename",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(place: Path) -> None:
    """Remove what a crashed landing left; its file is still in the inbox."""
    for left in place.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
