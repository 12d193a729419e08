"""Kept compilations: the same catalogue from the same bytes, else a compilation as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog_specs import loader
from catalog_specs.errors import CatalogError
from catalog_specs.loader import load
from catalog_specs.reading import kept as keeping
from catalog_specs.reading.kept import Kept, keep, kept
from tests.city.declared import write_catalog

GRANT = "grants/residents_for_office.yaml"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a catalogue is kept, however small it is."""
    monkeypatch.setattr(loader, "FEWEST", 1)
    return tmp_path / "catalogue.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of a small city."""
    return write_catalog(tmp_path / "city")


def _unread(*_: object) -> None:
    raise AssertionError("a file was parsed")


def test_what_is_kept_compiles_to_the_same_without_reading_yaml(
    root: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second compilation equals the first, parses no file and asks no law."""
    first = load(root, place)
    monkeypatch.setattr("catalog_specs.reading.files.read_yaml", _unread)
    monkeypatch.setattr("catalog_specs.loader.judge", _unread)
    assert load(root, place) == first


def test_a_changed_file_has_the_whole_catalogue_judged_again(root: Path, place: Path) -> None:
    """A file that breaks a law is told with its line, and nothing of the former one stands."""
    load(root, place)
    file = root / GRANT
    file.write_text(f"# changed\n{file.read_text('utf-8')}mystery: 1\n", encoding="utf-8")
    with pytest.raises(CatalogError) as told:
        load(root, place)
    (problem,) = told.value.problems
    assert (problem.file, problem.path) == (GRANT, "mystery")
    assert problem.line == len(file.read_text("utf-8").splitlines())


def test_a_file_more_or_less_is_another_catalogue(root: Path, place: Path) -> None:
    """The digest is over all files: a grant that is gone is in no compilation."""
    load(root, place)
    (root / GRANT).unlink()
    assert "residents_for_office" not in load(root, place).grants
    assert "residents_for_office" not in load(root, place).grants


def test_another_program_compiles_as_a_whole(
    root: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laws may have changed with it."""
    load(root, place)
    monkeypatch.setattr(keeping, "_program", lambda: "another")
    assert kept(place) is None


def test_days_come_back_as_days_and_what_json_changes_is_not_kept(tmp_path: Path) -> None:
    """A number as a key would come back as a text: such a catalogue is compiled each time."""
    place, other = tmp_path / "a.json", tmp_path / "b.json"
    documents = {"x": {"since": date(2026, 3, 1), "list": [1, 1.5, None, True, "010"]}}
    keep(place, Kept("digest", documents))
    assert kept(place) == Kept("digest", documents)
    keep(other, Kept("digest", {"x": {1: "one"}}))
    assert not other.exists()


def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    """Nor one that is cut off; neither keeps anything from compiling."""
    place = tmp_path / "a.json"
    keep(place, Kept("digest", {}))
    assert place.stat().st_mode & 0o077 == 0
    place.chmod(0o620)
    assert kept(place) is None
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-2])
    assert kept(place) is None


def test_a_home_that_is_not_there_is_not_made(root: Path, place: Path) -> None:
    """Who only asks leaves no folder behind."""
    absent = place.parent / "home" / "work" / "catalogue.json"
    load(root, absent)
    assert not (place.parent / "home").exists()
