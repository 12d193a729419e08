"""`quanshu handover`, `copies` and `trace`: from a grant to a leaked file, by commands alone."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from catalog_specs.loader import load
from storage.layout import Layout
from tests.city import GRANT
from tests.city.declared import change, write_catalog
from tests.city.grants import decide_as_typed
from tests.contract.command import KEY, Said, quanshu
from tests.unit.flow.handover.homes import BATCH, PERSON_FILE, batch_city


class Office:
    """A home in which a grant may be carried out."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        self.folder = folder
        batch_city(folder)
        self.declare()

    def declare(self, **more: object) -> None:
        """Write the catalogue, and let everybody agree; `more` is what its grant says further."""
        written = write_catalog(
            self.folder,
            **{
                f"grants/{GRANT}.yaml": change(**{**BATCH, **more}),
                PERSON_FILE: change(share__methods=["query", "batch"]),
            },
        )
        decide_as_typed(Layout(self.folder / "home"), load(written))

    def said(self, *words: str) -> Said:
        """Call a command over it."""
        places = ("--catalog", str(self.folder / "catalogue"), "--home", str(self.folder / "home"))
        return quanshu(self.folder, *words, *places, **KEY, QUANSHU_ACTOR="共享岗")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return a home, which the tests below take through the life of one copy."""
    return Office(tmp_path_factory.mktemp("office"))


def test_a_copy_is_given_checked_called_back_and_settled(office: Office) -> None:
    """Each command says what became of it, and with which code it ends."""
    given = office.said("handover", GRANT, "--to", str(office.folder / "out"), "--json")
    assert given.code == 0
    place, copy = Path(given.document["place"]), given.document["copy"]

    whole = quanshu(office.folder, "handover", "verify", str(place), "--json")
    assert (whole.code, whole.document["whole"], whole.document["trusted"]) == (0, True, False)
    published = office.folder / "home" / "open_data" / "signing.pub"
    known = quanshu(office.folder, "handover", "verify", str(place), "--key", str(published))
    assert (known.code, "已核对" in known.out) == (0, True)

    listed = office.said("copies", "list", "--json").document
    assert [(one["copy"], one["by"], one["state"]) for one in listed] == [(copy, "共享岗", "out")]
    assert copy in office.said("copies", "list").out
    assert "数共享2024-01" in office.said("copies", "show", copy).out
    assert office.said("copies", "show", "nothing").code == 2

    (leaked,) = place.glob("civil*.csv")
    found = office.said("trace", str(leaked), "--json").document
    assert [(one["copy"], one["grant"], one["evidence"]) for one in found] == [
        (copy, GRANT, "digest")
    ]
    leaked.write_text("\n".join(leaked.read_text(encoding="utf-8").splitlines()[5:45]))
    assert "order" in office.said("trace", str(leaked)).out
    assert quanshu(office.folder, "handover", "verify", str(place)).code == 1
    leaked.write_text("a,b\n1,2\n")
    assert office.said("trace", str(leaked)).code == 1

    office.declare(status="revoked")
    (told,) = office.said("copies", "recall", "--json").document
    assert (told["copy"], told["reason"]) == (copy, "revoked")
    assert "0 份" in office.said("copies", "recall").out
    assert office.said("copies", "list", "--json").document[0]["state"] == "recalled"
    assert office.said("copies", "list", "--overdue", "--json").document == []
    assert office.said("copies", "acknowledge", copy, "--document", " ").code == 2
    done = office.said("copies", "acknowledge", copy, "--document", "回执1号", "--as", "returned")
    assert (done.code, "已退回" in done.out) == (0, True)
    assert office.said("copies", "acknowledge", copy, "--document", "回执2号").code == 2
    assert office.said("copies", "list", "--json").document[0]["document"] == "回执1号"
    refused = office.said("handover", GRANT, "--to", str(office.folder / "again"))
    assert (refused.code, "revoked" in refused.err) == (2, True)


def test_a_receiver_is_named_by_a_file(tmp_path: Path) -> None:
    """With it the copy is encrypted; without a key a medium is refused."""
    office, out = Office(tmp_path), str(tmp_path / "out")
    office.declare(medium="file")
    assert office.said("handover", "give", GRANT, "--to", out).code == 2
    key = tmp_path / "receiver.txt"
    key.write_text(str(pyrage.x25519.Identity.generate().to_public()), encoding="utf-8")
    done = office.said("handover", GRANT, "--to", out, "--receiver", str(key), "--form", "duckdb")
    assert (done.code, "已加密" in done.out) == (0, True)
    assert [path.name for path in (tmp_path / "out").glob("*/*.age")] == ["package.zip.age"]
