"""`quanshu key`: versions made, shown and retired, and never a key on the screen."""

from __future__ import annotations

from tests.contract.command import Said, quanshu
from tests.unit.cli.homes import Home


def said(home: Home, *words: str) -> Said:
    """Call the command over a home whose key is its own file."""
    places = ["--home", str(home.layout.home)]
    places += [] if words[0] == "create" else ["--catalog", str(home.folder / "catalogue")]
    return quanshu(home.folder, "key", *words, *places)


def test_a_key_is_made_rotated_shown_and_retired(home: Home) -> None:
    """Each step says what to do next; what is refused changes nothing and says why."""
    assert said(home, "create").code == 0
    assert said(home, "create").code == 3
    assert said(home, "retire", "1").code == 3
    rotated = said(home, "rotate", "--document", "泉数〔2026〕9号")
    assert (rotated.code, "version 2" in rotated.out, "back the key up" in rotated.out) == (
        0,
        True,
        True,
    )
    listed = said(home, "list", "--json").document
    assert [(one["version"], one["in_use"], one["shares"]) for one in listed] == [
        (1, False, []),
        (2, True, []),
    ]
    assert "former" in said(home, "list").out
    assert said(home, "retire", "1").code == 0
    text = home.layout.master_key.read_text("ascii")
    assert text.startswith("2@")
    everything = [said(home, *words) for words in (("list",), ("list", "--json"), ("retire", "2"))]
    digits = text.strip().rpartition(":")[2]
    assert not any(digits[:16] in one.out + one.err for one in (*everything, rotated))


def test_a_key_of_the_environment_is_not_rotated_here(home: Home) -> None:
    """The error says where and how."""
    told = home.said("key", "rotate")
    assert (told.code, "openssl rand -hex 32" in told.err) == (3, True)
    assert not home.layout.master_key.exists()
