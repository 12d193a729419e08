"""The layout: the one module that knows every path under $QUANSHU_HOME.

Belongs here: paths. Keep out: reading or writing files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.places.object_path import ObjectPath, Place
from storage.places.tables import LEDGERS

__all__ = ["CURRENT", "RECEIPT", "ROWS", "Layout"]

CURRENT = "current"
"""The link to the current version of a grant's extracts."""
ROWS = "rows.parquet"
"""The records of a delivery as text, in its folder, or in the one where it is built."""
RECEIPT = "receipt.json"
"""The receipt of a delivery, in the same folder."""


@dataclass(frozen=True)
class Layout:
    """Places of one home; a resource is named `<department>/<resource>` throughout.

    All lie below its folder, but the tables of a home that has a `store`: those lie there, and what
    was landed lies in both.
    """

    home: Path
    store: ObjectPath | None = None

    def inbox(self, resource: str) -> Path:
        """Folder where the department drops files of this resource."""
        return self.home / "inbox" / resource

    @property
    def lake(self) -> Path:
        """Folder of everything that is known of the city, most of it Delta tables."""
        return self.home / "lake"

    @property
    def tables(self) -> Place:
        """Folder of all tables with a history: the city's facts, what is quarantined, ledgers."""
        return self.lake if self.store is None else self.store / "lake"

    @property
    def store_note(self) -> Path:
        """File that says on which object store the tables lie; absent where that is the disk."""
        return self.home / "object_store.json"

    def landing(self, resource: str) -> Path:
        """Folder of all landed deliveries of a resource."""
        return self.lake / "landing" / resource

    def deposits(self, resource: str) -> Place:
        """Where landed deliveries lie for good: on the object store, or where they were landed."""
        return self.tables / "landing" / resource

    def delivery(self, resource: str, delivery: str) -> Path:
        """Folder of one delivery: `raw/`, `rows.parquet`, `receipt.json`."""
        return self.landing(resource) / delivery

    def rows(self, resource: str, delivery: str) -> Path:
        """Records of one delivery."""
        return self.delivery(resource, delivery) / ROWS

    def receipt(self, resource: str, delivery: str) -> Path:
        """Receipt of one delivery."""
        return self.delivery(resource, delivery) / RECEIPT

    def authoritative(self, resource: str) -> Place:
        """Delta table that is the one source of the resource's facts."""
        return self.tables / "authoritative" / resource

    def sequences(self, resource: str) -> Place:
        """Delta table of the highest sequence of every key of a change feed, deleted ones too."""
        return self.tables / "sequences" / resource

    def quarantine(self, resource: str) -> Place:
        """Delta table of the quarantined rows."""
        return self.tables / "quarantine" / resource

    def holding(self, resource: str) -> Place:
        """Delta table of undeclared cells that an exception covers (三(二))."""
        return self.tables / "holding" / resource

    @property
    def ledgers(self) -> Place:
        """Folder of all ledgers."""
        return self.tables / LEDGERS

    def ledger(self, ledger: str) -> Place:
        """Append-only Delta table of facts: deliveries, verdicts, reconciliation."""
        return self.ledgers / ledger

    @property
    def shares(self) -> Path:
        """Folder of the extracts of all grants."""
        return self.lake / "shares"

    def share(self, grant: str) -> Path:
        """Folder of one grant's extracts, a folder for each version and a link to the current."""
        return self.shares / grant

    def share_current(self, grant: str) -> Path:
        """Link to the current version of one grant's extracts."""
        return self.share(grant) / CURRENT

    def share_table(self, grant: str, resource: str) -> Path:
        """Delta extract of one resource under one grant."""
        return self.share_current(grant) / resource

    def share_file(self, grant: str) -> Path:
        """DuckDB file with all rows of one grant; it needs nothing beside it."""
        return self.share_files / f"{grant}.duckdb"

    @property
    def share_files(self) -> Path:
        """Folder of the DuckDB files of all grants."""
        return self.home / "shares"

    def receipts_index(self, resource: str) -> Path:
        """Parquet file of what receipts say in short; made again from them when it is gone."""
        return self.work / "receipts" / f"{resource}.parquet"

    def state(self, what: str) -> Path:
        """File of what need not be done again: `catalogue`, `moved`, `quiet`, `views`."""
        return self.work / f"{what}.json"

    @property
    def desk_state(self) -> Path:
        """File of what the cases were last settled by; without it they are settled again."""
        return self.work / "desk.json"

    @property
    def city_views(self) -> Path:
        """DuckDB file of views for the authority's own analysts."""
        return self.home / "views" / "city.duckdb"

    @property
    def reports(self) -> Path:
        """Folder of the report: pages without values, which open from any place."""
        return self.home / "reports"

    @property
    def report(self) -> Path:
        """First page of the report."""
        return self.reports / "index.html"

    def report_of(self, day: str) -> Path:
        """First page of the report as of the end of an earlier day."""
        return self.reports / "as-of" / day / "index.html"

    @property
    def public(self) -> Path:
        """Folder of all open data: the only one that everybody may read."""
        return self.home / "open_data"

    def open_data(self, dataset: str) -> Path:
        """Folder of all releases of an open-data set."""
        return self.public / dataset

    def release(self, dataset: str, release: str) -> Path:
        """Folder of one immutable release."""
        return self.open_data(dataset) / release

    @property
    def keys(self) -> Path:
        """Folder of the installation's own secrets, readable by its owner alone."""
        return self.home / "keys"

    @property
    def master_key(self) -> Path:
        """File of the master key, unless the environment names another source."""
        return self.keys / "master.key"

    @property
    def audit(self) -> Path:
        """Folder of the audit log: tiles, bundles of entries and the signed checkpoint."""
        return self.home / "audit"

    @property
    def special_acts(self) -> Path:
        """Folder of the bodies of acts of a special procedure, each encrypted."""
        return self.home / "audit_special"

    def special_body(self, digest: str) -> Path:
        """File of the body of one such act."""
        return self.special_acts / f"{digest}.age"

    @property
    def special_key(self) -> Path:
        """File of the private key that opens them; it may lie elsewhere."""
        return self.keys / "special.key"

    @property
    def audit_key(self) -> Path:
        """File of the private key that signs the audit log's checkpoints."""
        return self.keys / "audit.key"

    @property
    def audit_verifier(self) -> Path:
        """File of the public key that its signatures are checked with."""
        return self.audit / "log.vkey"

    def log_succession(self, number: str) -> Path:
        """Folder of what a former key of the audit log left: the proof which one follows it."""
        return self.audit / "succession" / number

    @property
    def next_audit_key(self) -> Path:
        """File of a key of the audit log until it takes over."""
        return self.keys / "audit.key.next"

    @property
    def sealed(self) -> Path:
        """File of how far the audit log seals each table; made again when it is gone."""
        return self.work / "sealed.json"

    @property
    def signing_key(self) -> Path:
        """File of the private key that signs packages."""
        return self.keys / "signing.key"

    @property
    def next_signing_key(self) -> Path:
        """File of a further key that signs packages until it is in use."""
        return self.keys / "signing.key.next"

    def former_signing(self, fingerprint: str) -> Path:
        """Folder of a former key that signed packages, and of what it says of the next one."""
        return self.public / "signing-keys" / fingerprint

    @property
    def signing_public(self) -> Path:
        """File of the public key that packages are checked with: everybody may read it."""
        return self.public / "signing.pub"

    def recall_notice(self, copy: str) -> Path:
        """Notice by which a copy is called back."""
        return self.home / "recalls" / f"{copy}.txt"

    @property
    def compared(self) -> Path:
        """File of what was counted when departments' values were compared; may be removed."""
        return self.work / "compared.json"

    @property
    def audit_tally(self) -> Path:
        """File of how many acts of which kind the audit log has; may be removed."""
        return self.work / "audit_tally.json"

    @property
    def governance_db(self) -> Path:
        """Database of cases and decisions, unless the environment names a server."""
        return self.home / "governance.db"

    @property
    def grants_begun(self) -> Path:
        """File that says since when grants of this home are decided in the store."""
        return self.home / "grants_begun.json"

    @property
    def backups(self) -> Path:
        """Folder of what is remembered of backups, which lie elsewhere."""
        return self.home / "backups"

    def backup_memory(self, name: str) -> Path:
        """File of which file of the home is which of a backup; without it all is copied again."""
        return self.backups / f"{name}.jsonl"

    @property
    def logs(self) -> Path:
        """Folder of full error reports, readable by their owner alone: they may quote values."""
        return self.home / "logs"

    @property
    def work(self) -> Path:
        """Folder for files being built and for spilling; may be emptied when nothing runs."""
        return self.home / "work"

    @property
    def locks(self) -> Path:
        """Folder of lock files; the lock is the kernel's, a file that stays means nothing."""
        return self.work / "locks"

    @property
    def dagster(self) -> Path:
        """Folder of Dagster's own storage, and of its `dagster.yaml`."""
        return self.home / "dagster"

    @property
    def private(self) -> tuple[Path, ...]:
        """Every folder directly below the home that its owner alone may enter."""
        owned = (self.lake, self.share_files, self.keys, self.logs, self.work, self.dagster)
        beside = (self.reports, self.audit, self.special_acts, self.backups)
        return (*owned, *beside, self.city_views.parent, self.recall_notice("").parent)
