"""The city that a command works on, opened in one place for all of them.

Belongs here: opening it, and remembering which home that was. Keep out: settings
(`pipelines.settings`), what is said when a command fails (`main`).
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flow.city import City
    from storage.layout import Layout

__all__ = ["HOME", "open_at"]

HOME: ContextVar[Layout] = ContextVar("home")
"""The home that a command has opened; `main` gives every call a context of its own."""


def open_at(home: Path | None, catalog: Path | None = None) -> City:
    """Compile the catalogue and bind it to the home; what is not named, the environment names."""
    from pipelines.settings import Settings, open_city

    city = open_city(Settings.from_environment(os.environ, home=home, catalog=catalog))
    HOME.set(city.layout)
    return city
