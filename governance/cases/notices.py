"""Notices: who was told of a case, and of what became of it (七(二)).

Belongs here: entering a notice once for each party, grant and kind. Keep out: finding out which
grants received a value (`flow.desk.receivers`, which may ask the shares), sending anything
(`alerts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog_specs.vocabulary import Term
from governance.store.tables.cases import NoticeRow

__all__ = ["NoticeKind", "Party", "parties_told", "tell"]

Party = tuple[str, str | None]
"""A department, and the grant through which it received the value."""


class NoticeKind(Term):
    """What a party was told."""

    DISPUTED = ("disputed", "数据有争议")
    CORRECTED = ("corrected", "数据已更正")
    REJECTED = ("rejected", "不予更正")
    REOPENED = ("reopened", "重新核实")


def tell(
    session: Session, number: int, kind: NoticeKind, parties: Iterable[Party], at: datetime
) -> int:
    """Enter that parties are told of a case, those alone who were not since it was opened last."""
    told = session.execute(
        select(NoticeRow.party, NoticeRow.grant, NoticeRow.kind)
        .where(NoticeRow.case_id == number)
        .order_by(NoticeRow.id)
    )
    last = {(party, grant): said for party, grant, said in told}
    fresh = [one for one in dict.fromkeys(parties) if last.get(one) != kind.value]
    session.add_all(
        NoticeRow(case_id=number, party=party, grant=grant, kind=kind.value, at=at)
        for party, grant in fresh
    )
    session.flush()
    return len(fresh)


def parties_told(session: Session, number: int) -> tuple[Party, ...]:
    """Return everybody who was told of a case."""
    asked = select(NoticeRow.party, NoticeRow.grant).where(NoticeRow.case_id == number)
    return tuple(dict.fromkeys((party, grant) for party, grant in session.execute(asked)))
