"""One reading process: a job comes in, headers and pieces of records go out.

Belongs here: the conversation with the parent, and telling what went wrong. Keep out: formats, and
how the process was started (`__main__`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import BinaryIO

from catalog_specs.vocabulary import FeedFormat
from feeds.untrusted.archives import unpack
from feeds.untrusted.columnar import open_arrow, open_parquet
from feeds.untrusted.confinement import confine
from feeds.untrusted.jobs import Job, ReadJob, UnpackJob, job_from
from feeds.untrusted.limits import Refused
from feeds.untrusted.messages import (
    BROKEN,
    END,
    OPENED,
    REFUSED,
    UNPACKED,
    Opened,
    send,
    send_piece,
)
from feeds.untrusted.sheets.workbook import open_workbook

__all__ = ["answer", "converse"]


def converse(requests: BinaryIO, answers: BinaryIO) -> None:
    """Take the job of the first request, confine this process for good, and answer."""
    job = job_from(requests.readline())
    confine(job.limits, writes=job.limits.expanded if isinstance(job, UnpackJob) else 0)
    answer(job, requests, answers)


def answer(job: Job, requests: BinaryIO, answers: BinaryIO) -> None:
    """Do a job; whatever happens is told as a message, of an error its kind and number alone."""
    try:
        _do(job, requests, answers)
    except BrokenPipeError:
        return  # the parent wants no more
    except Refused as refused:
        send(answers, REFUSED, [refused.reason, refused.what, refused.remedy])
    except BaseException as error:  # noqa: BLE001 - vendors panic with more than Exception
        number = getattr(error, "errno", None)
        send(answers, BROKEN, [type(error).__name__, number if isinstance(number, int) else None])


def _do(job: Job, requests: BinaryIO, answers: BinaryIO) -> None:
    if isinstance(job, UnpackJob):
        send(answers, UNPACKED, [list(member) for member in unpack(job)])
        return
    opened = _OPENERS[job.format](job)
    send(answers, OPENED, [list(opened.headers), list(opened.sheets), dict(opened.hidden)])
    answers.flush()
    request = requests.readline()
    if not request:
        return
    for piece in opened.pieces(json.loads(request)):
        send_piece(answers, piece)
        answers.flush()
    send(answers, END, dict(+opened.skipped))


_OPENERS: Mapping[str, Callable[[ReadJob], Opened]] = {
    FeedFormat.PARQUET: open_parquet,
    FeedFormat.ARROW: open_arrow,
    FeedFormat.XLSX: open_workbook,
    FeedFormat.XLS: open_workbook,
    FeedFormat.ODS: open_workbook,
}
"""Who parses a packed format; every one of them is here."""
