"""Progress on standard error: plain lines where there is no terminal."""

from __future__ import annotations

import pytest

from cli import progress as progress_module
from cli.progress import progress


def test_beginnings_ends_and_what_lasts_are_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line when a stop begins and ends, between them only every few seconds."""
    moments = iter([0.0, 1.0, 9.0, 9.5, 9.6])
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: next(moments))

    with progress() as told:
        told("gate", "甲", 0, 1000)
        told("gate", "乙", 1, 1000)
        told("gate", "丙", 900, 1000)
        told("gate", "", 1000, 1000)
        told("shares", "", 0, 0)

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "质量门禁与权威库 0/1,000 甲",
        "质量门禁与权威库 900/1,000 丙",
        "质量门禁与权威库 1,000/1,000",
    ]
