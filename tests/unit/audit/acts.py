"""Acts to enter in tests."""

from __future__ import annotations

from dataclasses import replace

from audit.acts import Act, Operation

__all__ = ["ACT", "acts"]

ACT = Act(
    operation=Operation.SHARE,
    purpose="核对招生资格",
    user="quanshu",
    approver="泉数享〔2026〕001号",
    content="public_security/resident: 3 项",
    at="2026-11-27T12:00:00+08:00",
    way="检索查询",
    medium="平台",
)


def acts(count: int, start: int = 0) -> list[Act]:
    """Return acts that differ."""
    return [replace(ACT, rows=start + number) for number in range(count)]
