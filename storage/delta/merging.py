"""The merge of a small change set, whose change data feed shows exactly the changes.

Belongs here: that one statement. Keep out: working out the change set (`authoritative.diff`), and
deciding between a merge and a rewrite (`authoritative`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from storage.delta.commits import Commit
from storage.delta.tables import Snapshot

__all__ = ["merge"]


def merge(found: Snapshot, change_set: pa.Table, key: Sequence[str], commit: Commit) -> int:
    """Apply a change set to a snapshot: `_change` is I, U or D, the other columns the table's.

    The change set has every key once: of two rows with one new key delta-rs would insert both.
    Nulls in `key` equal nulls only where the change set has any. Returns the new version.

    Raises:
        CommitFailedError: somebody committed in between; open the table and compute again.
    """
    columns = [name for name in change_set.column_names if name != "_change"]
    values = {_quoted(name): f"s.{_quoted(name)}" for name in columns}
    (
        found.table.merge(
            change_set,
            " AND ".join(_equal(name, change_set) for name in key),
            source_alias="s",
            target_alias="t",
            streamed_exec=False,  # lets min/max of the source prune files, and bounds memory
            commit_properties=commit.properties(),
        )
        .when_matched_delete("s._change = 'D'")
        .when_matched_update(values, predicate="s._change <> 'D'")
        .when_not_matched_insert(values, predicate="s._change <> 'D'")
        .execute()
    )
    return found.table.version()


def _equal(name: str, change_set: pa.Table) -> str:
    same = "IS NOT DISTINCT FROM" if change_set.column(name).null_count else "="
    return f"t.{_quoted(name)} {same} s.{_quoted(name)}"


def _quoted(name: str) -> str:
    return f"`{name}`" if "`" not in name else name
