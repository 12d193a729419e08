"""The memory of Polars: how far it reads ahead, and how soon it gives back what it has freed.

Belongs here: what Polars takes from its environment alone, when it is imported. Keep out: the
memory of DuckDB (`workbench`).
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

__all__ = ["bound_memory"]

_SETTINGS = {
    # decoding a file is quicker than masking and writing it: unbounded, all of it waits in memory
    "POLARS_ROW_GROUP_PREFETCH_KBYTES_BUDGET": "8192",
    # given back at once, the pages of one piece would be asked for again by the next
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:5000",
}


def bound_memory(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what nobody has set; call it before Polars is imported.

    Processes that are started from this one inherit it.
    """
    for name, value in _SETTINGS.items():
        environment.setdefault(name, value)
