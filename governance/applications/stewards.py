"""Stewards: who may apply and decide for a department, for a term, on a written report (九(二)).

Belongs here: the register in the store and who serves on a day. Keep out: what they decide
(`filing`). A person's name is kept in the store alone; everything else knows post and account.
Rows are only added: an end is a further row of the same term.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from catalog_specs.errors import GrantError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["Steward", "end_term", "register", "same_person", "serving", "stewards"]


@dataclass(frozen=True)
class Steward:
    """One term of one steward; `until` is its last day, None while it has no end."""

    department: str
    account: str
    post: str
    since: date
    filing: str
    until: date | None = None

    def serves(self, day: date) -> bool:
        """Say whether the term has begun by a day and is not over."""
        return self.since <= day and (self.until is None or day <= self.until)


def stewards(session: Session) -> tuple[Steward, ...]:
    """Return every term that was ever registered, each as it stands by its newest row."""
    from sqlalchemy import select

    from governance.store.tables.grants import StewardRow

    found: dict[tuple[str, str, date], Steward] = {}
    for row in session.scalars(select(StewardRow).order_by(StewardRow.id)):
        found[row.department, row.account, row.since] = Steward(
            row.department, row.account, row.post, row.since, row.filing, row.until
        )
    return tuple(found.values())


def serving(session: Session, account: str, day: date) -> tuple[Steward, ...]:
    """Return the terms in which an account serves on a day."""
    return tuple(one for one in stewards(session) if one.account == account and one.serves(day))


def register(session: Session, one: Steward, name: str, by: tuple[datetime, str]) -> None:
    """Put a steward on record by a written report; GrantError when a word is missing."""
    from governance.store.tables.grants import StewardRow

    said = {"account": one.account, "post": one.post, "name": name, "filing": one.filing}
    empty = [what for what, word in said.items() if not word.strip()]
    if empty or (one.until is not None and one.until < one.since):
        raise GrantError(
            f"the report of a steward lacks {', '.join(empty) or 'a term that runs forward'}",
            where=one.department,
            remedy="give account, post, name, first day and the number of the written report",
        )
    session.add(
        StewardRow(
            department=one.department, account=one.account, post=one.post, name=name.strip(),
            since=one.since, until=one.until, filing=one.filing, at=by[0], by=by[1],
        )
    )  # fmt: skip
    session.flush()


def end_term(
    session: Session, place: tuple[str, str], until: date, filing: str, by: tuple[datetime, str]
) -> Steward:
    """End the term in which an account serves a department, on a written report."""
    department, account = place
    open_terms = [
        one
        for one in stewards(session)
        if (one.department, one.account) == place and (one.until is None or one.until > until)
    ]
    if not open_terms or until < open_terms[-1].since:
        raise GrantError(
            "no term of that account is open on that day",
            where=department,
            remedy="look with `quanshu steward list`",
        )
    ended = replace(open_terms[-1], until=until, filing=filing)
    register(session, ended, _name_of(session, department, account), by)
    return ended


def same_person(session: Session, account: str, other: str) -> bool:
    """Say whether two accounts are one person's: by the account, or by the name on record."""
    from sqlalchemy import select

    from governance.store.tables.grants import StewardRow

    if account == other:
        return True
    rows = session.execute(select(StewardRow.account, StewardRow.name)).all()
    names = {name for known, name in rows if known == account}
    return any(name in names for known, name in rows if known == other)


def _name_of(session: Session, department: str, account: str) -> str:
    from sqlalchemy import select

    from governance.store.tables.grants import StewardRow

    rows = select(StewardRow.name).where(
        StewardRow.department == department, StewardRow.account == account
    )
    return session.scalars(rows.order_by(StewardRow.id.desc())).first() or ""
