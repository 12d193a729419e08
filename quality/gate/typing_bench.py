"""The connection on which bundles are typed for the gate, one after another, and where they lie.

Belongs here: whether a bundle is typed into a table of the bench or into files, and whether these
may become the table's. Keep out: how records are typed (`values.typed`), judging them (`gate`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError, SecondEngineError, UnreadableError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from quality.gate.second_engine import SecondEngine
from register.bundles import Bundle
from register.receipts import raw_file
from storage.delta.table_shape import HASH, authoritative_shape
from storage.delta.tables import glance
from storage.delta.written_files import Target
from storage.digests import sha256_of_file
from storage.engines.connection import Connection, EngineError
from storage.engines.spark.address import Address
from storage.layout import Layout
from storage.sql import literal
from values.narrow import Across, narrow_rows
from values.typed import Landed, Typed, typed_rows

__all__ = ["TypingBench"]


class TypingBench:
    """Types bundles; what was typed last is at hand until the next one is.

    `spark` is where a second engine answers, to which large bundles may go, and some must. Without
    `sealed` nothing it reads was landed for good: whoever reads it sees to it that it stays.
    """

    def __init__(
        self,
        con: Connection,
        folder: Path,
        layout: Layout,
        catalog: Catalog,
        spark: Address | None = None,
        *,
        sealed: bool = True,
    ) -> None:
        self.con = con
        self.layout = layout
        self.catalog = catalog
        self._folder = folder / "typed"
        self._second = SecondEngine(con, folder, catalog, spark)
        self._sealed = sealed
        self._last: tuple[Bundle, Typed] | None = None

    def known(self, bundle: Bundle) -> Typed | None:
        """Return a bundle's typed feed where it is the last that was typed."""
        last, typed = self._last or (None, None)
        return typed if last == bundle else None

    def typed(
        self,
        bundle: Bundle,
        flags: Mapping[str, str] | None = None,
        across: Across | None = None,
    ) -> Typed:
        """Type a bundle, with the flags of its rules where they are to be judged or were.

        None says that nothing of it passes, so that it can be no table's files. Where `across` is
        all that is looked at beside flags, no more is kept of it, if that is worth it.

        Raises:
            CheckError: it holds other records than its receipts count.
            UnreadableError: a file that is read as it lies is not what was sealed.
        """
        self._last = None
        resource = self.catalog.resource(bundle.resource)
        landed = Landed(bundle.files(self.layout), bundle.last.read_as)
        with self._compared(bundle):
            typed = None
            if flags is not None and self._second.takes(resource, bundle.rows):
                typed = self._second.typed(resource, landed, bundle.rows, flags)
            if typed is None and across is not None:
                marks = flags or {}
                typed = narrow_rows(self.con, self.catalog, resource, landed, marks, across)
            typed = typed or self._typed_here(resource, bundle, landed, flags)
        found = self.con.execute(f"SELECT count(*) FROM {typed.feed.sql}").fetchone()
        if found != (bundle.rows,):
            raise CheckError(
                f"{found and found[0]} rows were typed where the receipts count {bundle.rows}",
                where=f"{bundle.resource}/{bundle.name}",
                remedy="the landed files do not belong together: restore the delivery's folder",
            )
        self._last = bundle, typed
        return typed

    def interrupt(self) -> None:
        """End the query that is running, on whatever engine, from another thread."""
        self._second.interrupt()
        self.con.interrupt()

    def close(self) -> None:
        """End the session of the second engine, if there is one."""
        self._second.close()

    def _typed_here(
        self, resource: Resource, bundle: Bundle, landed: Landed, flags: Mapping[str, str] | None
    ) -> Typed:
        marks, fills = dict(flags or {}), flags is not None and self._fills(resource, bundle)
        if fills:
            marks["_delivery"] = literal(bundle.last.delivery)
        elif flags is not None:  # it will be compared, and the values are at hand
            marks[HASH] = authoritative_shape(self.catalog, resource).hash_sql
        # what is read in parts is written by several at once; a table is written by one
        target = None
        if fills or len(landed.parts) > 1:
            target = Target(self._emptied())
        typed = typed_rows(self.con, self.catalog, resource, landed, marks, target)
        return typed if fills else replace(typed, files=())

    @contextmanager
    def _compared(self, bundle: Bundle) -> Iterator[None]:
        """Compare what a block reads as it lies with what was sealed, while it is read.

        Anybody may have opened such a file since it landed. Whatever the engine says of one that
        was altered, it is damage.
        """
        with ThreadPoolExecutor(1) as pool:  # without such a file it starts no thread
            plain = [one for one in bundle.deliveries if self._sealed and one.plain is not None]
            raw = [raw_file(self.layout, one) for one in plain]
            digests = pool.map(sha256_of_file, raw)
            raised: EngineError | SecondEngineError | None = None
            try:
                yield
            except (EngineError, SecondEngineError) as error:
                raised = error
            for one, file, digest in zip(plain, raw, digests, strict=True):
                if digest != one.sha256:
                    where = str(file.parent.parent)
                    raise UnreadableError("a data file is damaged", where=where) from None
            if raised is not None:
                raise raised

    def _fills(self, resource: Resource, bundle: Bundle) -> bool:
        """Say whether a delivery, if all of it passes, is what an empty table holds from then on.

        Every item is stored then: the files of a table hold no value that it refers to elsewhere.
        """
        shape = authoritative_shape(self.catalog, resource)
        stored = {item.code for item in resource.items} <= {*shape.names}
        if not stored or len(bundle.deliveries) > 1 or resource.feed.kind is FeedKind.CHANGES:
            return False
        found = glance(self.layout.authoritative(resource.ref))
        return found is None or not found.rows()

    def _emptied(self) -> Path:
        """Return the folder for typed files, without those of the bundle before."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        return self._folder
