"""Another key for packages, as an act that is entered before it happens.

Belongs here: the act. Keep out: how one key follows another (`outlets.handover.signing_key`).
"""

from __future__ import annotations

from audit.acts import Operation
from flow.acts import about_city, at_work
from flow.city import City
from outlets.handover.signing_key import renew

__all__ = ["renew_signing_key"]


def renew_signing_key(city: City, document: str) -> str:
    """Let another key sign packages, on the authority of a document; return its fingerprint.

    Raises:
        AuditError: the act cannot be entered, nothing was ever signed, or a key is damaged.
    """
    content = "数据包签名密钥"
    act = about_city(city, Operation.MAINTAIN, "更换数据包签名密钥", content, document=document)
    with at_work(city, act) as performance:
        performance.enter()
        return renew(city.layout)
