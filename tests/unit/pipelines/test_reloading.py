"""The watch beside the web server: the graph is made again when it has to be, and never else."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from flow.city import City
from pipelines.reloading import LOCATION, Watch
from tests.city import GRANT_FILE, OPEN_FILE
from tests.city.declared import change, write_catalog


@dataclass
class Beside:
    """A server, its workspace and its processes, as the watch meets them."""

    reloaded: list[str] = field(default_factory=list)
    server: Any = field(default_factory=lambda: SimpleNamespace(should_exit=False))
    ended: int | None = None

    def reload_code_location(self, name: str) -> None:
        """Remember what was reloaded."""
        self.reloaded.append(name)

    def poll(self) -> int | None:
        """Say how the process ended, if it did."""
        return self.ended


def watching(city: City) -> tuple[Beside, Watch]:
    """Return a watch over the city's catalogue."""
    beside = Beside()
    watch = Watch(beside.server, beside, city.catalog.root, (beside,), pause=0.0)  # type: ignore[arg-type]
    return beside, watch


@pytest.mark.parametrize(
    ("changes", "reloads"),
    [
        ({OPEN_FILE: None}, 1),
        ({GRANT_FILE: change(purpose="另一用途")}, 0),
        ({GRANT_FILE: change(status="revoked")}, 0),
        ({"stray.yaml": "a: 1\n"}, 0),
    ],
)
def test_only_another_graph_is_loaded(city: City, changes: dict[str, Any], reloads: int) -> None:
    """A grant counts at the next tick anyway; what does not compile is waited for."""
    beside, watch = watching(city)
    watch.look()
    assert beside.reloaded == []

    for name in changes:
        (city.catalog.root / name).unlink(missing_ok=True)
    write_catalog(city.catalog.root.parent, **changes)
    watch.look()
    watch.look()

    assert beside.reloaded == [LOCATION] * reloads


def test_a_mended_catalogue_is_loaded_once_it_compiles(city: City) -> None:
    """And not again while nothing changes."""
    beside, watch = watching(city)
    (city.catalog.root / OPEN_FILE).unlink()
    (city.catalog.root / "stray.yaml").write_text("a: 1\n", encoding="utf-8")
    watch.look()
    assert beside.reloaded == []

    (city.catalog.root / "stray.yaml").unlink()
    watch.look()
    watch.look()

    assert beside.reloaded == [LOCATION]


@pytest.mark.parametrize("code", [0, 1, -9])
def test_the_server_ends_with_any_of_its_processes(city: City, code: int) -> None:
    """Without the daemon no sensor looks, and nobody would notice."""
    beside, watch = watching(city)
    beside.ended = code

    watch.run()

    assert beside.server.should_exit


def test_it_ends_with_the_server(city: City) -> None:
    """And takes nothing with it."""
    beside, watch = watching(city)
    watch.ended.set()

    watch.run()

    assert not beside.server.should_exit
