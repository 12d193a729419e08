"""The layout: the one module that knows every path under $QUANSHU_HOME.

Belongs here: paths. Keep out: reading or writing what lies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["CURRENT", "Layout"]

CURRENT = "current"
"""The link to the current version of a grant's extracts."""


@dataclass(frozen=True)
class Layout:
    """Paths below one home folder; a resource is named `<department>/<resource>` throughout."""

    home: Path

    def inbox(self, resource: str) -> Path:
        """Folder where the department drops files of this resource."""
        return self.home / "inbox" / resource

    def landing(self, resource: str) -> Path:
        """Folder of all landed deliveries of a resource."""
        return self.home / "lake" / "landing" / resource

    def delivery(self, resource: str, delivery: str) -> Path:
        """Folder of one delivery: `raw/`, `rows.parquet`, `receipt.json`."""
        return self.landing(resource) / delivery

    def authoritative(self, resource: str) -> Path:
        """Delta table that is the one source of the resource's facts."""
        return self.home / "lake" / "authoritative" / resource

    def sequences(self, resource: str) -> Path:
        """Delta table of the highest sequence of every key of a change feed, deleted ones too."""
        return self.home / "lake" / "sequences" / resource

    def quarantine(self, resource: str) -> Path:
        """Delta table of the quarantined rows."""
        return self.home / "lake" / "quarantine" / resource

    def holding(self, resource: str) -> Path:
        """Delta table of cells from outside the catalogue that an exception covers (三(二))."""
        return self.home / "lake" / "holding" / resource

    def ledger(self, name: str) -> Path:
        """Append-only Delta table of facts: deliveries, verdicts, reconciliation."""
        return self.home / "lake" / "ledgers" / name

    def share(self, grant: str) -> Path:
        """Folder of one grant's extracts, a folder for each version and a link to the current."""
        return self.home / "lake" / "shares" / grant

    def share_current(self, grant: str) -> Path:
        """Link to the current version of one grant's extracts."""
        return self.share(grant) / CURRENT

    def share_table(self, grant: str, resource: str) -> Path:
        """Delta extract of one resource under one grant."""
        return self.share_current(grant) / resource

    def share_file(self, grant: str) -> Path:
        """DuckDB file that holds all rows of one grant; it needs nothing beside it."""
        return self.home / "shares" / f"{grant}.duckdb"

    @property
    def city_views(self) -> Path:
        """DuckDB file of views for the authority's own analysts."""
        return self.home / "views" / "city.duckdb"

    def open_data(self, dataset: str) -> Path:
        """Folder of all releases of an open-data set."""
        return self.home / "open_data" / dataset

    def release(self, dataset: str, release: str) -> Path:
        """Folder of one immutable release."""
        return self.open_data(dataset) / release

    @property
    def reports(self) -> Path:
        """Folder of static pages."""
        return self.home / "reports"

    @property
    def keys(self) -> Path:
        """Folder of the installation's own secrets, readable by its owner alone."""
        return self.home / "keys"

    @property
    def logs(self) -> Path:
        """Folder of full error reports, readable by their owner alone: they may quote values."""
        return self.home / "logs"

    @property
    def work(self) -> Path:
        """Folder for files being built and for spilling; may be emptied when nothing runs."""
        return self.home / "work"
