"""A run of the town on an object store, in a process that can be lost: see `test_store_kills`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from catalog_specs.loader import load
from flow.run import run
from storage.layout import Layout
from storage.places import leases
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from tests.city.homes import city_of


def main(catalogue: str, home: str, store: str) -> None:
    """Take what waits the whole way; print what failed."""
    leases.LASTS, leases.RENEWED, leases.PAUSE = 3.0, 0.5, 0.05
    layout = Layout(Path(home), ObjectPath(store))
    bind(layout.store_note, layout.store, begun=False)
    city = replace(city_of(load(Path(catalogue)), Path(home), decide=False), layout=layout)
    failures = run(city).failures
    sys.stdout.write("\n".join(map(str, failures)))
    sys.exit(len(failures))


if __name__ == "__main__":
    main(*sys.argv[1:])
