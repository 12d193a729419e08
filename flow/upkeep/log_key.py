"""The key of the audit log: another one, as an act that the log has like any other.

Belongs here: the acts. Keep out: how the keys follow one another (`audit.rotation`).
"""

from __future__ import annotations

from audit.acts import Act, Operation
from audit.rotation import replace_lost, succeed
from audit.verifier import VerifierKey
from flow.acts import about_city
from flow.city import City

__all__ = ["replace_log_key", "rotate_log_key"]


def rotate_log_key(city: City, document: str) -> VerifierKey:
    """Give the log another key, on the authority of a document; return its public part.

    Raises:
        AuditError: the present key is missing, or the log is damaged.
    """
    return succeed(city.audit, _act(city, "更换审计日志密钥", document))


def replace_log_key(city: City, document: str) -> VerifierKey:
    """Give the log another key because its own is lost, on the authority of a document.

    Raises:
        AuditError: the key is there, there is no log, or it is damaged.
    """
    return replace_lost(city.audit, _act(city, "审计日志密钥遗失，启用新密钥", document))


def _act(city: City, purpose: str, document: str) -> Act:
    return about_city(city, Operation.MAINTAIN, purpose, "audit", document=document)
