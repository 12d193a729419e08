"""Alerts: officers are told of new, nearly due and overdue cases, where they ask for it.

Belongs here: the words of an alert, and handing it to Apprise. Keep out: when there is one
(`flow.desk`). Off by default. An alert holds the case's number, resource, department and due
state: never a value, nor the words of a report, which a person wrote.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from catalog_specs.errors import SettingsError
from catalog_specs.vocabulary import Term
from governance.cases.states import Case

__all__ = ["VARIABLE", "Alert", "AlertKind", "body", "notify", "send"]

VARIABLE = "QUANSHU_ALERTS"
_LISTED = 20
"""Cases that one message names; it says how many more there are."""


class AlertKind(Term):
    """Why officers are told."""

    NEW = ("new", "新问题单")
    REMINDER = ("reminder", "即将到期")
    OVERDUE = ("overdue", "逾期")


@dataclass(frozen=True)
class Alert:
    """One thing to be told: what, and of which case."""

    kind: AlertKind
    case: Case


def body(alerts: Sequence[Alert]) -> str:
    """Return the text of one message for several alerts, most of them first by kind."""
    lines = [
        f"{one.kind.label} / {one.kind.value}  #{one.case.number} {one.case.resource} "
        f"{one.case.about} {one.case.owner}"
        for one in alerts[:_LISTED]
    ]
    more = len(alerts) - len(lines)
    return "\n".join([*lines, *([f"… +{more}"] if more else [])])


def send(addresses: Sequence[str], alerts: Sequence[Alert]) -> None:
    """Send one message about all alerts to every address, as `notify` does."""
    notify(addresses, f"泉数 Quanshu: {len(alerts)} 件问题单 / cases", body(alerts))


def notify(addresses: Sequence[str], title: str, text: str) -> None:
    """Send one message to every address; it holds no value of the data.

    Raises:
        SettingsError: an address is none that Apprise knows, or a message was not taken.
    """
    with _quiet():
        from apprise import Apprise

        there = Apprise()
        known = [there.add(one) for one in addresses]  # every address, not up to the first bad one
        sent = bool(there) and there.notify(title=title, body=text)
    if not (all(known) and sent):
        # without the addresses: they hold passwords
        raise SettingsError(
            "an alert could not be sent" if all(known) else "an address of alerts is not known",
            where=VARIABLE,
            remedy="correct the addresses, as Apprise writes them, or unset the variable",
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Apprise say nothing: it would log whole addresses, and what its plugins import warns."""
    logger = logging.getLogger("apprise")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        logger.disabled = before
