"""The least time for which logs are kept, whatever a profile says (八(四))."""

from __future__ import annotations

__all__ = ["LEAST_LOG_YEARS"]

LEAST_LOG_YEARS = 3
"""八(四): 日志记录保留时间不少于 3 年; a profile may ask for more, not for less."""
