"""Handing over: a package, or the DuckDB file, of a grant in force (五(三)、五(五)).

Belongs here: the order of it: is the grant in force, to whom is it encrypted, build, seal, record,
give. Keep out: the files (`outlets.handover`). Everything is built below `work/`; what is encrypted
lies nowhere else in clear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.acts import Operation
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.sharing import Grant
from catalog_specs.vocabulary import Medium, Method
from flow.city import City
from governance.grants.rights import Rights
from governance.grants.standing import approval_of
from governance.masks.copied import copied_scope
from outlets.handover.copies import hand_over
from outlets.handover.encryption import ENCRYPTED, encrypt
from outlets.handover.package import describe, write_data_files
from outlets.handover.sealing import SUMS, seal
from outlets.handover.share_copy import write_share_copy
from outlets.handover.watermark import copy_key, scheme
from outlets.shares.plan import SharePlan, plan_share
from outlets.shares.project import Projection, Withdrawal, refresh
from register.copies import Copy, Form, new_copy_name
from storage.digests import sha256_of_file
from storage.working_folders import working_folder

__all__ = ["HandedOver", "hand_over_file", "hand_over_package"]


@dataclass(frozen=True)
class _Order:
    """What is to be handed over: by which grant, as which copy, when, encrypted to whom."""

    city: City
    rights: Rights
    grant: Grant
    copy: str
    now: datetime
    receiver: str

    @property
    def made(self) -> datetime:
        """Return the moment in the city's time."""
        return local_moment(self.city.catalog, self.now)


_Build = Callable[[_Order, SharePlan, Copy, Path], Copy]
"""Fills an empty folder with what is handed over; returns the copy with what is known of it."""


@dataclass(frozen=True)
class HandedOver:
    """A copy, and where it lies for its receiver."""

    copy: Copy
    place: Path


def hand_over_package(city: City, code: str, to: Path, receiver: str | None = None) -> HandedOver:
    """Give a package of a grant of batch exchange, signed, and encrypted where its medium asks.

    Args:
        city: the city at work.
        code: the grant.
        to: the folder that the package is put into, under its own name.
        receiver: the age key to encrypt to; by default the one that the consumer declares.

    Raises:
        AccessError: the grant is not in force, is for no batch exchange, has no rows yet, or its
            medium asks for a key that nobody named.
        AuditError: the act cannot be recorded; nothing was handed out.
        SettingsError: there is no master key, which copies are marked with.
    """
    grant = _granted(city, code)
    if grant.method is not Method.BATCH:
        raise AccessError(
            f"method {grant.method.value} is no batch exchange",
            where=f"grant {code}",
            remedy="apply for a batch exchange with its reason (五(三)), or use what is granted",
        )
    return _given(_order(city, grant, receiver), to, _package)


def hand_over_file(city: City, code: str, to: Path, receiver: str | None = None) -> HandedOver:
    """Give the DuckDB file of a grant that hands out rows, marked and sealed as a package is.

    Raises:
        AccessError, AuditError, SettingsError: as for a package.
    """
    return _given(_order(city, _granted(city, code), receiver), to, _file)


def _given(order: _Order, to: Path, build: _Build) -> HandedOver:
    city, code = order.city, order.grant.code
    with city.lock(f"share.{code}"), working_folder(city.layout.work, "handover-") as scratch:
        # asked under the lock: what was revoked while this waited is not handed over
        order = replace(order, rights=city.rights)
        plan, projection = _fresh(order)
        folder = scratch / "copy"
        folder.mkdir()
        left = copied_scope((one.resource.ref, one.columns) for one in plan.parts if one.found)
        copy = build(order, plan, replace(_copy(order, projection), scope=left), folder)
        seal(city.layout, folder)
        if order.receiver:
            sealed = scratch / "encrypted"
            sealed.mkdir()
            encrypt(folder, sealed / ENCRYPTED, order.receiver)
            seal(city.layout, sealed)
            folder, digest = sealed, sha256_of_file(sealed / ENCRYPTED)
            copy = replace(copy, sha256=digest, files=(digest, *copy.files))
        size = sum(path.stat().st_size for path in folder.iterdir())
        copy = replace(copy, sha256=copy.sha256 or sha256_of_file(folder / SUMS), bytes=size)
        place = to / f"{code}-{order.copy}"
        hand_over(city.layout, order.grant, copy, Operation.DOWNLOAD, folder, place)
    return HandedOver(copy, place)


def _package(order: _Order, plan: SharePlan, copy: Copy, folder: Path) -> Copy:
    city, key = order.city, copy_key(order.city.keys, order.copy)
    packed = write_data_files(city.layout, plan, folder, (order.copy, key), order.made)
    files = tuple(file.sha256 for one in packed for file in one.files)
    made = replace(copy, form=Form.PACKAGE, watermark=scheme(key), files=files)
    describe(city.catalog, plan, packed, made, folder)
    return made


def _file(order: _Order, plan: SharePlan, copy: Copy, folder: Path) -> Copy:
    layout, key = order.city.layout, copy_key(order.city.keys, order.copy)
    place = folder / layout.share_file(order.grant.code).name
    write_share_copy(layout, order.rights, plan, place, (order.copy, key, order.made))
    digest = sha256_of_file(place)
    return replace(copy, form=Form.DUCKDB, sha256=digest, files=(digest,), watermark=scheme(key))


def _order(city: City, grant: Grant, receiver: str | None) -> _Order:
    now = city.clock()
    name = new_copy_name(local_day(city.catalog, now).isoformat())
    return _Order(city, city.rights, grant, name, now, _receiver(city, grant, receiver))


def _granted(city: City, code: str) -> Grant:
    found = city.catalog.grants.get(code)
    if found is None:
        raise AccessError(
            "the catalogue has no such grant",
            where=f"grant {code}",
            remedy="see `quanshu list grants` for those there are",
        )
    return found


def _receiver(city: City, grant: Grant, named: str | None) -> str:
    """Return whom a copy is encrypted to; empty where the medium does not ask for it."""
    consumer = city.catalog.departments.get(grant.consumer)
    known = named or (consumer.receiver_key if consumer else None) or ""
    if grant.medium is Medium.FILE and not known:
        raise AccessError(
            "a copy on a medium is encrypted, and the receiver's key is not known",
            where=f"grant {grant.code}",
            remedy="give it with --receiver, or declare `receiver_key` of the consumer",
        )
    return known


def _fresh(order: _Order) -> tuple[SharePlan, Projection]:
    """Return the plan of the share as it is today; AccessError when the grant is not in force."""
    city, code = order.city, order.grant.code
    done = refresh(city.layout, order.rights, code, city.keys, order.now, city.spark)
    if isinstance(done, Withdrawal):
        raise AccessError(
            f"nothing may be handed out: {done.reason}（{done.explanation}）",
            where=f"grant {code}",
            remedy=f"run `quanshu explain {code}` to see why",
        )
    if not done.resources:
        raise AccessError(
            "nothing of the grant is aggregated yet",
            where=f"grant {code}",
            remedy="run `quanshu run` when the producers have delivered",
        )
    return plan_share(city.layout, city.catalog, order.grant, city.keys), done


def _copy(order: _Order, done: Projection) -> Copy:
    """Return what is known of a copy before it is made."""
    return Copy(
        copy=order.copy,
        grant=order.grant.code,
        consumer=order.grant.consumer,
        resources=done.resources,
        form=Form.PACKAGE,
        medium=order.grant.medium.value,
        sha256="",
        bytes=0,
        rows=done.rows,
        at=order.made.isoformat(),
        by=order.city.actor,
        receiver=order.receiver,
        approval=approval_of(order.rights.standings.get(order.grant.code)),
    )
