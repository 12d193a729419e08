"""Terms that end: terms of posts, days of review.

Belongs here: laws that need to know today. `quanshu check` asks them; a run does not, because a
day that passes must not stop a city at work, its withdrawals least of all. Keep out: every law that
holds on any day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.organisation import Post
from catalog_specs.reading.declared import Declared

__all__ = ["laws_of"]


def laws_of(today: date) -> tuple[Law, ...]:
    """Return the laws that hold the catalogue against the day of asking."""
    return (
        Law(
            "CAT-035",
            "任期与复核日期须未过期",
            "the posts on record are in office today, and 暂不共享 is looked at again in time",
            "九(二)、五(二)",
            "report the post that is in office now; look at 暂不共享 again and set the next day",
            lambda declared: (*_posts(declared, today), *_reviews(declared, today)),
        ),
    )


def _posts(declared: Declared, today: date) -> Iterator[Fault]:
    for department in declared.departments.values():
        for field in ("responsible", "steward"):
            post: Post | None = getattr(department, field)
            at = f"departments:{department.code}"
            if post is None or post.in_office(today):
                continue
            if post.since > today:
                message = f"the term of this post begins on {post.since} only"
                yield Fault(at, f"{field}.since", message, "report who is in office until then")
            else:
                message = f"the term of this post ended on {post.until}"
                yield Fault(at, f"{field}.until", message, "report who is in office now")


def _reviews(declared: Declared, today: date) -> Iterator[Fault]:
    for resource in declared.resources.values():
        day = resource.share.review_on
        if day is not None and day < today:
            yield Fault(
                resource_at(resource.ref),
                "share.review_on",
                f"暂不共享 was to be looked at again on {day}",
                "decide whether it can be shared now, and set the next day",
            )
