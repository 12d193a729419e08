"""Publication: open data put on the object store of a home, as they stand in its public folder.

Belongs here: the order in which they get there and go. Keep out: making, withdrawing and listing
releases (`release`, `retraction`, `opening`), putting files (`storage.places.transfers`).
What was withdrawn goes first; then come packages, whose names are new; the indexes, which name
them, come last. So no index names a package that is not there whole.
"""

from __future__ import annotations

from storage.layout import Layout
from storage.places.transfers import Transfer, files_below

__all__ = ["PUBLISHED", "publish"]

PUBLISHED = "published"
"""The state that remembers what was put: without it all is put once more."""
_INDEX = ("index.json", "index.html")


def publish(layout: Layout) -> int:
    """Make what is public on the store what is public in the home; return how many files were put.

    Nothing where the home has no store. The link to the latest release is no file: the index says
    which one that is.

    Raises:
        ObjectStoreError: the store does not take it; the next time goes on.
    """
    if layout.store is None:
        return 0
    target = layout.store / layout.public.relative_to(layout.home).as_posix()
    transfer = Transfer(layout.public, target, layout.state(PUBLISHED))
    here = files_below(layout.public, (".",), links=False)
    transfer.repeat(here, last=lambda name: name.endswith(_INDEX))
    return transfer.files
