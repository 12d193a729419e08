"""Check of rights: files that others may read, and files of another account (八(一))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from storage.permissions import Loose, loose, mend

__all__ = ["CHECK"]


def _look(patient: Patient) -> Iterator[Finding]:
    left = [one for one in loose(patient.city.layout) if not (patient.fix and mend(one))]
    counted: Counter[tuple[str, bool]] = Counter()
    first: dict[tuple[str, bool], Loose] = {}
    for one in left:
        kind = patient.place(one.path).partition("/")[0], one.foreign
        counted[kind] += 1
        first.setdefault(kind, one)
    for (top, foreign), number in counted.items():
        one = first[top, foreign]
        example = patient.place(one.path)
        if foreign:
            zh = f"{number:,} 个，如 {example}"
            what = f"{number:,} files belong to another account, the first: {example}"
            yield found(HomeFinding.FOREIGN_OWNER, top, zh, what)
        else:
            modes = f"({one.mode:04o}, should be {one.wanted:04o})"
            zh = f"{number:,} 个，如 {example}（现为 {one.mode:04o}，应为 {one.wanted:04o}）"
            what = (
                f"{number:,} files have other rights than they should, the first: {example} {modes}"
            )
            yield found(HomeFinding.RIGHTS, top, zh, what)


CHECK = Check((HomeFinding.RIGHTS, HomeFinding.FOREIGN_OWNER), _look)
