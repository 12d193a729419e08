"""Data opened on application: handed over as a copy, called back when that ends (六(五)).

Belongs here: the copy of a release that an applicant gets, and ends that call copies back at once.
Keep out: the application (`flow.governing.matters`), making releases (`outlets.open_data`). A
release passed its risk check before anybody asked; an applicant gets it as it is, as a copy on
record.
"""

from __future__ import annotations

from pathlib import Path

from audit.acts import Operation
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.sharing import Grant, GrantedResource, OpenSet
from catalog_specs.vocabulary import Medium, Method
from flow.city import City
from flow.failures import Faults
from flow.governing.matters import act_on, known_matter
from flow.handover.packages import HandedOver
from flow.handover.recalls import recall_lapsed
from governance.applications.matters.handling import Handled, Said
from governance.applications.matters.openings import (
    OPENING,
    OpeningEvent,
    OpeningRequest,
    code_of,
    request_of,
)
from governance.applications.matters.reading import ShownMatter
from outlets.handover.copies import hand_over
from outlets.handover.encryption import ENCRYPTED, encrypt
from outlets.handover.sealing import seal
from outlets.open_data.consecutive import Previous, previous_releases
from outlets.open_data.packages import releases
from register.copies import Copy, Form, Recall, new_copy_name
from storage.digests import sha256_of_file, sha256_of_lines
from storage.working_folders import working_folder

__all__ = ["end_opening", "hand_over_opened"]


def end_opening(
    city: City, event: OpeningEvent, number: int, said: Said
) -> tuple[Handled, tuple[Recall, ...]]:
    """Stop, adjust or withdraw an opening; what was handed over is called back at once.

    Raises:
        GrantError: it is not where that can be done, or the account may not.
    """
    handled = act_on(city, OPENING, event, number, said)
    faults = Faults(city.layout)
    return handled, recall_lapsed(city, faults, code_of(number))


def hand_over_opened(city: City, number: int, to: Path) -> HandedOver:
    """Give an applicant the newest release of what was opened to it, as a copy on record.

    It is encrypted where the application named a key.

    Raises:
        AccessError: the opening does not hold today, or the set has no release.
        AuditError: the act cannot be entered; nothing was handed out.
    """
    with city.lock(f"opening.{number}"):
        shown = known_matter(city, OPENING.kind, number)
        if not shown.in_force:
            raise AccessError(
                f"the opening is not in force: {shown.state.english}",
                where=f"opening {number}",
                remedy=f"see `quanshu opening show {number}`",
            )
        asked = request_of(shown.matter.content)
        opened = _opened(city, asked)
        folder = city.layout.open_data(opened.code)
        found = previous_releases(folder, releases(folder))
        if not found:
            raise AccessError(
                "the set has no release that stands",
                where=f"open set {opened.code}",
                remedy="`quanshu list open-sets` says why; run `quanshu run` when that is mended",
            )
        return _given(city, (shown, asked, opened), found[-1], to)


def _opened(city: City, asked: OpeningRequest) -> OpenSet:
    found = city.catalog.open_sets.get(asked.dataset)
    if found is None:
        raise AccessError(
            "the catalogue has no such open set any more",
            where=f"open set {asked.dataset}",
            remedy="stop the opening, or declare the set again",
        )
    return found


def _given(
    city: City, about: tuple[ShownMatter, OpeningRequest, OpenSet], released: Previous, to: Path
) -> HandedOver:
    shown, asked, opened = about
    release = city.layout.release(opened.code, released.name)
    grant = _as_grant(shown, asked, opened)
    now = local_moment(city.catalog, city.clock())
    name = new_copy_name(local_day(city.catalog, now).isoformat())
    files = {path.name: sha256_of_file(path) for path in sorted(release.iterdir())}
    digest = sha256_of_lines([f"{one} {said}" for one, said in files.items()])
    size = sum(path.stat().st_size for path in release.iterdir())
    with working_folder(city.layout.work, "opened-") as scratch:
        built = release
        if asked.receiver_key:
            built = scratch / "encrypted"
            built.mkdir()
            encrypt(release, built / ENCRYPTED, asked.receiver_key)
            digest = sha256_of_file(built / ENCRYPTED)
            files[ENCRYPTED] = digest
            seal(city.layout, built)
            size = sum(path.stat().st_size for path in built.iterdir())
        copy = Copy(
            copy=name, grant=grant.code, consumer=asked.applicant, resources=(opened.resource,),
            form=Form.PACKAGE, medium=grant.medium.value, sha256=digest, bytes=size,
            rows=released.rows, at=now.isoformat(), by=city.actor,
            receiver=asked.receiver_key or "", approval=_approval(shown),
            files=tuple(files.values()),
        )  # fmt: skip
        place = to / f"{grant.code}-{name}"
        hand_over(city.layout, grant, copy, Operation.DOWNLOAD, built, place)
    return HandedOver(copy, place)


def _approval(shown: ShownMatter) -> str:
    confirmed = shown.matter.last(OpeningEvent.CONFIRMED)
    return confirmed.document if confirmed else ""


def _as_grant(shown: ShownMatter, asked: OpeningRequest, opened: OpenSet) -> Grant:
    """Return what was opened in the words of a grant: by which copies and acts are entered."""
    code = code_of(shown.matter.number)
    # on a medium what leaves is encrypted (八(一)); what is not, is taken from the platform
    medium = Medium.FILE if asked.receiver_key else Medium.PLATFORM
    granted = GrantedResource(
        resource=opened.resource, items=opened.items, where=opened.where, masks=opened.masks
    )
    return Grant(
        code=code, name=f"授权开放：{opened.name}", consumer=code, scenario=asked.scenario,
        purpose=asked.scenario, legal_basis=("六(四)",), method=Method.BATCH,
        batch_reason="开放数据集按版本提供", medium=medium, valid_from=asked.valid_from,
        valid_to=asked.valid_to, terms=opened.licence, resources=(granted,),
    )  # fmt: skip
