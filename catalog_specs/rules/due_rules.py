"""Rules of due times: what the clock asks of every period of a resource's update cycle.

Belongs here: the rules and their words. Keep out: settling periods (`quality.timeliness`).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["DueRule"]


class DueRule(Worded):
    """A rule about time: its results have no delivery, and are of the dimension 时效性."""

    MISSING = (
        "delivery:missing",
        "每个应交期间都应有交付",
        "something is delivered for every period that is due",
        "立即交付；确无新数据的，重新交付原文件",
        "deliver now; where nothing is new, deliver the last file again",
        "四(三)",
    )
    LATE = (
        "delivery:late",
        "交付应在应交时限前到达",
        "what is delivered comes by its due moment",
        "按更新周期按时交付；时限不合适的，修改目录中的 `due`",
        "deliver in time; where the term does not fit, correct `due` in the catalogue",
        "四(三)",
    )
    STALE = (
        "table:stale",
        "到应交时限时，权威数据表应已更新",
        "at the due moment the authoritative table holds what was due",
        "交付缺交的数据，更正被拒收的交付，或处理待批准的交付",
        "deliver what is missing, correct what was rejected, or decide on what is held",
        "三(六)",
    )
