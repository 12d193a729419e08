"""The DuckDB file of a grant as one copy: its rows in the copy's order, and the copy's mark.

Belongs here: making that file from the extracts of a grant. Keep out: the file that every run
brings up to date (`outlets.shares`), whether a copy may leave (`flow.handover`).
Each copy is a file of its own, so that its bytes and the order of its rows tell whose it is; what
somebody exports from it, in the order in which it is stored, tells it as well.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from governance.grants.rights import Rights
from governance.keys import DerivedKey
from outlets.handover.in_order import write_in_order
from outlets.handover.watermark import mark
from outlets.shares.about import about_share, labels_of, receipt_of
from outlets.shares.file import Note, ShareTable, build_share_file
from outlets.shares.plan import SharePlan
from outlets.shares.state import remembered, uniqueness
from storage.layout import Layout
from storage.working_folders import working_folder

__all__ = ["COPY_NOTE", "MARK", "write_share_copy"]

COPY_NOTE, MARK = "_copy", "标记"
"""The view that says which copy a file is, and its column with the mark."""


def write_share_copy(
    layout: Layout,
    rights: Rights,
    plan: SharePlan,
    place: Path,
    named: tuple[str, DerivedKey, datetime],
) -> None:
    """Write the file of a grant as the copy with a name and a key, made at a moment.

    Raises:
        TableError: the file does not hold what was written; nothing was put in place.
    """
    copy, key, made = named
    code, catalog = plan.grant.code, rights.catalog
    parts = remembered(layout, code)["parts"]
    with working_folder(layout.work, "share-copy-") as scratch:
        tables = []
        for part in plan.parts:
            if part.found:
                ref = part.resource.ref
                ordered = scratch / f"{ref.replace('/', '.')}.parquet"
                rows = write_in_order(layout, code, part, ordered, key)
                extract, labels = layout.share_table(code, ref), labels_of(catalog, part)
                tables.append(ShareTable(part.shape, extract, rows, labels, ordered))
        notes = (
            about_share(catalog, plan, made, uniqueness(layout, code)),
            receipt_of(rights, plan, made, parts),
            Note(
                COPY_NOTE,
                "本文件是哪一份副本；记录的先后次序由该副本的密钥选定，不改变任何数据",
                [{"副本编号": copy, MARK: mark(key, copy)}],
            ),
        )
        build_share_file(place, tables, notes)
