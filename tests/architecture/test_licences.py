"""What is installed beside Quanshu: under licences that somebody decided about."""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = (
    "apache", "mit", "bsd", "isc", "psf", "python software foundation", "0bsd", "zlib", "cc0",
)  # fmt: skip
RECORD = ROOT / "docs" / "decisions" / "0029-licences-are-allowed-by-name.md"
DECIDED = frozenset(
    re.findall(r"^\| ([a-z0-9-]+) \|", RECORD.read_text(encoding="utf-8"), re.MULTILINE)
)


def _locked(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)


def _said(found: PackageMetadata) -> list[str]:
    """Return the licences a package declares: its expression, else its classifiers or its words."""
    expression = found.get("License-Expression")
    if expression:
        return re.split(r"\s+(?:AND|OR)\s+", expression.strip("()"))
    named = [
        line.rpartition(" :: ")[2]
        for line in found.get_all("Classifier") or []
        if line.startswith("License") and not line.endswith("DFSG approved")
    ]
    words = (found.get("License") or "").splitlines()[:1]
    return [one for one in named or words if one]


def _permissive(licence: str) -> bool:
    plain = licence.lower()
    return any(re.search(rf"\b{word}\b", plain) for word in ALLOWED)


@pytest.mark.parametrize("package", _locked("requirements-dev.lock"))
def test_its_licence_is_decided(package: str) -> None:
    """Every licence a package declares is on the list, or the record says why it may be used."""
    try:
        said = _said(metadata(package))
    except PackageNotFoundError:
        return  # for another platform or Python: the lock is universal, this environment is not
    assert package in DECIDED or (said and all(map(_permissive, said))), said


def test_running_installs_nothing_that_only_developing_needs() -> None:
    """`make demo` installs a part of what `make test` installs, without its tools."""
    running, developing = set(_locked("requirements.lock")), set(_locked("requirements-dev.lock"))
    assert running < developing
    assert running.isdisjoint({"pytest", "hypothesis", "mypy", "ruff", "pre-commit", "xlwt"})
