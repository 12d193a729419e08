"""Key uses: what stands on a version of the master key, by what lies on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from outlets.key_uses import KeyUse, highest_version, key_uses
from register.copies import COPIES, RECALLS
from storage.layout import Layout
from tests.city import GRANT
from tests.unit.register.test_copies import COPY, RECEIPT


def shared(layout: Layout, grant: str, **said: object) -> None:
    """Write what is remembered of a share."""
    file = layout.share(grant) / "projection.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"grant": grant, **said}), encoding="utf-8")


def released(layout: Layout, name: str, **lineage: object) -> None:
    """Write a release that has a pseudonym."""
    folder = layout.release("set", name)
    folder.mkdir(parents=True)
    (folder / "data.parquet").write_bytes(b"rows")
    masks = {"脱敏方式": {"sex": "假名化（HMAC-SHA256，32位十六进制，专用密钥）"}}
    said = {"脱敏与风险": masks, "lineage": lineage}
    (folder / "metadata.json").write_text(json.dumps(said), encoding="utf-8")


def test_everything_that_a_version_went_into_is_named(tmp_path: Path) -> None:
    """Shares and releases say it, copies while they are out; what does not say it may be of any."""
    layout = Layout(tmp_path)
    assert key_uses(layout) == ()
    assert highest_version(layout) == 0
    shared(layout, "plain", key_version=None)
    shared(layout, "keyed", key_version=2)
    shared(layout, "unsaid")
    released(layout, "20260302-01")
    released(layout, "20260302-02", key={"version": 3, "pseudonyms": "ab"})
    COPIES.record(layout, (COPY,))
    COPIES.record(layout, (replace(COPY, copy="20260303-00000000", watermark="order-1:4"),))
    COPIES.record(layout, (replace(COPY, copy="20260304-00000000", watermark=""),))
    RECALLS.record(layout, (replace(RECEIPT, copy="20260303-00000000", grant=GRANT),))
    found = key_uses(layout)
    assert found == (
        KeyUse("share", "keyed", 2),
        KeyUse("share", "unsaid", None),
        KeyUse("release", "set/20260302-01", None),
        KeyUse("release", "set/20260302-02", 3),
        KeyUse("copy", COPY.copy, 1),
    )
    assert [one.name for one in found if one.of(2)] == ["keyed", "unsaid", "set/20260302-01"]
    assert highest_version(layout) == 4


def test_a_release_without_pseudonyms_stands_on_none(tmp_path: Path) -> None:
    """Unless it is a sample, which a key has drawn."""
    layout = Layout(tmp_path)
    released(layout, "20260302-01")
    file = layout.release("set", "20260302-01") / "metadata.json"
    for sample, count in ((None, 0), ("10%", 1)):
        risk = {"脱敏方式": {"sex": "原值"}, "抽样比例": sample}
        file.write_text(json.dumps({"脱敏与风险": risk}), encoding="utf-8")
        assert len(key_uses(layout)) == count
