"""The watch beside the web server: the graph is made again, and nothing outlives its processes.

Belongs here: one thread that looks every few seconds. Keep out: noticing an edit (`watching`), the
processes (`serving`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.watching import shape, signature

if TYPE_CHECKING:
    import subprocess

    import uvicorn
    from dagster._core.workspace.context import WorkspaceProcessContext

__all__ = ["LOCATION", "Watch"]

LOCATION = "quanshu"
"""What the one code location is called."""
_LOOK = 5.0
"""Seconds between two looks at the catalogue and at the other processes."""


class Watch(threading.Thread):
    """Watches the other processes, and reloads the graph when the catalogue changed it."""

    def __init__(
        self,
        server: uvicorn.Server,
        context: WorkspaceProcessContext,
        catalogue: Path,
        others: Sequence[subprocess.Popen[bytes]],
        pause: float = _LOOK,
    ) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self._server, self._context, self._others = server, context, others
        self._catalogue, self._pause = catalogue, pause
        self._seen, self._shape = signature(catalogue), shape(catalogue)

    def run(self) -> None:
        """Look every few seconds, until the server ends."""
        while not self.ended.wait(self._pause):
            if any(other.poll() is not None for other in self._others):
                self._server.should_exit = True
                return
            self.look()

    def look(self) -> None:
        """Reload the graph if an edit that compiles changed what it is made for."""
        seen = signature(self._catalogue)
        if seen == self._seen:
            return
        self._seen, made = seen, shape(self._catalogue)
        if made is not None and made != self._shape:
            self._shape = made
            self._context.reload_code_location(LOCATION)
