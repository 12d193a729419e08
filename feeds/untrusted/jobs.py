"""Jobs of the reading process, each as one line of JSON.

Belongs here: the two jobs and their text. Keep out: doing them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from feeds.untrusted.limits import ReadingLimits

__all__ = ["Job", "ReadJob", "UnpackJob", "job_from", "job_line"]


@dataclass(frozen=True)
class ReadJob:
    """Read one file: its format, and what its feed declares of it.

    `declared` are the delivered headers wanted, in the feed's order; `texts` those of items that
    are texts (None: any may be); `keys` those of the key; `instants` those whose moments a
    declared step puts on the city's clock. The rest is as in `catalog_specs.models.feed`.
    """

    path: str
    format: str
    timezone: str
    declared: tuple[str, ...]
    texts: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    sheet: str | None = None
    header_at: str | int = "first"
    header_rows: int = 1
    header_join: str = "/"
    comment: str | None = None
    footer: str | None = None
    limits: ReadingLimits = field(default_factory=ReadingLimits)


@dataclass(frozen=True)
class UnpackJob:
    """Unpack an archive into the folder, as files named by numbers.

    `kind` is `zip`, `tar` or `gzip`; `name` what a gzip's only content is called; `pattern` which
    members are taken.
    """

    path: str
    kind: str
    folder: str
    name: str
    pattern: str | None = None
    limits: ReadingLimits = field(default_factory=ReadingLimits)


Job = ReadJob | UnpackJob
_KINDS: dict[str, type[ReadJob | UnpackJob]] = {"ReadJob": ReadJob, "UnpackJob": UnpackJob}


def job_line(job: Job) -> bytes:
    """Return a job as one line."""
    return json.dumps({"job": type(job).__name__, **asdict(job)}).encode() + b"\n"


def job_from(line: bytes) -> Job:
    """Return the job of a line."""
    fields: dict[str, Any] = json.loads(line)
    kind: Callable[..., Job] = _KINDS[fields.pop("job")]
    fields["limits"] = ReadingLimits(**fields["limits"])
    return kind(**{n: tuple(v) if isinstance(v, list) else v for n, v in fields.items()})
