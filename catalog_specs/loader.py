"""The loader: from a folder of YAML to a compiled catalogue, or to every problem in it.

Belongs here: the order of the steps (read, then laws, then compile), when a compilation is kept,
and the bundled cities. Keep out: reading (`reading`), laws (`laws`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogError, CatalogLookupError
from catalog_specs.laws import judge
from catalog_specs.laws.law import Law
from catalog_specs.models.city import CatalogFile
from catalog_specs.models.sharing import Grant
from catalog_specs.problems import Problem
from catalog_specs.reading.declared import Declared
from catalog_specs.reading.files import Gathered, digest, gather
from catalog_specs.reading.kept import FEWEST, Kept, digest_of, keep, kept
from catalog_specs.suggestion import one_of

__all__ = ["GrantsAlone", "bundled", "check", "grants_alone", "load", "provisional"]


def load(path: Path, keep_at: Path | None = None) -> Catalog:
    """Compile the catalogue in a folder; CatalogError carries all its problems.

    A large one is kept at `keep_at`, and while no file of it changes it is compiled from there.
    """
    with _uncollected():
        before = None if keep_at is None else _as_kept(Path(path), keep_at)
        if before is not None:
            return before
        found = gather(Path(path))
        catalog, problems = _checked(found, ())
    if catalog is None:
        raise CatalogError(problems, where=str(path))
    if keep_at is not None and len(found.contents) >= FEWEST:
        said = {digest_of(found.contents[name]): one.data for name, one in found.documents.items()}
        keep(keep_at, Kept(catalog.digest, said))
    return catalog


def _as_kept(path: Path, keep_at: Path) -> Catalog | None:
    """Compile what was kept of these very files, which obeyed every law; None for any other."""
    known = kept(keep_at)
    if known is None:
        return None
    found = gather(path, known.documents)
    same = not found.problems and digest(found.contents) == known.catalogue
    return _compile(found, found.declared()) if same else None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector rest: it would walk again and again through models that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check(path: Path, more: Sequence[Law] = ()) -> tuple[Catalog | None, tuple[Problem, ...]]:
    """Return the catalogue and no problems, or None and every problem, in file order.

    Laws also run when some files are malformed: they judge what is valid, and stay silent about
    what a malformed file might have said. `more` laws are asked beside those that every load
    obeys: what only holds today (`terms`), what only Great Expectations knows (`quality`).
    """
    return _checked(gather(Path(path)), more)


def _checked(found: Gathered, more: Sequence[Law]) -> tuple[Catalog | None, tuple[Problem, ...]]:
    declared = found.declared()
    broken = tuple(_with_line(found, problem) for problem in judge(declared, more))
    problems = tuple(sorted({*found.problems, *broken}, key=_order))
    return (None if problems else _compile(found, declared)), problems


@dataclass(frozen=True)
class GrantsAlone:
    """The grants of a catalogue that may not compile: those that can be read, and those not."""

    readable: Mapping[str, Grant]
    broken: frozenset[str]


def grants_alone(path: Path) -> GrantsAlone | None:
    """Read the grants of a catalogue by themselves; None when the folder is no catalogue at all.

    A catalogue that does not compile can hand out nothing new, but a grant that it revokes must
    still end.
    """
    found = gather(Path(path))
    if "city" not in found.models["catalog"]:
        return None
    failed = (name.partition(":") for name in found.failed)
    broken = frozenset(code for kind, _, code in failed if kind == "grants")
    return GrantsAlone(found.models["grants"], broken)


def bundled(name: str) -> Path:
    """Return the folder of a city that comes with Quanshu; CatalogLookupError when unknown."""
    here = Path(__file__).parent
    cities = {found.parent.name for found in here.glob("*/catalog.yaml")}
    if name not in cities:
        raise CatalogLookupError(
            f"no bundled catalogue {name!r}", where=str(here), remedy=f"use {one_of(cities)}"
        )
    return here / name


def _order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.line, problem.path, problem.code, problem.message


def _with_line(found: Gathered, problem: Problem) -> Problem:
    document = found.documents.get(problem.file)
    return replace(problem, line=document.line(problem.path)) if document else problem


def provisional(declared: Declared) -> Catalog | None:
    """Return what declarations would compile to, for a law that needs all of them to be whole.

    None where a file failed: other laws say what is wrong with it.
    """
    city = declared.city
    whole = city is not None and not declared.failed and not declared.clouded
    return _indexed(declared, city) if city is not None and whole else None


def _compile(found: Gathered, declared: Declared) -> Catalog | None:
    """Index a lawful catalogue; None only when there is no city file, which is a problem too."""
    if declared.city is None:
        return None
    indexed = _indexed(declared, declared.city)
    return replace(indexed, root=found.root, digest=digest(found.contents))


def _indexed(declared: Declared, city: CatalogFile) -> Catalog:
    return Catalog(
        root=Path(),
        city=city,
        counties=declared.counties,
        profile=declared.profiles[city.profile],
        departments=declared.departments,
        subjects=declared.subjects,
        elements=declared.elements,
        code_lists=declared.code_lists,
        sensitivities=declared.sensitivities,
        resources=declared.resources,
        grants=declared.grants,
        open_sets=declared.open_sets,
        exceptions=declared.exceptions,
        legacy=declared.legacy,
        calendar_years=declared.calendar_years,
        retired=declared.retired,
        files={key: place.file for key, place in declared.places.items()},
        digest="",
    )
