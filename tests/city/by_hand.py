"""A resource's deliveries, verdicts and quarantined rows, written by hand.

Belongs here: builders. Keep out: reading files, judging and promoting them, assertions. Nothing is
judged, so that a test of what comes after the gate needs no gate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedFormat
from feeds.columns import feed_columns
from landing.landed_file import landed_schema, write_rows
from landing.landing import land
from quality.quarantine.origins import ORIGIN, PREVIOUS, replay_resource
from quality.quarantine.table import key_column, quarantine_shape
from register.receipts import write_receipt
from register.records import REPLAYED, Delivery, VerdictKind
from register.register import Register, open_register
from register.verdicts import VERDICTS
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import arrow_schema
from storage.layout import Layout
from tests.city import NOW
from tests.city.registers import delivery, verdict_on

__all__ = ["OF", "ByHand", "Texts"]

Texts = Mapping[str, Any]
"""A record: part → text; of a replay also `OF`, the place in quarantine that it takes."""
OF = "of"


@dataclass
class ByHand:
    """One resource of a home, and the records that were landed of it."""

    layout: Layout
    catalog: Catalog
    ref: str
    records: dict[str, Sequence[Texts]] = field(default_factory=dict)

    @property
    def resource(self) -> Resource:
        """Return the resource."""
        return self.catalog.resource(self.ref)

    def land(self, *records: Texts, **said: Any) -> Delivery:
        """Put records into landing as the next delivery; `said` sets what its receipt says."""
        one = delivery(self.ref, len(self.records) + 1, len(records))
        one = replaced(one, **{"read_as": "csv", **said})
        return self._written(one, self.resource, records)

    def deliver(self, text: str | bytes, name: str = "feed.csv") -> Delivery:
        """Land a file as it is."""
        path = self.layout.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        one = land(self.layout, self.catalog, self.resource, path, NOW)
        assert isinstance(one, Delivery)
        found = pq.read_table(self.layout.rows(self.ref, one.delivery)).to_pylist()
        self.records[one.delivery] = found
        return one

    def declared(self, resource: Resource) -> ByHand:
        """Return the same home under a catalogue that declares the resource otherwise."""
        resources = {**self.catalog.resources, self.ref: resource}
        return replaced(self, catalog=replaced(self.catalog, resources=resources))

    def replay(self, *records: Texts, **said: Any) -> Delivery:
        """Put a replay into landing: each record says which quarantined one it stands for.

        Its origin is where that one was first, as far as `ByHand` landed it.
        """
        placed = [{**self._places(one[OF]), **one} for one in records]
        one = delivery(self.ref, len(self.records) + 1, len(records))
        one = replaced(one, **{"read_as": "jsonl", "origin": REPLAYED, **said})
        return self._written(one, replay_resource(self.resource, FeedFormat.JSONL), placed)

    def judge(
        self,
        one: Delivery,
        quarantined: Mapping[int, Sequence[str]] | None = None,
        kind: VerdictKind = VerdictKind.PASSED,
        *reasons: str,
    ) -> Delivery:
        """Record a verdict, after the rows that the gate would have quarantined: row → rules."""
        kept = quarantined or {}
        if kept:
            self.quarantine(one, kept)
        said = verdict_on(one, kind, *reasons)
        said = replaced(said, accepted=one.rows - len(kept), quarantined=len(kept))
        assert VERDICTS.record(self.layout, (said,))
        return one

    def quarantine(self, one: Delivery, kept: Mapping[int, Sequence[str]]) -> None:
        """Write rows as the gate does before it records its verdict."""
        shape = quarantine_shape(self.catalog, self.resource)
        rows = [self._kept(one, number, rules) for number, rules in kept.items()]
        table = pa.Table.from_pylist(rows, schema=arrow_schema(shape.columns))
        path = self.layout.quarantine(self.ref)
        append(path, table, Commit(f"by hand/{one.delivery}", 1), shape)

    def register(self) -> Register:
        """Open the resource's register."""
        return open_register(self.layout, self.resource)

    def _places(self, of: tuple[str, int]) -> dict[str, Any]:
        name, row = of
        before = self.records[name][row - 1] if row else {}
        first = (before.get(ORIGIN[0], name), before.get(ORIGIN[1], str(row)), None, None)
        return dict(zip((*ORIGIN, *PREVIOUS), (*first, name, str(row)), strict=True))

    def _written(self, one: Delivery, resource: Resource, records: Sequence[Texts]) -> Delivery:
        folder = self.layout.delivery(self.ref, one.delivery)
        folder.mkdir(parents=True)
        columns = feed_columns(resource.feed)
        numbered = [{"_line": n + 1, **r, "_row": n} for n, r in enumerate(records, start=1)]
        table = pa.Table.from_pylist(numbered, schema=landed_schema(columns))
        write_rows((table,) if records else (), columns, self.layout.rows(self.ref, one.delivery))
        write_receipt(self.layout.receipt(self.ref, one.delivery), one)
        self.records[one.delivery] = records
        return one

    def _kept(self, one: Delivery, number: int, rules: Sequence[str]) -> dict[str, Any]:
        text = self.records[one.delivery][number - 1]
        parts = {part: text.get(part) for part in feed_columns(self.resource.feed)}
        keys = {code: text.get(code) for code in self.resource.key}
        origin = text.get(ORIGIN[1])
        return {
            "delivery": one.delivery,
            "row": number,
            "file": one.files[0],
            "rules": sorted(rules),
            "raw": json.dumps(parts, ensure_ascii=False),
            "key_known": None not in keys.values(),
            "line": number + 1,
            "origin_delivery": text.get(ORIGIN[0]),
            "origin_row": None if origin is None else int(origin),
            **{key_column(code): value for code, value in keys.items()},
        }
